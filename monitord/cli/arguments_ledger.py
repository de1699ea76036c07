"""What may be written behind ``inhibit`` and ``walk-test``. Nothing heavy is imported here."""

import argparse
from collections.abc import Callable
from typing import Any

Add = Callable[[Any, str, str, str], argparse.ArgumentParser]
With = Callable[[argparse.ArgumentParser], None]

REASON = "shown until it ends; no names in it"


def ledger(commands: Any, add: Add, speaker: With, asks_daemon: With) -> None:
    """Hold back for one set period, and walk past every detector of an area."""
    inhibit = add(commands, "inhibit", "held:inhibit", "hold a point back until its area is unset")
    inhibit.add_argument("what", metavar="POINT", help="a point, or a device with all its points")
    inhibit.add_argument(
        "--for", dest="until", default="24h", metavar="SPAN", help="at most so long (else 24h)"
    )
    walk = commands.add_parser("walk-test", help="walk past every detector of an area")
    kinds = walk.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    start = add(kinds, "start", "walk:start", "its detectors call nobody until an end; asks for "
                "the PIN")  # fmt: skip
    end = add(kinds, "end", "walk:end", "its detectors are live again; names each that was not "
              "seen")  # fmt: skip
    for parser in (start, end):
        parser.add_argument("area", metavar="AREA", help="its id in the site file")
    start.add_argument(
        "--for", dest="until", default="1h", metavar="SPAN", help="8 h at most (else 1h)"
    )
    for parser in (inhibit, start):
        parser.add_argument("--reason", required=True, metavar="R", help=REASON)
    for parser in (inhibit, start, end):
        speaker(parser)
    asks_daemon(add(kinds, "status", "walk:status", "which run, and who has not been seen yet"))
