"""``acknowledge``, ``close``, ``declare`` and ``user add``: what a person says to the daemon.

A PIN is typed or comes through standard input; it is never an argument and never shown. Notes
may come that way too (``-``), since others on this machine see what stands in an argument.
"""

import difflib
import sys
from argparse import Namespace
from typing import Any

from monitord.cli import say_incident, say_plan
from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give
from monitord.cli.names import with_names
from monitord.cli.output import answer, print_json
from monitord.cli.page import Cell, Page, Style, line, show
from monitord.cli.pin import pin_if_named, pin_of, text_of, typed
from monitord.cli.say_held import unstored
from monitord.cli.when import When, span
from monitord.cli.where import of_daemon
from monitord.core.causes import ASSUMED, CAUSES
from monitord.runtime.control.commands import UNKEPT
from monitord.runtime.control.protocol import nearest_text

View = dict[str, Any]


def acknowledge(args: Namespace) -> int:
    """Take an incident at the revision that was shown, or that ``--seen`` names."""
    with Daemon(of_daemon(args.state)) as daemon:
        number = args.number if args.number is not None else _choose(args, daemon)
        if number is None:
            return Exit.DONE
        seen, opened = _seen(args, daemon, number)
        pin = pin_if_named(args)
        note = text_of(args, "note")
        while True:
            reply = daemon.ask(
                "acknowledge",
                number=number,
                seen=seen,
                opened=opened,
                note=note,
                person=args.person,
                pin=pin,
            )
            if reply.get("code") != "worsened" or args.seen is not None or not _can_ask(args):
                break
            seen = _show_worse(with_names(args, daemon, reply))
            if not _yes("Take it as it is now?"):
                break
    if reply.get("code") == "worsened":
        reply["text"] += f". To see it and take it: monitord acknowledge {number}"
    answer(args, accepted(reply), _taken)
    return Exit.DONE


def step(args: Namespace) -> int:
    """Say that a step of the plan is done, or why it is not."""
    with Daemon(of_daemon(args.state)) as daemon:
        give(
            args,
            daemon,
            "step",
            _stepped,
            number=args.number,
            step=args.step,
            refused=bool(args.refuse),
            reason=args.refuse,
            pin=pin_if_named(args),
        )
    return Exit.DONE


def _stepped(reply: View) -> Page:
    return [*say_plan.steps(reply["plan"], When.of(reply)), *unstored(reply)]


def close(args: Namespace) -> int:
    """Close an incident: handled, with its cause on record. Always asks for the PIN."""
    _check_cause(args.cause)
    with Daemon(of_daemon(args.state)) as daemon:
        seen, opened = _seen(args, daemon, args.number)
        pin = pin_of(args, args.person)
        reply = daemon.ask(
            "close",
            number=args.number,
            seen=seen,
            opened=opened,
            cause=args.cause,
            finding=text_of(args, "finding"),
            found_by=args.found_by,
            looked=args.looked,
            note=text_of(args, "note"),
            person=args.person,
            pin=pin,
        )
    answer(args, accepted(reply), _closed)
    return Exit.DONE


def agree(args: Namespace) -> int:
    """Close an incident as another person has asked. Always asks for the PIN."""
    with Daemon(of_daemon(args.state)) as daemon:
        seen, opened = _seen(args, daemon, args.number)
        reply = daemon.ask(
            "agree",
            number=args.number,
            seen=seen,
            opened=opened,
            person=args.person,
            pin=pin_of(args, args.person),
        )
    answer(args, accepted(reply), _closed)
    return Exit.DONE


def _check_cause(cause: str) -> None:
    """Before a PIN is typed for nothing. Raises ``Mistake`` with the causes there are."""
    if cause in CAUSES:
        return
    near = difflib.get_close_matches(cause, CAUSES, n=1)
    hint = f": did you mean {near[0]}? " if near else ". "
    raise Mistake(
        f"There is no cause {cause}{hint}The causes are: {', '.join(CAUSES)}", exit_code=Exit.USAGE
    )


