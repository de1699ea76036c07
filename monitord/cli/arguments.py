"""What may be written behind ``monitord``: commands, options, and where each is carried out.

Nothing heavy is imported here, so that ``--help`` is quick: a command names its function as
``module:function`` below ``monitord.cli``, and only that one is loaded.
"""

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from monitord import __version__
from monitord.cli.arguments_ledger import REASON, ledger
from monitord.cli.errors import Exit

EPILOG: Final = """\
exit codes:
  0    done; for status: guarded
  1    refused, errors found, journal damaged; for status: an alarm is open
  2    a file that cannot be read; for status: somebody is blind or something is held back
  3    no daemon
  64   the command was not written as it must be
  130  interrupted
"""

#: As ``core.closing`` has them, which is not imported here: help must be quick.
CAUSES: Final = "attack, false-alarm, assumed-false, fault, test, mistake, weather or other"

Commands = Any  # argparse gives its group of subcommands no public name


class Parser(argparse.ArgumentParser):
    """Tells the nearest word for a mistyped one, and ends with 64."""

    def error(self, message: str) -> NoReturn:
        """One line, and what to do; the commands where none was given."""
        if message.endswith("required: COMMAND"):
            self.print_help(sys.stderr)
            sys.exit(Exit.USAGE)
        sys.stderr.write(f"monitord: {self._kinder(message)}\n")
        sys.stderr.write(f"`{self.prog} --help` shows how it is written.\n")
        sys.exit(Exit.USAGE)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As usual; an unknown option is told by its command, with the nearest it has."""
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            parsed.parser.refuse(unknown[0])
        return parsed

    def refuse(self, word: str) -> NoReturn:
        """End with what this command has instead of ``word``."""
        options = [name for action in self._actions for name in action.option_strings]
        near = difflib.get_close_matches(word.split("=")[0], options, n=1)
        hint = f": did you mean {near[0]}?" if near else ""
        self.error(f"{self.prog.removeprefix('monitord ')} does not take {word}{hint}")

    def _with_help(self, name: str) -> str:
        """An option that is missing, with what belongs there."""
        helps = (action.help for action in self._actions if name in action.option_strings)
        words = next(helps, None)
        return f"{name} ({words})" if words else name

    def _kinder(self, message: str) -> str:
        _, missing, names = message.partition("the following arguments are required: ")
        if missing:
            return "missing: " + ", ".join(map(self._with_help, names.split(", ")))
        _, found, rest = message.partition("invalid choice: '")
        if not found:
            return message
        given, _, choices = rest.partition("' (choose from ")
        known = choices.rstrip(")").replace("'", "").split(", ")
        near = difflib.get_close_matches(given, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        return f"there is no {given}: {hint}"


def build() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="monitord",
        description="Watches the detectors of a site and calls people, in order, until somebody "
        "has taken the alarm.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"monitord {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    _starting(commands)
    _on_paper(commands)
    _looking(commands)
    _acting(commands)
    _holding(commands)
    _journal(commands)
    _users(commands)
    _credentials(commands)
    return parser


def _add(
    commands: Commands, name: str, does: str, help_: str, *, json: bool = True
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(does=does, json=False, parser=parser)
    if json:
        parser.add_argument("--json", action="store_true", help="the answer as JSON")
    return parser


def _asks_daemon(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="the daemon's state folder (else $STATE_DIRECTORY, ./state, /run/monitord)",
    )


def _site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, required=True, metavar="SITE.yaml", help="the site file or folder"
    )


def _starting(commands: Commands) -> None:
    run = _add(commands, "run", "daemon:run", "guard a site until a signal comes", json=False)
    _site(run)
    run.add_argument(
        "--state", type=Path, metavar="DIR", help="(else $STATE_DIRECTORY, else ./state)"
    )
    demo = _add(commands, "demo", "daemon:demo", "a burglary on simulated panels, told in the "
                "terminal", json=False)  # fmt: skip
    demo.add_argument("--headless", action="store_true", help="begin at once and ask nothing")
    demo.add_argument(
        "--seconds", type=int, default=90, metavar="N", help="end after N seconds at the latest"
    )
    simulate = _add(commands, "simulate", "simulate:run", "rehearse a site: all its devices and "
                    "calls simulated, nobody is called")  # fmt: skip
    simulate.add_argument("site", type=Path, metavar="SITE.yaml")
    simulate.add_argument("--scenario", type=Path, metavar="FILE", help="play it in real time; 1 "
                          "when an expectation is not met (else a person types)")  # fmt: skip
    simulate.add_argument("--state", type=Path, metavar="DIR", help="keep record and log there: "
                          "a new folder (else gone afterwards)")  # fmt: skip


def _on_paper(commands: Commands) -> None:
    check = _add(commands, "check", "sitefile:check", "everything that is wrong in a site file")
    check.add_argument("site", nargs="?", type=Path, metavar="SITE.yaml")
    check.add_argument("--schema", action="store_true", help="print the JSON Schema for editors")
    show = _add(commands, "show", "sitefile:show", "each effective value and where it comes from")
    show.add_argument("what", metavar="POINT", help="a point, device, area or chain")
    _site(show)
    probe = _add(commands, "probe", "probe:probe", "one read of a device, by no daemon; writes "
                 "nothing")  # fmt: skip
    probe.add_argument("what", metavar="DEVICE|ADDRESS", help="of a site file, or tcp://…, rtu://…")
    probe.add_argument(
        "--config", type=Path, metavar="SITE.yaml", help="the site file or folder of a DEVICE"
    )
    probe.add_argument(
        "--read", metavar="LIST", help="at an ADDRESS: discrete/0-15,input/3 (else what is there)"
    )
    probe.add_argument("--unit", type=_number, metavar="N", help="at an ADDRESS: the unit id")
    probe.add_argument(
        "--driver", default="modbus", metavar="NAME", help="at an ADDRESS (else modbus)"
    )
    probe.add_argument(
        "--force", action="store_true", help="look at a serial line that a daemon may be using"
    )
    _asks_daemon(probe)
    chain = commands.add_parser("chain", help="call chains, on paper")
    chains = chain.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    test = _add(chains, "test", "sitefile:chain_test", "who would be called when, on paper")
    test.add_argument("chain", metavar="CHAIN")
    test.add_argument("--at", metavar="TIME", help="22:30 or 2026-11-24T22:30, local to the site")
    _site(test)
    driver = commands.add_parser("driver", help="the drivers of this installation")
    drivers = driver.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    listing = _add(drivers, "list", "sitefile:drivers", "the drivers that a site file may name")
    listing.add_argument(
        "--folder", type=Path, metavar="DIR", help="also those in this folder of drivers"
    )
    new = _add(drivers, "new", "driver:new", "a folder with a driver that works, to begin with")
    new.add_argument("name", metavar="NAME", help="the name that site files will say")
    new.add_argument("--listen", action="store_true", help="for a device that speaks first")
    kit = _add(drivers, "test", "driver:test", "whether a driver keeps its word when its device "
               "misbehaves")  # fmt: skip
    kit.add_argument("path", type=Path, metavar="PATH", help="its folder, or the file of its bench")


def _looking(commands: Commands) -> None:
    status = _add(commands, "status", "look:status", "one screen: open, blind, held back, late")
    _asks_daemon(status)
    points = _add(commands, "points", "look:points", "every point and what it says")
    points.add_argument("--not-seen", type=_number, metavar="N", help="quiet for N days")
    _asks_daemon(points)
    areas = _add(
        commands, "areas", "held:areas", "what is set, and what is open or held back there"
    )
    areas.add_argument("area", nargs="?", metavar="AREA", help="one of them, with its openings")
    _asks_daemon(areas)
    ledger = _add(
        commands, "suppressions", "held:suppressions", "what is held back, by whom, until"
    )
    _asks_daemon(ledger)
    incidents = _add(commands, "incidents", "look:incidents", "what is open, or one incident")
    incidents.add_argument("number", nargs="?", type=_number, metavar="N")
    incidents.add_argument("--all", action="store_true", help="the closed ones too")
    _asks_daemon(incidents)
    watch = _add(commands, "watch", "look:watch", "raw and decided values, live")
    watch.add_argument("what", metavar="POINT|DEVICE")
    watch.add_argument("--frames", type=int, metavar="N", help="end after N (one a second)")
    _asks_daemon(watch)


def _acting(commands: Commands) -> None:
    acknowledge = _add(commands, "acknowledge", "act:acknowledge", "take an incident")
    acknowledge.add_argument("number", nargs="?", type=_number, metavar="N")
    acknowledge.add_argument(
        "--seen", type=int, metavar="REV", help="the revision that was looked at (for scripts)"
    )
    close = _add(commands, "close", "act:close", "close an incident that has been handled")
    close.add_argument("number", type=_number, metavar="N")
    close.add_argument("--cause", required=True, metavar="C", help=CAUSES)
    close.add_argument(
        "--finding",
        default="",
        metavar="F",
        help="what was found, in a word or two; - asks for it, so that no other user sees it",
    )
    close.add_argument("--seen", type=int, metavar="REV", help="the revision that was looked at")
    confirm = _add(commands, "confirm", "act:confirm", "say that an incident is real")
    confirm.add_argument("number", type=_number, metavar="N")
    confirm.add_argument(
        "--how",
        required=True,
        choices=("seen", "on-scene"),
        help="seen on a picture, or by somebody on the spot",
    )
    declare = _add(commands, "declare", "act:declare", "raise an alarm by hand")
    declare.add_argument("category", metavar="CATEGORY", help="theft, fire, medical, bomb-call, …")
    declare.add_argument(
        "--area", required=True, metavar="A", help="where: its id in the site file"
    )
    for parser in (acknowledge, close):
        parser.add_argument(
            "--opened",
            default="",
            metavar="TIME",
            help="with --seen: when the incident that was looked at was opened, as --json has it",
        )
    for parser in (acknowledge, close, confirm, declare):
        parser.add_argument(
            "--note",
            default="",
            metavar="TEXT",
            help="kept apart as personal text; others on this machine can see an argument, "
            "- asks for it or reads it from standard input",
        )
        _speaker(parser)
    reload = _add(commands, "reload", "reload:reload", "guard the site as its file has it now")
    reload.add_argument("confirm", nargs="?", choices=["confirm"], help="a second person's yes")
    reload.add_argument("number", nargs="?", type=_number, metavar="N", help="to what waits")
    mode = reload.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="only say what it changes")
    mode.add_argument(
        "--unless-weaker", action="store_true", help="take it, asking nobody, if it weakens nothing"
    )
    reload.add_argument("--person", default="", metavar="P", help="who you are, with your PIN")
    _pin(reload)
    _asks_daemon(reload)
    explain = _add(commands, "explain", "journal:explain", "why each call was or was not made")
    explain.add_argument("number", type=_number, metavar="N")
    _texts(explain)
    _asks_daemon(explain)


def _holding(commands: Commands) -> None:
    setting = _add(commands, "set", "setting:set_area", "set an area that monitord keeps itself")
    unset = _add(commands, "unset", "setting:unset_area", "unset it; asks for the PIN")
    setting.add_argument("--force", action="store_true", help="over what speaks against it")
    setting.add_argument("--reason", default="", metavar="R", help="with --force; no names in it")
    for parser in (setting, unset):
        _speaker(parser)
        parser.add_argument("area", metavar="AREA", help="its id in the site file")
    isolate = _add(commands, "isolate", "held:isolate", "take a point out of service until an end")
    isolate.add_argument("what", metavar="POINT", help="a point, or a device with all its points")
    until = "18:00, 2h, 2026-11-24 or 2026-11-24T18:00"
    isolate.add_argument("--until", required=True, metavar="END", help=until)
    shelve = _add(commands, "shelve", "held:shelve", "hold an alarm back for a while, 8 h at most")
    shelve.add_argument("what", metavar="N|POINT", help="an incident's number, a point or a device")
    shelve.add_argument("--for", dest="until", required=True, metavar="SPAN", help="30min, 2h")
    for parser in (isolate, shelve):
        parser.add_argument("--reason", required=True, metavar="R", help=REASON)
        _speaker(parser)
    restore = _add(commands, "restore", "held:restore", "give back what is held back")
    restore.add_argument("what", metavar="POINT")
    _speaker(restore)
    ledger(commands, _add, _speaker, _asks_daemon)


def _speaker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--person", default="", metavar="P", help="who you are, where your login is shared"
    )
    _pin(parser)
    _asks_daemon(parser)


def _journal(commands: Commands) -> None:
    journal = commands.add_parser("journal", help="the record of everything")
    kinds = journal.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    verify = _add(kinds, "verify", "journal:verify", "whether the journal is whole")
    verify.add_argument("--decode", action="store_true", help="read every entry whole, too")
    tail = _add(kinds, "tail", "journal:tail", "the last entries")
    tail.add_argument("-n", "--lines", type=_number, default=10, metavar="N")
    tail.add_argument("-f", "--follow", action="store_true", help="and those to come")
    export = _add(kinds, "export", "journal:export", "every entry as a line of JSON")
    export.add_argument("--out", type=Path, metavar="FILE", help="(else standard output)")
    erase = _add(kinds, "erase", "erase:erase", "forget a person who has left, or one note")
    erase.add_argument("what", metavar="PERSON|NOTE", help="ids, as in dev or note/dev/3-7")
    erase.add_argument(
        "--reason", required=True, metavar="R", help="stays in the journal; no names in it"
    )
    erase.add_argument("--person", default="", metavar="P", help="who you are, with your PIN")
    _pin(erase)
    backup = _add(kinds, "backup", "backup:backup", "copy all of it, while the daemon runs")
    backup.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="made by this, on another disk"
    )
    restore = _add(kinds, "restore", "backup:restore", "begin again with what a backup holds")
    restore.add_argument("backup", type=Path, metavar="BACKUP", help="the folder of a backup")
    restore.add_argument(
        "--state", type=Path, metavar="DIR", required=True, help="an empty folder, or a new one"
    )
    replay = _add(kinds, "replay", "journal:replay", "the state, rebuilt from the entries")
    replay.add_argument("--until", metavar="SEQ", help="as it was after this entry")
    replay.add_argument(
        "--from-snapshot", action="store_true", help="begin at the newest snapshot: faster"
    )
    for parser in (tail, export):
        _texts(parser)
    for parser in (verify, tail, export, erase, backup, replay):
        _asks_daemon(parser)


def _texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", action="store_true", help="with what people wrote, while kept")


def _users(commands: Commands) -> None:
    user = commands.add_parser("user", help="people's PINs")
    kinds = user.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    add = _add(kinds, "add", "act:add_user", "give a person of the site file their PIN")
    add.add_argument("person", metavar="PERSON")
    _pin(add)
    _asks_daemon(add)


def _credentials(commands: Commands) -> None:
    credential = commands.add_parser("credential", help="the secrets that a site file names")
    kinds = credential.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    put = _add(kinds, "set", "credential:put", "store a secret, typed or from standard input")
    put.add_argument("name", metavar="NAME", help="as in `secret: {credential: NAME}`")
    put.add_argument(
        "--state", type=Path, metavar="DIR", help="(else $STATE_DIRECTORY, else ./state)"
    )

    token = _add(
        commands, "token", "tokens:token", "give a program a token, or revoke it; alone: list"
    )
    token.add_argument("name", nargs="?", metavar="NAME")
    token.add_argument(
        "--role",
        choices=("read", "operator"),
        default="read",
        help="operator may also acknowledge, declare and tighten (else read)",
    )
    token.add_argument("--revoke", action="store_true", help="make it worth nothing")
    _asks_daemon(token)


def _pin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pin-stdin", action="store_true", help="read the PIN from standard input (for scripts)"
    )


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        raise argparse.ArgumentTypeError(f"{text} is not a number")
    return int(digits)
