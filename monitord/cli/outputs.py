"""``outputs`` and ``output``: sirens, strobes and relays at the prompt."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Line, Page, Style, line
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import seconds
from monitord.cli.when import span
from monitord.cli.where import of_daemon

View = dict[str, Any]

_STYLE = {"on": Style.ALARM, "off": Style.GOOD, "unknown": Style.WARN}


def outputs(args: Namespace) -> int:
    """List them."""
    with Daemon(of_daemon(args.state)) as daemon:
        answer(args, daemon.get("outputs"), page)
    return Exit.DONE


def switch(args: Namespace) -> int:
    """Off, or a short test. Always asks for the PIN."""
    test = args.to_be == "test"
    if test is (not args.lasts):
        raise Mistake("Write: output NAME off, or: output NAME test --for 5s", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.ask(
            "output",
            output=args.output,
            on=test,
            for_s=seconds(args.lasts) if test else 0,
            person=args.person,
            pin=pin_of(args, args.person),
        )
    answer(args, accepted(reply), lambda r: [*page(r), *unstored(r)])
    return Exit.DONE


def page(view: View) -> Page:
    """One line each, with what is wrong below it."""
    if not view["outputs"]:
        return [line("No output is declared: monitord switches nothing here.")]
    return [said for output in view["outputs"] for said in lines(output)]


def lines(output: View) -> list[Line]:
    """What it is, why, and for how much longer."""
    words = output["is"] if output["is"] != "unknown" else f"to be {output['to_be']}, not known"
    left = f", {span(output['left_s'])} more at most" if output["left_s"] is not None else ""
    why = f", {output['why']}" if output["why"] else ""
    where = f", {output['place']}" if output["area"] else ""
    said = [
        line(f"{output['output']} ({output['name']}{where}): ",
             Cell(words, _STYLE[output["is"]]), f"{left}{why}")
    ]  # fmt: skip
    if output["failed"]:
        cell = Cell(f"its device does not do it: {output['failed']}", Style.ALARM)
        said.append(line(cell, indent=4))
    if not output["timed"]:
        said.append(line("stays on if the server dies: nothing in the device ends it", indent=4))
    return said
