"""``monitord-panel``: simulated Modbus panels on this machine, driven by lines of text.

Lines come from the terminal, from a script file, and from a Unix socket. A line that is wrong is
answered with what to type instead; it never stops the panels.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from monitord_simulators.panel.commands import HELP, Desk
from monitord_simulators.panel.server import Panel
from monitord_simulators.panel.toggle import toggle
from monitord_simulators.session import (
    Session,
    StartError,
    controlled,
    read_script,
    read_terminal,
    say,
    whole,
    why_no_port,
)

COUNT_MAX: Final = 1_000
_LOOPBACK: Final = "127.0.0.1"


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
    add("--count", type=whole(1, COUNT_MAX), default=1, help="how many panels (default 1)")
    add("--host", default=_LOOPBACK, help="address to listen on (default 127.0.0.1, this machine)")
    add(
        "--port",
        type=whole(0, 65_535),
        default=15_020,
        help="port of the first panel, the next ones follow (default 15020; 0: any free ports)",
    )
    add("--inputs", type=whole(1, 65_536), default=64, help="inputs per panel (default 64)")
    add(
        "--unit",
        type=whole(0, 255),
        action="append",
        help="unit id that answers (default 1); give it again for more units in each panel",
    )
    add(
        "--counters",
        action="store_true",
        help="count the pulses of input N in input register N, as counting modules do",
    )
    add("--script", type=Path, metavar="FILE", help="lines to run at the start, as typed")
    add("--control", type=Path, metavar="SOCKET", help="Unix socket that takes lines, too")
    add(
        "--toggle",
        type=_rate,
        metavar="PER_SECOND",
        help="turn an input over so many times a second, one panel after the other",
    )
    add("--toggle-input", type=whole(0, 65_535), default=0, metavar="N", help="which (default 0)")
    add("--json", action="store_true", help="one JSON object a line, for scripts and benches")
    return parser


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
    script = read_script(options.script)
    panels = await _started(options)
    desk = Session(Desk(panels), say, as_json=options.json)
    toggling = None
    async with contextlib.AsyncExitStack() as stack:
        for panel in panels:
            stack.push_async_callback(panel.stop)
        stack.push_async_callback(desk.stop)
        await stack.enter_async_context(controlled(desk, options.control))
        _announce(panels, options)
        for line in script:
            desk.tell(desk.take(line))
        read_terminal(desk)
        if options.toggle:
            toggling = asyncio.create_task(
                toggle(
                    panels,
                    options.toggle,
                    say,
                    address=options.toggle_input,
                    as_json=options.json,
                )
            )
        await desk.until_told_to_stop()
        if toggling is not None:
            toggling.cancel()
            await asyncio.gather(toggling, return_exceptions=True)


async def _started(options: argparse.Namespace) -> list[Panel]:
    if options.port and options.port + options.count - 1 > 65_535:
        raise StartError(f"{options.count} panels from port {options.port} on pass port 65535")
    panels: list[Panel] = []
    for index in range(options.count):
        units = tuple(options.unit or (1,))
        panel = Panel(
            options.inputs,
            units=units,
            name=f"panel {index + 1}",
            seed=index,
            counters=options.counters,
        )
        port = options.port + index if options.port else 0
        try:
            await panel.start(options.host, port)
        except OSError as error:
            for started in panels:
                await started.stop()
            raise StartError(why_no_port(options.host, port, error)) from error
        panels.append(panel)
    return panels


def _announce(panels: Sequence[Panel], options: argparse.Namespace) -> None:
    ports = [panel.port for panel in panels]
    if options.json:
        say(json.dumps({"event": "listening", "host": options.host, "ports": ports}))
        return
    span = str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"
    what = "1 panel listens" if len(panels) == 1 else f"{len(panels)} panels listen"
    say(f"{what} on {options.host} port {span}, {options.inputs} inputs each. 'help' for more.")


if __name__ == "__main__":
    sys.exit(main())
