"""``walk-test``: walk past every detector of an area; whoever was not seen is named."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Line, Page, Style, line
from monitord.cli.pin import pin_if_named, pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import end as end_of
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def start(args: Namespace) -> int:
    """Begin. Always asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "walk-start",
            _page,
            area=args.area,
            until=end_of(args.until, daemon.get("walk-tests")),
            reason=args.reason,
            pin=pin_of(args, args.person),
        )
    return Exit.DONE


def end(args: Namespace) -> int:
    """End it before its time; the detectors are live again."""
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "walk-end",
            _page,
            area=args.area,
            pin=pin_if_named(args),
        )
    return Exit.DONE


def status(args: Namespace) -> int:
    """Those that run, and the last one of each area."""
    with Daemon(of_daemon(args.state)) as daemon:
        look(args, daemon, "walk-tests", _page)
    return Exit.DONE


def _page(view: View) -> Page:
    when = When.of(view)
    only = view.get("area")
    page: Page = []
    for test in view["walk_tests"]:
        if only in (None, test["area"]):
            page += _test(test, when)
    page = page or [line("There is no walk test, and there has been none.")]
    return page + (unstored(view) if "stored" in view else [])


def _test(test: View, when: When) -> list[Line]:
    over = test["ended"] is not None
    ends = f"over since {when.at(test['ended'])}" if over else f"until {when.at(test['until'])}"
    seen = f"{len(test['seen'])} of {test['points']} seen, {ends}, by {test['by']}"
    missing, style = test["not_seen"], Style.WARN if over else Style.PLAIN
    found = [line(Cell(test["place"], Style.TITLE), f" ({test['area']}): {seen}")]
    return [*found, *(line(Cell("not seen: ", style), point, indent=4) for point in missing)]
