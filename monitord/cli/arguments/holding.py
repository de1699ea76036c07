"""Setting areas, and holding back: set, isolate, shelve, inhibit, walk-test."""

from typing import Final

from monitord.cli.arguments.parser import Commands, add, asks_daemon, speaker

MODES: Final = "open, closed, night, lockdown, heightened, works, event or reopening"
REASON: Final = "shown until it ends; no names in it"


def holding(commands: Commands) -> None:
    """Set, isolate, shelve, inhibit, walk-test."""
    setting = add(commands, "set", "setting:set_area", "set an area that monitord keeps itself")
    unset = add(commands, "unset", "setting:unset_area", "unset it; asks for the PIN")
    setting.add_argument("--force", action="store_true", help="over what speaks against it")
    setting.add_argument("--reason", default="", metavar="R", help="with --force; no names in it")
    part = "only in part: what has part-set: off does not guard; asks for the PIN"
    setting.add_argument("--part", action="store_true", help=part)
    for parser in (setting, unset):
        speaker(parser)
        parser.add_argument("area", metavar="AREA", help="its id in the site file")
    says = "let an area be unset outside its hours until an end; asks for the PIN"
    exception = add(commands, "exception", "setting:except_area", says)
    exception.add_argument("area", metavar="AREA", help="its id in the site file")
    mode = add(commands, "mode", "mode:mode", "how the site is run today, or another way")
    mode.add_argument("mode", nargs="?", metavar="MODE", help=MODES)
    mode.add_argument("--until", default="", metavar="END", help="a looser mode must have one")
    mode.add_argument("--reason", default="", metavar="R", help=REASON)
    speaker(mode)
    isolate = add(commands, "isolate", "held:isolate", "take a point out of service until an end")
    isolate.add_argument("what", metavar="POINT", help="a point, or a device with all its points")
    until = "18:00, 2h, 2026-11-24 or 2026-11-24T18:00"
    for parser in (isolate, exception):
        parser.add_argument("--until", required=True, metavar="END", help=until)
    shelve = add(commands, "shelve", "held:shelve", "hold an alarm back for a while, 8 h at most")
    shelve.add_argument("what", metavar="N|POINT", help="an incident's number, a point or a device")
    shelve.add_argument("--for", dest="until", required=True, metavar="SPAN", help="30min, 2h")
    for parser in (isolate, shelve, exception):
        parser.add_argument("--reason", required=True, metavar="R", help=REASON)
        speaker(parser)
    restore = add(commands, "restore", "held:restore", "give back what is held back")
    restore.add_argument("what", metavar="POINT")
    speaker(restore)
    _ledger(commands)


def _ledger(commands: Commands) -> None:
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
