"""One connection to the broker: aiomqtt's client, made fit to be let go at any moment.

A connection is used once. aiomqtt waits for a broker that does not answer before it lets go and
keeps the socket of a connection that never came about; here the socket is closed at once, whatever
the broker does.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from typing import Final

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from monitord.runtime.mqtt.settings import Settings
from monitord.runtime.mqtt.topics import OFFLINE, Topics

#: How long the broker may take over one packet at most; never longer than the keepalive.
ANSWER_S: Final = 5.0
#: What the broker may send at once: commands are small, and so are our own states.
PACKET_BYTES_MAX: Final = 8_192
INCOMING_MAX: Final = 4_096
QOS: Final = 1

_quiet = logging.getLogger("monitord.mqtt")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


class Wire(aiomqtt.Client):
    """Use ``async with wire.session()``; all of it raises ``aiomqtt.MqttError``."""

    def __init__(self, settings: Settings, topics: Topics) -> None:
        limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        limits.MaximumPacketSize = PACKET_BYTES_MAX
        super().__init__(
            settings.host,
            settings.port,
            username=settings.user,
            password=settings.password,
            identifier=settings.client,
            tls_context=settings.tls,
            protocol=aiomqtt.ProtocolVersion.V5,
            # Nothing that waited for us is delivered later: a command is for now or for nobody.
            clean_start=True,
            will=aiomqtt.Will(topics.status, OFFLINE, QOS, retain=True),
            keepalive=max(1, settings.keepalive_ms // 1_000),
            timeout=min(ANSWER_S, settings.keepalive_ms / 1_000),
            max_queued_incoming_messages=INCOMING_MAX,
            properties=limits,
            logger=_quiet,
        )

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator["Wire"]:
        """Connected within; the connection is gone after, without waiting for the broker."""
        try:
            await self.__aenter__()
            yield self
        finally:
            self._let_go()

    async def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and return when the broker has it."""
        await self.publish(topic, payload, QOS, retain)

    async def hear(self, topic: str) -> None:
        """Subscribe; what is retained comes too and says so, our own does not come back."""
        options = SubscribeOptions(qos=QOS, noLocal=True, retainAsPublished=True)
        codes = await self.subscribe(topic, options=options)
        if any(not isinstance(code, int) and code.is_failure for code in codes):
            raise aiomqtt.MqttError(f"the broker does not let us hear {topic}")

    def bid_farewell(self) -> None:
        """Disconnect cleanly: the broker then keeps the will to itself."""
        self._client.disconnect()

    def _let_go(self) -> None:
        self._disconnected.add_done_callback(_seen)
        held = self._client.socket()
        if isinstance(held, socket.socket):
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)  # the loop's reader sees the end and closes it


def _seen(ended: "asyncio.Future[None]") -> None:
    """Take note of how the connection ended, or the loop complains that nobody did."""
    if not ended.cancelled():
        ended.exception()
