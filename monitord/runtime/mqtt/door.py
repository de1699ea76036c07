"""The door to the broker: connects, publishes, listens, and connects again.

It hears committed entries and hands on commands, and waits for nobody else: a broker that is
down, frozen, slow or started anew costs the guard nothing. One that stays away for longer than
the site file allows is a technical fault.
"""

import asyncio
import contextlib
from typing import Final

import aiomqtt
import msgspec
import structlog
from aiomqtt.exceptions import MqttConnectError

from monitord.core import facts as f
from monitord.core.state import decode, encode
from monitord.journal.export import rfc3339
from monitord.runtime.backoff import BackOff
from monitord.runtime.engine import Engine
from monitord.runtime.mqtt.commands import Commands
from monitord.runtime.mqtt.outgoing import Outgoing
from monitord.runtime.mqtt.settings import Settings
from monitord.runtime.mqtt.topics import OFFLINE, ONLINE, Topics, heartbeat_payload
from monitord.runtime.mqtt.wire import Wire
from monitord.runtime.seams import Clock, Io

#: States on their way at once.
SENDERS: Final = 8
#: Commands that may wait for the engine.
COMMANDS_MAX: Final = 32
#: How long a stop waits for the broker to take the farewell.
FAREWELL_S: Final = 1.0
REASON_CHARS_MAX: Final = 200

_log = structlog.get_logger(__name__)


