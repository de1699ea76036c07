"""``acknowledge``, ``close``, ``declare`` and ``user add``: what a person says to the daemon.

A PIN is typed or comes through standard input; it is never an argument and never shown.
"""

import difflib
import getpass
import sys
from argparse import Namespace
from typing import Any

from monitord.cli import say_incident
from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer, print_json
from monitord.cli.page import Cell, Page, Style, line, show
from monitord.cli.when import span
from monitord.cli.where import of_daemon

View = dict[str, Any]


def acknowledge(args: Namespace) -> int:
    """Take an incident at the revision that was shown, or that ``--seen`` names."""
    with Daemon(of_daemon(args.state)) as daemon:
        number = args.number if args.number is not None else _choose(args, daemon)
        if number is None:
            return Exit.DONE
        seen = args.seen if args.seen is not None else _show(args, daemon, number)
        pin = _pin(args, args.person) if args.person else ""
        while True:
            reply = daemon.ask(
                "acknowledge",
                number=number,
                seen=seen,
                note=args.note,
                person=args.person,
                pin=pin,
            )
            if reply.get("code") != "worsened" or args.seen is not None or not _can_ask(args):
                break
            seen = _show_worse(reply)
            if not _yes("Take it as it is now?"):
                break
    if reply.get("code") == "worsened":
        reply["text"] += f". To see it and take it: monitord acknowledge {number}"
    answer(args, accepted(reply), _taken)
    return Exit.DONE


def close(args: Namespace) -> int:
    """Close an incident: handled, with its cause on record. Always asks for the PIN."""
    _check_cause(args.cause)
    with Daemon(of_daemon(args.state)) as daemon:
        seen = args.seen if args.seen is not None else _show(args, daemon, args.number)
        reply = daemon.ask(
            "close",
            number=args.number,
            seen=seen,
            cause=args.cause,
            finding=args.finding,
            note=args.note,
            person=args.person,
            pin=_pin(args, args.person),
        )
    answer(args, accepted(reply), _closed)
    return Exit.DONE


def _check_cause(cause: str) -> None:
    """Before a PIN is typed for nothing. Raises ``Mistake`` with the causes there are."""
    from monitord.core.closing import CAUSES

    if cause in CAUSES:
        return
    near = difflib.get_close_matches(cause, CAUSES, n=1)
    hint = f": did you mean {near[0]}? " if near else ". "
    raise Mistake(
        f"There is no cause {cause}{hint}The causes are: {', '.join(CAUSES)}", exit_code=Exit.USAGE
    )


def declare(args: Namespace) -> int:
    """An alarm without a detector: calls at once."""
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.ask(
            "declare",
            category=args.category,
            area=args.area,
            note=args.note,
            person=args.person,
            pin=_pin(args, args.person) if args.person else "",
        )
    answer(args, accepted(reply), _declared)
    return Exit.DONE


def add_user(args: Namespace) -> int:
    """Set a person's PIN; typed twice at a terminal."""
    with Daemon(of_daemon(args.state)) as daemon:
        pin = _pin(args, args.person)
        if not args.pin_stdin and _typed("Again: ") != pin:
            raise Mistake("The two PINs are not the same: nothing was changed")
        reply = daemon.get("user-add", person=args.person, pin=pin)
    answer(args, reply, lambda r: [line(f"{r['person']} can now use this PIN.")])
    return Exit.DONE


def _choose(args: Namespace, daemon: Daemon) -> int | None:
    """List what waits to be taken, and ask which."""
    view = daemon.get("incidents")
    view["incidents"] = [
        i for i in view["incidents"] if not i["acknowledged"] or i["since_acknowledged"]
    ]
    if args.json:
        print_json(view)
        return None
    show(say_incident.incidents(view))
    if not view["incidents"] or not _can_ask(args):
        return None
    said = _ask("Which one do you take? (number, or nothing to leave) ").lstrip("#")
    if said and not said.isdecimal():
        raise Mistake(f"{said} is not a number of the list: nothing was taken")
    return int(said) if said else None


def _show(args: Namespace, daemon: Daemon, number: int) -> int:
    """Show the incident; the revision that was shown. With ``--json`` the answer shows it."""
    view = daemon.get("incident", number=number)
    if not args.json:
        show(say_incident.whole(view))
    return int(view["incident"]["rev"])


def _show_worse(reply: View) -> int:
    incident = reply["incident"]
    why = "; ".join(incident["worse"])
    show([line(Cell(f"It has worsened since you looked: {why}", Style.ALARM))])
    show([line(say_incident.where(incident)), line(say_incident.what(incident))])
    return int(incident["rev"])


def _taken(reply: View) -> Page:
    incident = reply["incident"]
    page: Page = [
        line(Cell(f"Incident #{incident['number']} is yours: the calling rests.", Style.GOOD)),
        line("It is not closed. When it is handled: ",
             f"monitord close {incident['number']} --cause ..."),
    ]  # fmt: skip
    if incident["decide_in_s"] is not None:
        page.append(line(f"Without that, calls go on in {span(incident['decide_in_s'])}."))
    return page + _stored(reply)


def _closed(reply: View) -> Page:
    number = reply["incident"]["number"]
    return [line(Cell(f"Incident #{number} is closed.", Style.GOOD)), *_stored(reply)]


def _declared(reply: View) -> Page:
    incident = reply["incident"]
    return [
        line(Cell(f"Incident #{incident['number']} is open: ", Style.GOOD),
             say_incident.where(incident)),
        *_stored(reply),
    ]  # fmt: skip


def _stored(reply: View) -> Page:
    if reply["stored"]:
        return []
    return [line(Cell("It holds, but the disk has not stored it yet.", Style.WARN))]


def _pin(args: Namespace, person: str) -> str:
    whose = f"PIN of {person}" if person else "Your PIN"
    if args.pin_stdin:
        pin = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        pin = _typed(f"{whose}: ")
    else:
        raise Mistake("A PIN is needed: run this at a terminal, or give it with --pin-stdin")
    if not pin:
        raise Mistake("No PIN was given: nothing was changed")
    return pin


def _typed(prompt: str) -> str:
    """A PIN from the terminal; empty for one who leaves with Ctrl-D."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        sys.stderr.write("\n")
        return ""


def _can_ask(args: Namespace) -> bool:
    return sys.stdin.isatty() and not args.json and not args.pin_stdin


def _yes(question: str) -> bool:
    return _ask(f"{question} [y/N] ").lower() in ("y", "yes")


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""
