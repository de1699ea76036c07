"""A simulated panel for the driver beside this file, and everything that can be wrong with it."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitord.driver import Driver, Point, Value
from monitord.testing.conformance import ListenBench, Trouble, load_driver

CallPanel = load_driver(Path(__file__).with_name("driver.py"))


class CallPanelBench(ListenBench):
    """Eight contacts on a socket; ``monitord driver test`` does the rest."""

    pairs = [(False, True)] * 8

    def __init__(self) -> None:
        self._port = 0
        self._bits = "00000000"
        self._trouble: Trouble | None = None
        self._number = 0
        self._event = b""
        self._answers = 0
        self._server: asyncio.Server | None = None
        self._gone: dict[asyncio.StreamWriter, asyncio.Event] = {}

    def make(self) -> Driver[Any]:
        return self._make(f"127.0.0.1:{self._port}")

    def make_first(self) -> Driver[Any]:
        return self._make(f"127.0.0.1:{self._port}", count=1)

    def mistakes(self) -> Mapping[str, Callable[[], Driver[Any]]]:
        return {
            "an address without a port": lambda: self._make("127.0.0.1"),
            "a contact that no panel has": lambda: self._make("127.0.0.1:7", contact=9),
        }

    def _make(self, address: str, contact: int = 1, count: int = 8) -> Driver[Any]:
        points = [
            Point(f"contact-{number}", CallPanel.PointConfig.model_validate({"contact": number}))
            for number in range(contact, contact + count)
        ]
        return CallPanel(CallPanel.Config.model_validate({"address": address}), points)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._drop()

    def show(self, values: Sequence[Value]) -> None:
        self._bits = "".join("1" if value else "0" for value in values)

    async def tell(self) -> None:
        await self._say(b"state %s\n" % self._bits.encode())

    async def report(self, place: int) -> None:
        self._number += 1
        clock = 0 if self._trouble is Trouble.CLOCK else 2_000
        seconds = 1_795_000_000 + clock * self._number - self._number
        parts = (self._number, place + 1, int(self._bits[place]), seconds)
        self._event = b"event %d %d %d %d\n" % parts
        await self.repeat()

    async def repeat(self) -> None:
        await self._say(self._event)

    def answered(self) -> int:
        return self._answers

    async def trouble(self, trouble: Trouble) -> None:
        self._trouble = trouble
        if trouble in (Trouble.REBOOT, Trouble.QUIET):
            await self._drop()

    async def heal(self) -> None:
        self._trouble = None

    def connections(self) -> int:
        return len(self._gone)

    async def _drop(self) -> None:
        for writer, gone in tuple(self._gone.items()):
            writer.transport.abort()
            await gone.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._gone[writer] = asyncio.Event()
        try:
            with contextlib.suppress(OSError):
                while self._trouble is not Trouble.REBOOT and (line := await reader.readline()):
                    self._answers += line == b"taken %d\n" % self._number
        finally:
            self._gone.pop(writer).set()
            writer.transport.abort()

    async def _say(self, line: bytes) -> None:
        for writer in tuple(self._gone):
            match self._trouble:
                case Trouble.HANG | Trouble.HALF_OPEN:
                    return
                case Trouble.RESET:
                    writer.write(line[:5])
                    await writer.drain()
                    writer.transport.abort()
                    return
                case Trouble.TRUNCATED:
                    line = line[:-4]
                case Trouble.GARBAGE:
                    line = b"\xff\x00 nonsense\n"
                case Trouble.SLOW:
                    await asyncio.sleep(self.timeout_ms / 3_000)
                case Trouble.FLOOD:
                    line = line * 2_000
                case _:
                    pass
            writer.write(line)


BENCH = CallPanelBench
