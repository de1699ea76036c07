"""A running set of panels and the lines that reach it: typed, from a script, from a socket.

A line that is wrong is answered with what to type instead; it never stops the panels.
"""

import asyncio
import contextlib
import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from monitord_simulators.panel.commands import CommandError, Desk, parse_at

#: Lines that may wait for their time, and lines of a script.
LATER_MAX: Final = 10_000
_LINE_BYTES_MAX: Final = 4_096


class Session:
    """Takes lines from anywhere, runs them now or later, and knows when to stop."""

    def __init__(self, desk: Desk, say: Callable[[str], None], *, as_json: bool) -> None:
        self._desk = desk
        self._say = say
        self._as_json = as_json
        self._later: set[asyncio.TimerHandle] = set()
        self._stop = asyncio.Event()

    def take(self, line: str) -> str:
        """Run one line, or put it off when it says ``at``; answers in words."""
        try:
            delay_ms, command = parse_at(line)
            if command == "quit":
                self._stop.set()
                return "stopping"
            if delay_ms == 0:
                return self._desk.run(command)
            self._put_off(delay_ms, command)
        except CommandError as error:
            return f"error: {error}"
        return f"in {delay_ms} ms: {command}"

    def tell(self, answer: str) -> None:
        """Show an answer."""
        if answer:
            self._say(json.dumps({"event": "answer", "text": answer}) if self._as_json else answer)

    async def until_told_to_stop(self) -> None:
        """Wait for 'quit', Ctrl-C or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        await self._stop.wait()

    async def stop(self) -> None:
        """Forget what was put off."""
        for handle in self._later:
            handle.cancel()

    def _put_off(self, delay_ms: int, command: str) -> None:
        if len(self._later) >= LATER_MAX:
            raise CommandError(f"more than {LATER_MAX} lines are waiting already")

        def run() -> None:
            self._later.discard(handle)
            self.tell(self.take(command))

        handle = asyncio.get_running_loop().call_later(delay_ms / 1_000, run)
        self._later.add(handle)


def read_terminal(session: Session) -> None:
    """Lines from standard input, in a thread; its end leaves the panels running."""
    loop = asyncio.get_running_loop()

    def take(line: str) -> None:
        session.tell(session.take(line))

    def read() -> None:
        # Unbuffered: a thread inside a buffered read would block the end of the program.
        rest = b""
        with contextlib.suppress(OSError, RuntimeError):
            while chunk := os.read(0, _LINE_BYTES_MAX):
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[-_LINE_BYTES_MAX:]
                for line in lines:
                    loop.call_soon_threadsafe(take, line.decode(errors="replace"))

    threading.Thread(target=read, name="terminal", daemon=True).start()


async def serve_control(session: Session, path: Path) -> asyncio.Server:
    """Take lines on a Unix socket too, an empty line after each answer. Raises ``OSError``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the program ends: nothing is owed to the other end, and asyncio would
        # print a traceback for a handler that ends so.
        with contextlib.suppress(OSError, ValueError, asyncio.CancelledError):
            while line := await reader.readline():
                writer.write((session.take(line.decode(errors="replace")) + "\n\n").encode())
                await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(serve, path, limit=_LINE_BYTES_MAX)
