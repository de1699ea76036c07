"""``evidence list``, ``hold`` and ``release``: what is kept of incidents, and who wants it kept."""

from argparse import Namespace
from datetime import date
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Page, Style, line, table
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import end as end_of
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]

#: A bare date is that morning: the fault of a date that is over calls people.
MORNING = "T09:00"


def kept(args: Namespace) -> int:
    """Incident by incident: pictures, bytes, until when, and who holds it why."""
    with Daemon(of_daemon(args.state)) as daemon:
        look(args, daemon, "evidence", _page)
    return Exit.DONE


def hold(args: Namespace) -> int:
    """Hold the pictures of an incident, or say anew until when; asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "evidence-hold",
            _changed,
            number=args.number,
            until=end_of(_morning(args.until), daemon.get("evidence")),
            reason=args.reason,
            pin=pin_of(args, args.person),
        )
    return Exit.DONE


def release(args: Namespace) -> int:
    """Hold them no longer; asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        pin = pin_of(args, args.person)
        give(args, daemon, "evidence-release", _changed, number=args.number, pin=pin)
    return Exit.DONE


def _morning(until: str) -> str:
    try:
        date.fromisoformat(until)
    except ValueError:
        return until
    return until + MORNING


def _changed(view: View) -> Page:
    words = "is held now" if view["held"] else "is held no longer"
    said = line(Cell(f"What is kept of incident {view['number']} {words}.", Style.GOOD))
    return [said, *_page(view), *unstored(view)]


def _page(view: View) -> Page:
    when = When.of(view)
    if not view["incidents"]:
        return [line("Nothing is kept of any incident.")]
    rows = [
        (
            f"#{each['number']}",
            str(each["pictures"]),
            _size(each["bytes"]),
            _until(each, when),
            *_hold(each["hold"], when),
        )
        for each in view["incidents"]
    ]
    columns = ("incident", "pictures", "size", "kept until", "held by", "look again", "because")
    total = f"{view['pictures']} pictures, {_size(view['bytes'])}"
    return [table(columns, rows), line(total)]


def _until(each: View, when: When) -> str | Cell:
    if each["hold"] is not None:
        return "released"
    if each["open"]:
        return "closed, and its time is over"
    return "its pictures are gone" if each["until"] is None else when.minute(each["until"])


def _hold(hold: View | None, when: When) -> tuple[str, str | Cell, str]:
    if hold is None:
        return "", "", ""
    review = when.minute(hold["review"])
    return (
        hold["by"],
        Cell(f"{review}, which is over", Style.ALARM) if hold["overdue"] else review,
        hold["reason"],
    )


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
