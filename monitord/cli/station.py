"""``monitord station``: enrolling the screens that guard a post."""

from argparse import Namespace

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit
from monitord.cli.output import answer
from monitord.cli.page import line
from monitord.cli.where import of_daemon


def enrol(args: Namespace) -> int:
    """A code to type at the screen, within ten minutes."""
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.get("station-code", station=args.station)
    code = f"{reply['code'][:4]} {reply['code'][4:]}"
    answer(
        args,
        reply,
        lambda _: [
            line(f"At the screen of {args.station}, open the console's page /station and type"),
            line(code, indent=4),
            line("within ten minutes. Whatever screen was this station before is none any more."),
        ],
    )
    return Exit.DONE
