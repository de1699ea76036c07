"""``mode``: how the site is run today, and another way to run it."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import end
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def mode(args: Namespace) -> int:
    """Show it, or run the site in another one; asks for the PIN where that weakens the guard."""
    if args.mode is not None and not args.reason.strip():
        raise Mistake("A change of mode needs --reason: why", exit_code=Exit.USAGE)
    if args.mode is None and (args.reason or args.until):
        raise Mistake("--reason and --until go with a mode", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        if args.mode is None:
            look(args, daemon, "mode", page)
            return Exit.DONE
        view = daemon.get("mode", to=args.mode)
        if view["to"]["needs_end"] and not args.until:
            words = f"{args.mode} guards less, so it has an end: add --until 18:00, 2h or a date"
            raise Mistake(words, exit_code=Exit.USAGE)
        asks = bool(view["to"]["weakens"] or args.person)
        give(
            args,
            daemon,
            "mode-change",
            _changed,
            mode=args.mode,
            reason=args.reason,
            until=end(args.until, view) if args.until else "",
            pin=pin_of(args, args.person) if asks else "",
        )
    return Exit.DONE


def _changed(view: View) -> Page:
    return [*page(view), *unstored(view)]


def page(view: View) -> Page:
    """The mode in words, worst first: that it was to end, and what stands unset in it."""
    when = When.of(view)
    page: Page = [line(Cell(in_words(view, when), _style(view)))]
    if view["since"] is not None:
        by = f" by {view['by']}" if view["by"] else " by itself"
        page.append(line(f"{when.since(view['since'])}{by}: {view['reason']}", indent=4))
    page += [line("chain of this mode: ", name, indent=4) for name in view["chains"]]
    if view["frozen"]:
        page.append(line("nothing may be moved in: ", _places(view["frozen"]), indent=4))
    for listed in view["may_unset"]:
        people = ", ".join(listed["people"]) or "nobody"
        page.append(line(f"may unset {listed['place']}: {people}", indent=4))
    if view["unset"]:
        page.append(line("unset now: ", _places(view["unset"]), indent=4))
    return page


def in_words(view: View, when: When) -> str:
    """``mode: works until 18:00 today, then closed``."""
    said = f"mode: {view['mode']}"
    if view["overstayed"]:
        return f"{said}, which was to end {when.minute(view['until'])}: end it or say until when"
    if view["until"] is not None:
        said += f" until {when.minute(view['until'])}"
        said += f", then {view['then']}" if view["then"] else ", then somebody must end it"
    return said


def _style(view: View) -> Style:
    if view["overstayed"]:
        return Style.WARN
    return Style.TITLE


def _places(places: list[View]) -> str:
    return ", ".join(place["place"] for place in places)
