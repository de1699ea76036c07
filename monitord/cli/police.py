"""``police``: the references, the false calls on each, and the police who answer again."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.pin import pin_if_named, pin_of
from monitord.cli.say_held import unstored
from monitord.cli.when import When
from monitord.cli.where import of_daemon
from monitord.runtime.control.protocol import nearest_text

View = dict[str, Any]


def police(args: Namespace) -> int:
    """List them; with ``reinstate REF`` say that the police answer again."""
    match args.does_what:
        case "reinstate":
            return _reinstate(args)
        case "told":
            return _told(args)
    with Daemon(of_daemon(args.state)) as daemon:
        answer(args, daemon.get("police"), _page)
    return Exit.DONE


def _told(args: Namespace) -> int:
    digits = (args.reference or "").removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise Mistake("Write: monitord police told 7 [--by-centre]", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.ask(
            "police-told",
            number=int(digits),
            how="receiving-centre" if args.by_centre else "self",
            person=args.person,
            pin=pin_if_named(args),
        )
    said = f"Incident {digits}: it is on record that the police know."
    answer(args, accepted(reply), lambda r: [line(said), *unstored(r)])
    return Exit.DONE


def _reinstate(args: Namespace) -> int:
    if not (args.reference and args.reason):
        raise Mistake("Write: monitord police reinstate REF --reason R", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        known = [reference["reference"] for reference in daemon.get("police")["police"]]
        if args.reference not in known:
            raise Mistake(nearest_text("police reference", args.reference, known), code="unknown")
        reply = daemon.ask(
            "police-reinstate",
            reference=args.reference,
            reason=args.reason,
            person=args.person,
            pin=pin_of(args, args.person),
        )
    answer(args, accepted(reply), lambda r: [*_page(r), *unstored(r)])
    return Exit.DONE


def _page(view: View) -> Page:
    """Reference by reference, worst word first."""
    when = When.of(view)
    if not view["police"]:
        return [line("No police reference is declared.")]
    page: Page = []
    for reference in view["police"]:
        page.append(line(Cell(reference["reference"], Style.TITLE), f": {_what(reference)}"))
        page.append(line(_standing(reference, when), indent=4))
        page += [
            line(f"incident #{call['incident']}, {call['cause']}: called {when.at(call['called'])}",
                 f", counts until {when.at(call['until'])}", indent=4)
            for call in reference["false_calls"]
        ]  # fmt: skip
    return page


def _what(reference: View) -> str:
    if not reference["declared"]:
        return "not in the site file any more"
    sure = "confirmed " if reference["confirmed"] else ""
    where = f" in {', '.join(reference['areas'])}" if reference["areas"] else ""
    return f"{reference['number']}, for {sure}{reference['type']} alarms{where}"


def _standing(reference: View, when: When) -> Cell:
    if reference["withdrawn"] is not None:
        instead = " and ".join(reference["instead"]) or "nobody"
        words = f"WITHDRAWN {when.since(reference['withdrawn'])}: {instead} is called instead"
        return Cell(words, Style.ALARM)
    count = len(reference["false_calls"])
    last = reference["withdrawn_at"]
    words = f"{count} false call{'s' * (count != 1)} within 365 days"
    words += f", withdrawn at {last}" if last else ""
    warns = reference["warn_at"] is not None and count >= reference["warn_at"]
    return Cell(words, Style.WARN if warns else Style.GOOD)