class MqttDoor:
    """``open`` it, ``close`` it; in between it looks after itself.

    ``alarmed``: people have been told that there is no broker, and wait for the end of it.
    """

    def __init__(
        self, engine: Engine, settings: Settings, clock: Clock, io: Io, *, alarmed: bool = False
    ) -> None:
        self._engine, self._settings, self._clock, self._io = engine, settings, clock, io
        self._topics = Topics(engine.state.site.id)
        self._commands = Commands(engine, settings)
        self._asked: asyncio.Queue[tuple[str, bytes, bool]] = asyncio.Queue(COMMANDS_MAX)
        self._pause = BackOff()
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None
        #: Boot time since when the broker does not have every state; None while it has.
        self._lost_ms: int | None = clock.boot_ms()
        self._told = self._closing = False
        self._alarmed = alarmed

    async def open(self) -> None:
        """Begin. A broker that is away delays no start."""
        # A replica of what is stored: the engine's own state may be ahead of the disk.
        await self._engine.submit(f.WallClockRead(utc_ms=self._utc_ms()))
        site = self._engine.state.site
        state = decode(encode(self._engine.state))
        state.site = site  # frozen, and the larger half
        self._outgoing = Outgoing(state, self._topics, journal=self._settings.journal)
        self._unsubscribe = self._engine.subscribe(self._outgoing.hear)
        self._task = asyncio.get_running_loop().create_task(self._run(), name="mqtt")

    async def close(self) -> None:
        """Say that nobody looks any more, where the broker takes it at once; and end."""
        if self._task is None:
            return
        self._closing = True
        self._unsubscribe()
        wire = self._wire
        if wire is not None:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await wire.say(self._topics.status, OFFLINE, retain=True)
                    wire.bid_farewell()
        self._task.cancel()
        await asyncio.wait({self._task})

    def _utc_ms(self) -> int:
        return self._engine.state.utc_ms(self._engine.now_ms())

    # --- the connection ----------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            reason, refused = "the connection ended", False
            try:
                await self._session()
            except* aiomqtt.MqttError as errors:
                first = _first(errors)
                reason, refused = str(first), isinstance(first, MqttConnectError)
            except* Exception as errors:  # noqa: BLE001 - a bug here costs one connection
                _log.error("mqtt_failed", exc_info=errors)
                reason = f"monitord failed: {type(_first(errors)).__name__}"
            finally:
                self._wire = None
            if self._closing:
                return  # a loss at the same moment takes the place of the cancellation
            self._lost(reason[:REASON_CHARS_MAX])
            wait_ms = self._pause.after(hopeless=refused, jitter=self._io.jitter())
            await asyncio.sleep(wait_ms / 1_000)

    async def _session(self) -> None:
        """One connection, from birth to its loss; raises what ended it."""
        topics, wire = self._topics, Wire(self._settings, self._topics)
        async with wire.session(), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(wire))
            for topic in (f"{topics.commands}/#", *(f"{folder}/+" for folder in topics.states)):
                await wire.hear(topic)
            await wire.say(topics.status, ONLINE, retain=True)
            self._wire = wire
            await wire.hear(topics.status)
            self._outgoing.mark_all()
            tasks.create_task(self._beat(wire))
            tasks.create_task(self._obey(wire))
            tasks.create_task(self._send_events(wire))
            for _ in range(SENDERS):
                tasks.create_task(self._send_states(wire))

    def _lost(self, reason: str) -> None:
        """Tell it once, and people when it lasts."""
        now_ms = self._clock.boot_ms()
        if self._lost_ms is None:
            self._lost_ms = now_ms
        if not self._told:
            self._told = True
            _log.warning("mqtt_broker_lost", reason=reason)
        if not self._alarmed and now_ms - self._lost_ms >= self._settings.lost_after_ms:
            self._alarmed = True
            self._engine.offer(f.BrokerLost(reason=reason))

    def _returned(self) -> None:
        """The broker answers and has every state."""
        if self._lost_ms is not None:
            _log.info("mqtt_broker_has_everything", dropped=self._outgoing.dropped)
        if self._alarmed:
            self._engine.offer(f.BrokerReturned())
        self._lost_ms, self._told, self._alarmed = None, False, False

    # --- what goes on while connected; each ends the connection by raising -----------------------

    async def _beat(self, wire: Wire) -> None:
        """Prove twice a keepalive that the broker takes what we say: frozen is lost, too."""
        while True:
            at = rfc3339(self._utc_ms())
            await wire.say(self._topics.heartbeat, heartbeat_payload(self._outgoing.state, at))
            self._pause.reset()
            if not self._outgoing.states_waiting:
                self._returned()
            await asyncio.sleep(self._settings.keepalive_ms / 2_000)

    async def _send_states(self, wire: Wire) -> None:
        while True:
            topic, payload = await self._outgoing.next_state()
            await wire.say(topic, payload, retain=True)

    async def _send_events(self, wire: Wire) -> None:
        while True:
            event = await self._outgoing.next_event()
            await wire.say(event.topic, event.payload)
            self._outgoing.sent(event)

    async def _read(self, wire: Wire) -> None:
        """Sort what comes in; never waits for the engine."""
        async for message in wire.messages:
            topic, payload = str(message.topic), message.payload
            if not payload:
                continue  # somebody cleared a topic
            command = self._topics.command_of(topic)
            if command is not None:
                self._take(command, payload, retained=bool(message.retain))
            elif topic == self._topics.status and payload != ONLINE:
                # The will of a connection before this one, come late.
                await wire.say(self._topics.status, ONLINE, retain=True)
            elif self._outgoing.is_stray(topic):
                self._outgoing.mark(topic)  # of an older site file: cleared, or it would look true

    def _take(self, command: str, payload: bytes, *, retained: bool) -> None:
        if self._asked.full():
            _log.warning("mqtt_command_dropped", waiting=COMMANDS_MAX)
            return
        self._asked.put_nowait((command, payload, retained))

    async def _obey(self, wire: Wire) -> None:
        while True:
            name, payload, retained = await self._asked.get()
            reply = await self._commands.carry_out(name, payload, retained=retained)
            if reply is not None:
                self._outgoing.tell(self._topics.answers, msgspec.json.encode(reply))
            if retained:  # or it would come again with every connection
                await wire.say(f"{self._topics.commands}/{name}", b"", retain=True)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first thing that went wrong."""
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
