"""Contacts of a panel that speaks lines of text: ``read 7`` asks, ``7 01000000`` answers."""

import asyncio
import re

from pydantic import BaseModel, Field

from monitord.driver import Cause, DeviceFault, Driver, Line, Value


class Config(BaseModel, extra="forbid"):
    """The device's keys: ``address`` is host:port."""

    address: str = Field(pattern=r"^[^:/\s]+:[0-9]{1,5}$")


class PointConfig(BaseModel, extra="forbid"):
    """A point's keys: ``contact`` counts from 1."""

    contact: int = Field(ge=1, le=8)


class TextPanel(Driver[Config]):
    """One contact per point, all read by one question."""

    Config = Config
    PointConfig = PointConfig
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _number = 0

    async def open(self, line: Line | None = None) -> None:
        host, _, port = self.config.address.rpartition(":")
        try:
            self._streams = await asyncio.open_connection(host, int(port), limit=1_024)
        except OSError as error:
            raise DeviceFault(f"no connection: {error.strerror}", Cause.REFUSED) from error

    async def poll(self) -> list[Value]:
        if self._streams is None:
            raise DeviceFault("the connection is not open")
        reader, writer = self._streams
        self._number += 1
        try:
            writer.write(b"read %d\n" % self._number)
            answer = await reader.readline()
        except (OSError, ValueError) as error:
            raise DeviceFault("the connection broke", Cause.SILENT) from error
        found = re.fullmatch(rb"%d ([01]{8})\n" % self._number, answer)
        if found is None:
            raise DeviceFault("that is no answer to the question", Cause.PROTOCOL)
        return [found[1][point.config.contact - 1] == ord("1") for point in self.points()]

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()


DRIVER = TextPanel
