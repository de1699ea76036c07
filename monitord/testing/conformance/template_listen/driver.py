"""A panel that speaks first: ``state 01000000``, ``event 7 3 1 1795000000``, ``alive``."""

import asyncio
import re

from pydantic import BaseModel, Field

from monitord.driver import Cause, DeviceFault, Driver, Emit, Line, Reading

STATE = re.compile(rb"state ([01]{8})\n")
EVENT = re.compile(rb"event (\d{1,9}) ([1-8]) ([01]) (\d{1,10})\n")


class Config(BaseModel, extra="forbid"):
    """The device's keys: ``address`` is host:port."""

    address: str = Field(pattern=r"^[^:/\s]+:[0-9]{1,5}$")


class PointConfig(BaseModel, extra="forbid"):
    """A point's keys: ``contact`` counts from 1."""

    contact: int = Field(ge=1, le=8)


class CallPanel(Driver[Config]):
    """One contact per point; the panel says ``alive`` every 10 s, and repeats unanswered events."""

    Config = Config
    PointConfig = PointConfig
    silence_ms = 30_000
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self, line: Line | None = None) -> None:
        host, _, port = self.config.address.rpartition(":")
        try:
            self._streams = await asyncio.open_connection(host, int(port), limit=1_024)
        except OSError as error:
            raise DeviceFault(f"no connection: {error.strerror}", Cause.REFUSED) from error

    async def listen(self, emit: Emit) -> None:
        if self._streams is None:
            raise DeviceFault("the connection is not open")
        reader, writer = self._streams
        try:
            while line := await reader.readline():
                if event := EVENT.fullmatch(line):
                    if await emit(self._event(event)):
                        writer.write(b"taken %s\n" % event[1])
                else:
                    await emit(self._state(line))
        except (OSError, ValueError) as error:
            raise DeviceFault("the connection broke") from error

    def _event(self, event: re.Match[bytes]) -> list[Reading]:
        number, contact, is_open, seconds = (int(part) for part in event.groups())
        key, raw = f"{number}/{seconds}", event[0].decode().strip()
        return [
            Reading(point.id, bool(is_open), device_ms=seconds * 1_000, key=key, raw=raw)
            for point in self.points()
            if point.config.contact == contact
        ]

    def _state(self, line: bytes) -> list[Reading]:
        if line == b"alive\n":
            return []
        found = STATE.fullmatch(line)
        if found is None:
            raise DeviceFault("that is not what such a panel says", Cause.PROTOCOL)
        bits = found[1].decode()
        return [Reading(point.id, bits[point.config.contact - 1] == "1") for point in self.points()]

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()


DRIVER = CallPanel
