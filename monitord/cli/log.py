"""``log``: the occurrence log of a day, and what a person writes into it."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line, table
from monitord.cli.pin import pin_if_named, text_of
from monitord.cli.say_held import unstored
from monitord.cli.until import day, past
from monitord.cli.when import When, moment, zone
from monitord.cli.where import of_daemon

View = dict[str, Any]


def log(args: Namespace) -> int:
    """Show a day; with ``--add`` or ``--amend`` write an entry."""
    if args.amend and args.add:
        raise Mistake("--amend has no kind: leave --add out", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        site = daemon.get("site")
        if args.add or args.amend:
            _write(args, daemon, site)
        else:
            since, until = _bounds(args, site)
            found = daemon.get("log", since=since, until=until)
            answer(args, _wanted(args, found), _page)
    return Exit.DONE


def _write(args: Namespace, daemon: Daemon, site: View) -> None:
    at = ""
    if args.at:
        at = _rfc3339(past(args.at, moment(site["now"]), zone(site["site"]["timezone"])))
    reply = daemon.ask(
        "log-write",
        kind=args.add,
        amends=args.amend or 0,
        at=at,
        area=args.area,
        note=text_of(args, "text"),
        person=args.person,
        pin=pin_if_named(args),
    )
    answer(args, accepted(reply), _written)


def _written(reply: View) -> Page:
    return [line(f"Entry {reply['number']} is in the log."), *unstored(reply)]


def _bounds(args: Namespace, site: View) -> tuple[str, str]:
    """The day from midnight to midnight of the site, however long it is."""
    tz = zone(site["site"]["timezone"])
    today = moment(site["now"]).astimezone(tz)
    first = day(args.day or today.strftime("%Y-%m-%d"), site["site"]["timezone"])
    date = first.astimezone(tz).date()
    begin, end = (
        datetime(d.year, d.month, d.day, tzinfo=tz) for d in (date, date + timedelta(days=1))
    )
    return _rfc3339(begin), _rfc3339(end)


def _rfc3339(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _wanted(args: Namespace, found: View) -> View:
    words = args.find.casefold()
    lines = [
        each
        for each in found["lines"]
        if (not args.area or each["area"] == args.area)
        and (not args.kind or each["kind"] == args.kind)
        and words in f"{each['text']} {each['by']} {each['area']}".casefold()
    ]
    return {**found, "lines": lines}


def _page(view: View) -> Page:
    when = When.of(view)
    page: Page = []
    if not view["whole"]:
        page.append(line(Cell("So much happened that the beginning is left out.", Style.WARN)))
    if not view["lines"]:
        return [*page, line("Nothing is in the log.")]
    rows = [
        (
            when.at(each["occurred"]),
            str(each["number"] or ""),
            each["kind"],
            each["area"],
            each["text"] + _besides(each, when),
            each["by"],
        )
        for each in view["lines"]
    ]
    return [*page, table(("time", "entry", "kind", "area", "what", "by"), rows)]


def _besides(each: View, when: When) -> str:
    said = f" (to entry {each['amends']})" if each["amends"] else ""
    late = each["number"] and each["occurred"][:16] != each["written"][:16]
    return said + (f" (written {when.at(each['written'])})" if late else "")
