"""``relief``: a PIN for one shift, for a guard who steps in."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.until import end as end_of
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def relief(args: Namespace) -> int:
    """Show who has one; give one or end it, with the PIN of whoever does so."""
    giving = args.does_what == "give"
    if args.does_what and not args.who:
        raise Mistake(f"Write: monitord relief {args.does_what} WHO", exit_code=Exit.USAGE)
    if giving != bool(args.until):
        words = "Write: monitord relief give WHO --until END"
        raise Mistake(words, exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        if args.does_what is None:
            look(args, daemon, "reliefs", _page)
            return Exit.DONE
        more = {"until": end_of(args.until, daemon.get("reliefs"))} if giving else {}
        give(
            args,
            daemon,
            f"relief-{args.does_what}",
            _page,
            who=args.who,
            pin=pin_of(args, args.person),
            **more,
        )
    return Exit.DONE


def _page(view: View) -> Page:
    when, page = When.of(view), []
    if view.get("pin"):
        page.append(line(Cell(view["pin"], Style.TITLE), f"  is the PIN of {view['who']}"))
        words = "This is shown once: tell it to them alone. It ends by itself."
        page.append(line(Cell(words, Style.WARN)))
    for each in view["reliefs"]:
        said = f"{each['person']} until {when.at(each['until'])}, given by {each['by']}"
        page.append(line(said, indent=4))
    if not view["reliefs"]:
        page.append(line("Nobody has a PIN for one shift."))
    return page + (unstored(view) if "stored" in view else [])
