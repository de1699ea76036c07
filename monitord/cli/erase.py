"""``journal erase``: have the daemon forget a person who has left, or one note."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.pin import pin_of
from monitord.cli.where import of_daemon

View = dict[str, Any]

#: The daemon writes a file anew for this: longer than it takes itself for it.
ANSWER_S = 60.0


def erase(args: Namespace) -> int:
    """Ask the daemon; exit code 1 as long as the bytes are not gone."""
    with Daemon(of_daemon(args.state), answer_s=ANSWER_S) as daemon:
        reply = daemon.ask(
            "erase",
            what=args.what,
            reason=args.reason,
            person=args.person,
            pin=pin_of(args, args.person),
        )
    view = accepted(reply)
    answer(args, view, _said)
    return Exit.DONE if view["done"] else Exit.REFUSED


def _said(view: View) -> Page:
    if view["done"]:
        kept_for = f", kept to: {', '.join(view['purposes'])}" if view["purposes"] else ""
        words = f"Erased: {view['what']}, {view['texts']} texts{kept_for}."
        page: Page = [line(Cell(words, Style.GOOD))]
    else:
        words = "It is ordered and on record. The disk does not take it: monitord tries again."
        page = [line(Cell(words, Style.WARN))]
    for name in view["elsewhere"]:
        page.append(line(Cell(f"{name} may still hold it: look, then delete it.", Style.WARN)))
    page.append(line("Backups that were made before still hold it, until you delete them."))
    return page