def confirm(args: Namespace) -> int:
    """A person has seen that it is real: the incident worsens, and its chain skips ahead."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = daemon.get("incident", number=args.number)
        reply = daemon.ask(
            "confirm",
            number=args.number,
            how=args.how,
            opened=view["incident"]["opened"],
            person=args.person,
            pin=pin_if_named(args),
            note=text_of(args, "note"),
        )
    answer(args, accepted(reply), _confirmed)
    return Exit.DONE


def declare(args: Namespace) -> int:
    """An alarm without a detector: calls at once."""
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.ask(
            "declare",
            category=args.category,
            area=args.area,
            person=args.person,
            pin=pin_if_named(args),
            note=text_of(args, "note"),
        )
    answer(args, accepted(reply), _declared)
    return Exit.DONE


def add_user(args: Namespace) -> int:
    """Set a person's PIN; typed twice at a terminal."""
    with Daemon(of_daemon(args.state)) as daemon:
        people = [p["id"] for p in daemon.get("people")["people"]]
        if args.person not in people:
            raise Mistake(nearest_text("person", args.person, people), code="unknown")
        pin = pin_of(args, args.person)
        if not args.pin_stdin and typed("Again: ") != pin:
            raise Mistake("The two PINs are not the same: nothing was changed")
        reply = daemon.get("user-add", person=args.person, pin=pin, duress=args.duress)
    forced = " when they are forced: it does the same, and calls help" if args.duress else ""
    answer(args, reply, lambda r: [line(f"{r['person']} can now use this PIN{forced}.")])
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
    show(say_incident.incidents(with_names(args, daemon, view)))
    if not view["incidents"] or not _can_ask(args):
        return None
    said = _ask("Which one do you take? (number, or nothing to leave) ").lstrip("#")
    if said and not said.isdecimal():
        raise Mistake(f"{said} is not a number of the list: nothing was taken")
    return int(said) if said else None


def _seen(args: Namespace, daemon: Daemon, number: int) -> tuple[int, str]:
    """What was looked at: a revision, and when that incident was opened where it is known."""
    return (args.seen, args.opened) if args.seen is not None else _show(args, daemon, number)


def _show(args: Namespace, daemon: Daemon, number: int) -> tuple[int, str]:
    """Show the incident; the revision that was shown. With ``--json`` the answer shows it."""
    view = daemon.get("incident", number=number)
    if not args.json:
        show(say_incident.whole(with_names(args, daemon, view)))
    return int(view["incident"]["rev"]), str(view["incident"]["opened"])


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
    return page + unstored(reply)


def _confirmed(reply: View) -> Page:
    incident = reply["incident"]
    words = say_incident.sure(incident)
    return [line(f"Incident #{incident['number']} is {words}."), *unstored(reply)]


def _closed(reply: View) -> Page:
    incident = reply["incident"]
    if incident["open"]:
        words = f"Incident #{incident['number']} stays open until a second person agrees: "
        how = f"monitord agree {incident['number']}"
        return [line(Cell(words, Style.WARN), how), *unstored(reply)]
    page: Page = [line(Cell(f"Incident #{incident['number']} is closed.", Style.GOOD))]
    if incident["cause"] == ASSUMED:
        page.append(line(Cell("Nobody looked: it is reported as that.", Style.WARN)))
    if incident["finding"] == UNKEPT:
        page.append(line(Cell("The finding could not be stored: write it down.", Style.WARN)))
    return page + unstored(reply)


def _declared(reply: View) -> Page:
    incident = reply["incident"]
    return [
        line(Cell(f"Incident #{incident['number']} is open: ", Style.GOOD),
             say_incident.where(incident)),
        *unstored(reply),
    ]  # fmt: skip


def _can_ask(args: Namespace) -> bool:
    return sys.stdin.isatty() and not args.json and not args.pin_stdin


def _yes(question: str) -> bool:
    return _ask(f"{question} [y/N] ").lower() in ("y", "yes")


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""
