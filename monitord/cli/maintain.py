"""``maintenance``: who may isolate for their work, where and until when (T2.2b).

The end shows what is not normal there: whoever goes home shows it to whoever stays.
"""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Line, Page, Style, line
from monitord.cli.pin import pin_if_named, pin_of
from monitord.cli.say_held import HOW, unstored
from monitord.cli.until import end as end_of
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def maintenance(args: Namespace) -> int:
    """Show it, grant it, or end it; to grant asks for the PIN."""
    match args.does_what:
        case "grant":
            return _grant(args)
        case "end":
            return _end(args)
    with Daemon(of_daemon(args.state)) as daemon:
        look(args, daemon, "maintenance", _page)
    return Exit.DONE


def _grant(args: Namespace) -> int:
    areas = [area.strip() for area in args.areas.split(",") if area.strip()]
    if not (args.what and areas and args.until and args.reason.strip()):
        words = "Write: monitord maintenance grant WHO --areas A,B --until END --reason R"
        raise Mistake(words, exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "maintenance-grant",
            _page,
            who=args.what,
            areas=areas,
            until=end_of(args.until, daemon.get("maintenance")),
            reason=args.reason,
            pin=pin_of(args, args.person),
        )
    return Exit.DONE


def _end(args: Namespace) -> int:
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "maintenance-end",
            _page,
            number=_number(args, daemon),
            pin=pin_if_named(args),
        )
    return Exit.DONE


def _number(args: Namespace, daemon: Daemon) -> int:
    """The one that is named, or the only one that runs."""
    known = [g["number"] for g in daemon.get("maintenance")["grants"] if g["ended"] is None]
    if args.what is None and len(known) == 1:
        return int(known[0])
    digits = (args.what or "").removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) <= 9:
        return int(digits)
    shown = f"running are: {', '.join(map(str, known))}" if known else "none is running"
    raise Mistake(f"Write the number of a maintenance; {shown}", exit_code=Exit.USAGE)


def _page(view: View) -> Page:
    when, only = When.of(view), view.get("number")
    page: Page = []
    for grant in view["grants"]:
        if only in (None, grant["number"]):
            page += _one(grant, when)
    page = page or [line("No maintenance is granted, and none was.")]
    return page + (unstored(view) if "stored" in view else [])


def _one(grant: View, when: When) -> list[Line]:
    over = grant["ended"] is not None
    ends = f"over since {when.at(grant['ended'])}" if over else f"until {when.at(grant['until'])}"
    places = ", ".join(f"{area['place']} ({area['area']})" for area in grant["areas"])
    why = f", {grant['why']}" if grant["why"] else ""
    head = f": {grant['person']} {ends}{why}, granted by {grant['by']}: {grant['reason']}"
    found = [line(Cell(f"Maintenance {grant['number']}", Style.TITLE), head)]
    found.append(line(f"in {places}", indent=4))
    found += [line(f"held back under it: {held['source']}, {HOW[held['how']]}", indent=4)
              for held in grant["held_back"]]  # fmt: skip
    found += [line(Cell("not normal: ", Style.WARN), _off(point), indent=4)
              for point in grant["not_normal"]]  # fmt: skip
    if not grant["not_normal"]:
        found.append(line(Cell("everything there is normal", Style.GOOD), indent=4))
    return found


def _off(point: View) -> str:
    """``PIR by the door (east.pir), active, isolated, not seen to watch: …``."""
    said = [] if point["state"] == "normal" else [point["state"]]
    said += [HOW[how] for how in point["held_back"]]
    said += [point["not_proven"]] if point["not_proven"] else []
    return f"{point['name']} ({point['source']}): {', '.join(said)}"
