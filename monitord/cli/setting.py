"""``set``, ``unset`` and ``exception``: areas at the prompt."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give
from monitord.cli.names import with_names
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import end
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def set_area(args: Namespace) -> int:
    """Set an area; ``--force`` over what speaks against it, and ``--part``, ask for the PIN."""
    if args.force and not args.reason.strip():
        raise Mistake("--force needs --reason: why it is set all the same", exit_code=Exit.USAGE)
    asks = bool(args.force or args.part or args.person)
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "set",
            _set,
            area=args.area,
            force=args.force,
            reason=args.reason,
            part=args.part,
            pin=pin_of(args, args.person) if asks else "",
        )
    return Exit.DONE


def unset_area(args: Namespace) -> int:
    """Unset an area. Always asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "unset",
            _unset,
            area=args.area,
            pin=pin_of(args, args.person),
        )
    return Exit.DONE


def except_area(args: Namespace) -> int:
    """Let an area be unset outside its hours until an end. Always asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = daemon.get("areas")
        reply = daemon.ask(
            "exception",
            area=args.area,
            until=end(args.until, view),
            reason=args.reason,
            person=args.person,
            pin=pin_of(args, args.person),
        )
        shown = with_names(args, daemon, accepted(reply))
        answer(args, {**shown, "site": view["site"], "now": view["now"]}, _excepted)
    return Exit.DONE


def _excepted(reply: View) -> Page:
    area = reply["area"]
    until = When.of(reply).minute(area["exception"]["until"])
    text = f"{area['place']} ({area['area']}) may be unset until {until}, then its hours count."
    return [line(Cell(text, Style.WARN)), *unstored(reply)]


def _set(reply: View) -> Page:
    area = reply["area"]
    word = {"part-set": "part set"}.get(area["state"], "set")
    page: Page = [line(Cell(f"{area['place']} ({area['area']}) is {word}.", Style.GOOD))]
    page += [
        line(Cell("overridden: ", Style.WARN), f"{p['point']}, {p['why']}", indent=4)
        for p in area["prevents_setting"]
    ]
    if area["phase"] == "exit":
        page.append(line(f"Leave within {area['seconds_left']} s and shut the door.", indent=4))
    return page + unstored(reply)


def _unset(reply: View) -> Page:
    area = reply["area"]
    text = f"{area['place']} ({area['area']}) is unset: what moves there alarms no longer."
    page: Page = [line(Cell(text, Style.WARN))]
    for number in area["incidents"]:  # one that this very unsetting began, too
        told = f"Incident #{number} is open there: see monitord incidents {number}"
        page.append(line(Cell(told, Style.WARN), indent=4))
    return page + unstored(reply)
