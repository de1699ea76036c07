"""A simulated panel for the driver beside this file, and everything that can be wrong with it."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitord.driver import Driver, Point, Value
from monitord.testing.conformance import Bench, Trouble, load_driver

TextPanel = load_driver(Path(__file__).with_name("driver.py"))


class TextPanelBench(Bench):
    """Eight contacts on a socket; ``monitord driver test`` does the rest."""

    pairs = [(False, True)] * 8

    def __init__(self) -> None:
        self._port = 0
        self._answer = b"00000000"
        self._trouble: Trouble | None = None
        self._held_back = b""
        self._asked = 0
        self._server: asyncio.Server | None = None
        self._gone: dict[asyncio.StreamWriter, asyncio.Event] = {}

    def make(self) -> Driver[Any]:
        return self._make(f"127.0.0.1:{self._port}")

    def mistakes(self) -> Mapping[str, Callable[[], Driver[Any]]]:
        return {
            "an address without a port": lambda: self._make("127.0.0.1"),
            "a contact that no panel has": lambda: self._make("127.0.0.1:7", contact=9),
        }

    def _make(self, address: str, contact: int = 1) -> Driver[Any]:
        points = [
            Point(f"contact-{number}", TextPanel.PointConfig.model_validate({"contact": number}))
            for number in range(contact, contact + 8)
        ]
        return TextPanel(TextPanel.Config.model_validate({"address": address}), points)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._drop()

    def show(self, values: Sequence[Value]) -> None:
        self._answer = bytes(ord("1") if value else ord("0") for value in values)

    async def trouble(self, trouble: Trouble) -> None:
        self._trouble = trouble
        if trouble in (Trouble.REBOOT, Trouble.QUIET):
            await self._drop()

    async def heal(self) -> None:
        self._trouble = None

    def asked(self) -> int:
        return self._asked

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
                    self._asked += 1
                    number = line.split()[1]
                    await self._reply(writer, number + b" " + self._answer + b"\n")
        finally:
            self._gone.pop(writer).set()
            writer.transport.abort()

    async def _reply(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        match self._trouble:
            case Trouble.HANG:
                return
            case Trouble.HALF_OPEN:
                writer.transport.pause_reading()  # type: ignore[attr-defined]  # sockets have it
                return
            case Trouble.RESET:
                writer.write(answer[:5])
                await writer.drain()
                writer.transport.abort()
                return
            case Trouble.TRUNCATED:
                answer = answer[:-4]
            case Trouble.GARBAGE:
                answer = b"\xff\x00 nonsense\n"
            case Trouble.SLOW:
                await asyncio.sleep(self.timeout_ms / 3_000)
            case Trouble.FLOOD:
                answer = b"0 00000000\n" * 100 + answer
            case Trouble.LATE:
                answer, self._held_back = self._held_back, answer
            case _:
                pass
        writer.write(answer)


BENCH = TextPanelBench
