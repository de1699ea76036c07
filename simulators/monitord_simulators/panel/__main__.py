"""``monitord-panel``: simulated Modbus panels on this machine, driven by lines of text.

Lines come from the terminal, from a script file, and from a Unix socket. A line that is wrong is
answered with what to type instead; it never stops the panels.
"""

import argparse
import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from monitord_simulators.panel.commands import HELP, CommandError, Desk, parse_at
from monitord_simulators.panel.server import Panel
from monitord_simulators.panel.toggle import toggle

COUNT_MAX: Final = 1_000
_LINE_BYTES_MAX: Final = 4_096
_SCRIPT_LINES_MAX: Final = 10_000
_LOOPBACK: Final = "127.0.0.1"


class StartError(Exception):
    """The panels cannot start; the text says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the panels until 'quit', Ctrl-C or SIGTERM. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_run(options))
    except StartError as error:
        print(f"monitord-panel: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="monitord-panel",
        description="Simulated Modbus TCP panels that misbehave on request.",
        epilog="What you can type while they run:\n\n" + HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--count", type=_whole(1, COUNT_MAX), default=1, help="how many panels (default 1)")
    add("--host", default=_LOOPBACK, help="address to listen on (default 127.0.0.1, this machine)")
    add(
        "--port",
        type=_whole(0, 65_535),
        default=15_020,
        help="port of the first panel, the next ones follow (default 15020; 0: any free ports)",
    )
    add("--inputs", type=_whole(1, 65_536), default=64, help="inputs per panel (default 64)")
    add(
        "--unit",
        type=_whole(0, 255),
        action="append",
        help="unit id that answers (default 1); give it again for more units in each panel",
    )
    add("--script", type=Path, metavar="FILE", help="lines to run at the start, as typed")
    add("--control", type=Path, metavar="SOCKET", help="Unix socket that takes lines, too")
    add(
        "--toggle",
        type=_rate,
        metavar="PER_SECOND",
        help="turn an input over so many times a second, one panel after the other",
    )
    add("--toggle-input", type=_whole(0, 65_535), default=0, metavar="N", help="which (default 0)")
    add("--json", action="store_true", help="one JSON object a line, for scripts and benches")
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number, {low} to {high}")
        return int(text)

    return read


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.001 <= rate <= 10_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a rate, 0.001 to 10000 a second")
    return rate


async def _run(options: argparse.Namespace) -> None:
    if options.toggle and options.toggle_input >= options.inputs:
        raise StartError(
            f"there is no input {options.toggle_input} to toggle: the panels have "
            f"0 to {options.inputs - 1}"
        )
    script = _script(options.script)
    panels = await _started(options)
    _announce(panels, options)
    desk = _Session(Desk(panels), as_json=options.json)
    toggling = None
    async with contextlib.AsyncExitStack() as stack:
        for panel in panels:
            stack.push_async_callback(panel.stop)
        stack.push_async_callback(desk.stop)
        if options.control is not None:
            await stack.enter_async_context(_control(desk, options.control))
        for line in script:
            desk.tell(desk.take(line))
        _read_terminal(desk)
        if options.toggle:
            toggling = asyncio.create_task(
                toggle(
                    panels,
                    options.toggle,
                    _say,
                    address=options.toggle_input,
                    as_json=options.json,
                )
            )
        await desk.until_told_to_stop()
        if toggling is not None:
            toggling.cancel()
            await asyncio.gather(toggling, return_exceptions=True)


def _script(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"the script {path} cannot be read: {error}") from error
    if len(lines) > _SCRIPT_LINES_MAX:
        raise StartError(f"the script {path} has more than {_SCRIPT_LINES_MAX} lines")
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


async def _started(options: argparse.Namespace) -> list[Panel]:
    if options.port and options.port + options.count - 1 > 65_535:
        raise StartError(f"{options.count} panels from port {options.port} on pass port 65535")
    panels: list[Panel] = []
    for index in range(options.count):
        units = tuple(options.unit or (1,))
        panel = Panel(options.inputs, units=units, name=f"panel {index + 1}", seed=index)
        port = options.port + index if options.port else 0
        try:
            await panel.start(options.host, port)
        except OSError as error:
            for started in panels:
                await started.stop()
            raise StartError(_why_no_port(options.host, port, error)) from error
        panels.append(panel)
    return panels


def _why_no_port(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is taken: choose others with --port"
        case errno.EACCES:
            return f"port {port} needs root: choose 1024 or higher with --port"
        case errno.EMFILE:
            return "too many files open: raise the limit with 'ulimit -n' or lower --count"
        case _:
            return f"cannot listen on {host} port {port}: {error.strerror or error}"


def _announce(panels: Sequence[Panel], options: argparse.Namespace) -> None:
    ports = [panel.port for panel in panels]
    if options.json:
        _say(json.dumps({"event": "listening", "host": options.host, "ports": ports}))
        return
    span = str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"
    what = "1 panel listens" if len(panels) == 1 else f"{len(panels)} panels listen"
    _say(f"{what} on {options.host} port {span}, {options.inputs} inputs each. 'help' for more.")


class _Session:
    """Takes lines from anywhere, runs them now or later, and knows when to stop."""

    def __init__(self, desk: Desk, *, as_json: bool) -> None:
        self._desk = desk
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
            _say(json.dumps({"event": "answer", "text": answer}) if self._as_json else answer)

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
        if len(self._later) >= _SCRIPT_LINES_MAX:
            raise CommandError(f"more than {_SCRIPT_LINES_MAX} lines are waiting already")

        def run() -> None:
            self._later.discard(handle)
            self.tell(self.take(command))

        handle = asyncio.get_running_loop().call_later(delay_ms / 1_000, run)
        self._later.add(handle)


def _read_terminal(session: _Session) -> None:
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


@contextlib.asynccontextmanager
async def _control(session: _Session, path: Path):  # type: ignore[no-untyped-def]
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := await reader.readline():
                writer.write((session.take(line.decode(errors="replace")) + "\n").encode())
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_unix_server(serve, path, limit=_LINE_BYTES_MAX)
    except OSError as error:
        raise StartError(f"cannot listen on {path}: {error.strerror or error}") from error
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
