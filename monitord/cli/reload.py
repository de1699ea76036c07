"""``reload``: show what the changed site file means, then have it guarded.

What is taken is exactly the file that was shown: if it changed in between, it is refused.
"""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line, show
from monitord.cli.pin import pin_of
from monitord.cli.where import of_daemon
from monitord.runtime.site_reader import READ_S

View = dict[str, Any]


def reload(args: Namespace) -> int:
    """Look first; a PIN is asked for only where the new file weakens the guard."""
    if (args.confirm is None) is not (args.number is None):
        raise Mistake("Write: monitord reload confirm N", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state), answer_s=READ_S + 10) as daemon:
        if args.unless_weaker:
            return _unless_weaker(args, daemon)
        look = _asked(args, daemon, dry_run=True)
        if args.dry_run or not (look["changes"] or args.number):
            answer(args, look, _looked)
            return Exit.DONE
        if not args.json:
            show(_changes(look))
        needs_pin = look["weakens"] or args.person or args.number
        done = _asked(
            args,
            daemon,
            seen=look["seen"],
            confirm=args.number or 0,
            person=args.person,
            pin=pin_of(args, args.person) if needs_pin else "",
        )
    answer(args, done, _done)
    return Exit.DONE


def _unless_weaker(args: Namespace, daemon: Daemon) -> int:
    """For a service manager: nobody is asked, so nothing is weakened."""
    reply = daemon.ask("reload", unless_weaker=True)
    if not args.json:
        show([line(found) for found in reply.get("findings", ())])
        show(_changes(reply) if "changes" in reply else [])
    answer(args, accepted(reply), _done)
    return Exit.DONE


def _asked(args: Namespace, daemon: Daemon, **request: Any) -> View:
    reply = daemon.ask("reload", **request)
    if not args.json:
        show([line(found) for found in reply.get("findings", ())])
    return accepted(reply)


def _changes(view: View) -> Page:
    return [
        line(Cell("weakens  ", Style.WARN) if c["weakens"] else Cell("         "), c["words"])
        for c in view["changes"]
    ]


def _looked(view: View) -> Page:
    page = _changes(view)
    if not page:
        page = [line("The site file says what is guarded already.")]
    return page + _waits(view)


def _waits(view: View) -> Page:
    held = view["held"]
    if held is None:
        return []
    by = f", after {held['by']}" if held["by"] else ""
    words = f"It waits for a second person{by}: monitord reload confirm {held['number']}"
    return [line(Cell(words, Style.WARN))]


def _done(view: View) -> Page:
    if not view["accepted"]:
        return _waits(view) or [line("Nothing was changed.")]
    page: Page = [line(Cell("The new site is guarded.", Style.GOOD))]
    if not view["stored"]:
        page.append(line(Cell("It holds, but the disk has not stored it yet.", Style.WARN)))
    return page
