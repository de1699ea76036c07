"""A running set of simulated devices and the lines that reach it: typed, from a script, a socket.

A line that is wrong is answered with what to type instead; it never stops the devices.
"""

import argparse
import asyncio
import contextlib
import errno
import json
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, Protocol

from monitord_simulators.lines import CommandError, parse_at

#: Lines that may wait for their time, and lines of a script.
LATER_MAX: Final = 10_000
_LINE_BYTES_MAX: Final = 4_096


class StartError(Exception):
    """The devices cannot start; the text says what to do."""


class Desk(Protocol):
    """Runs one line against the devices."""

    def run(self, line: str) -> str:
        """Say what was done. Raises ``CommandError``; nothing is done then."""


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
    """Lines from standard input, in a thread; its end leaves the devices running."""
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


def read_script(path: Path | None) -> list[str]:
    """The lines of a script, without comments. Raises ``StartError``."""
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"the script {path} cannot be read: {error}") from error
    if len(lines) > LATER_MAX:
        raise StartError(f"the script {path} has more than {LATER_MAX} lines")
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def why_no_port(host: str, port: int, error: OSError) -> str:
    """Why nothing can listen there, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is taken: choose others with --port"
        case errno.EACCES:
            return f"port {port} needs root: choose 1024 or higher with --port"
        case errno.EMFILE:
            return "too many files open: raise the limit with 'ulimit -n' or lower --count"
        case _:
            return f"cannot listen on {host} port {port}: {error.strerror or error}"


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads an argument that is a whole number."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number, {low} to {high}")
        return int(text)

    return read


def say(line: str) -> None:
    """A line for whoever watches, at once."""
    print(line, flush=True)


@contextlib.asynccontextmanager
async def controlled(session: Session, path: Path | None) -> AsyncIterator[None]:
    """Take lines on a Unix socket, where one is asked for. Raises ``StartError``."""
    if path is None:
        yield
        return
    try:
        server = await serve_control(session, path)
    except OSError as error:
        raise StartError(f"cannot listen on {path}: {error.strerror or error}") from error
    try:
        yield
    finally:
        server.close()
        os.unlink(path)  # noqa: PTH108 - one call that cannot wait


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
