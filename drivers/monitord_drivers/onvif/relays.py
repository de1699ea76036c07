"""The relays of a camera as outputs: switched, and proven by what the camera tells of them.

ONVIF has no question for the state of a relay. What proves it is the event of the relay
(``Device/Trigger/Relay``); a camera that tells none is believed when it answers that it did. A
camera's settings are never changed: whether a relay falls back by itself must stand in the site
file as it is in the camera. Imported only where a camera is spoken to.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from monitord.driver import Cause, ConfigFault, DeviceFault
from monitord_drivers.onvif.answers import Node, missing, printable
from monitord_drivers.onvif.config import OnvifOutputConfig
from monitord_drivers.onvif.meaning import truth
from monitord_drivers.onvif.messages import Message
from monitord_drivers.onvif.session import Session

#: An event of the relay comes within this, or what the relay did is not known.
PROOF_S: Final = 2.0
_TOPIC: Final = "Device/Trigger/Relay"
_TOKENS: Final = ("RelayToken", "RelayOutputToken", "Token")
_TIME: Final = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,6})?)S)?")
_RELAYS_MAX: Final = 64


@dataclass(slots=True)
class _Relay:
    """What is known of one. ``told`` is what the camera said last, ``wish`` what it is to be."""

    told: bool | None = None
    wish: bool | None = None
    silent: bool = False


class Relays:
    """Of one camera, from ``open`` to ``close``. ``outputs`` are those of the site file."""

    def __init__(self, session: Session, outputs: Mapping[str, OnvifOutputConfig]) -> None:
        self._session, self._outputs = session, outputs
        self._relays = {output.token: _Relay() for output in outputs.values()}
        self._pulses_s: dict[str, float | None] | None = None
        self._told = asyncio.Event()
        self._busy = 0

    def forget(self) -> None:
        """The subscription is another one: what they are is told anew."""
        for relay in self._relays.values():
            relay.told = None

    def take(self, told: Iterable[Message]) -> None:
        """What the camera tells of its relays."""
        for message in told:
            if message.topic == _TOPIC and message.operation != "Deleted":
                token = next((message.source[n] for n in _TOKENS if n in message.source), "")
                state = truth(message.data.get("LogicalState", ""))
                if token in self._relays and state is not None:
                    self._relays[token].told = state
                    self._relays[token].silent = False
                    self._told.set()

    @property
    def words(self) -> str:
        """Which relay is not as it was switched last, though nobody here has switched it."""
        if self._busy:
            return ""
        for name, output in self._outputs.items():
            relay = self._relays[output.token]
            unwanted = relay.wish is not None and relay.told is (not relay.wish)
            if unwanted and output.pulse is None:
                was, told = _state(not relay.told), _state(bool(relay.told))
                return f"{name} is {told} although it was switched {was}"
        return ""

    async def switch(self, name: str, on: bool) -> None:
        """Switch one; returns once it is proven. Raises ``DeviceFault``."""
        output = self._outputs.get(name)
        if output is None:
            raise ConfigFault(f"no output '{name}' is declared for this camera")
        relay = self._relays[output.token]
        self._busy += 1
        try:
            await self._check(output)
            if not on and output.pulse is not None and relay.told is False:
                return  # it has fallen back by itself, and some refuse to be told so
            relay.wish = on
            logical = "active" if on else "inactive"
            params = {"RelayOutputToken": output.token, "LogicalState": logical}
            self._told.clear()
            await self._session.call("devicemgmt", "SetRelayOutputState", params)
            await self._proof(relay, on)
        finally:
            self._busy -= 1

    async def _proof(self, relay: _Relay, on: bool) -> None:
        """Wait for its event. One of which the camera never told anything has none."""
        if relay.silent:
            return
        try:
            async with asyncio.timeout(PROOF_S):
                while relay.told is not on:
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            if relay.told is None:
                relay.silent = True
                return
            raise DeviceFault(
                f"it says yes, and tells that its relay is {_state(relay.told)}", Cause.SILENT
            ) from None

    async def _check(self, output: OnvifOutputConfig) -> None:
        """Whether the relay is there, and falls back as the site file says; asked once."""
        if self._pulses_s is None:
            told = await self._session.call("devicemgmt", "GetRelayOutputs")
            found = list(told.all("RelayOutputs"))[:_RELAYS_MAX]
            self._pulses_s = {each.attributes.get("token", ""): _pulse_s(each) for each in found}
        if output.token not in self._pulses_s:
            known = ", ".join(printable(token, 40) for token in self._pulses_s if token)
            raise missing(f"relay {output.token!r}; it has {known or 'none'}")
        pulse_s = self._pulses_s[output.token]
        if pulse_s is None and output.pulse is not None:
            raise ConfigFault(
                f"its relay {output.token} does not fall back by itself: take `pulse` out,"
                " or set it to monostable in the camera"
            )
        if pulse_s is not None and (output.pulse is None or abs(output.pulse - pulse_s) >= 1):
            raise ConfigFault(
                f"its relay {output.token} falls back by itself after {pulse_s:g} s: write"
                f" `pulse: {pulse_s:g}s`, or set it to bistable in the camera"
            )


def _pulse_s(relay: Node) -> float | None:
    """After how long it falls back by itself; None where it stays as it is."""
    if relay.at("Properties", "Mode").lower() != "monostable":
        return None
    found = _TIME.fullmatch(relay.at("Properties", "DelayTime"))
    hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3_600 + minutes * 60 + seconds


def _state(on: bool) -> str:
    return "on" if on else "off"
