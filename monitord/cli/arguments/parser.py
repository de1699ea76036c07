"""The parser that tells the nearest word, and the options that several commands share."""

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

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


def add(
    commands: Commands, name: str, does: str, help_: str, *, json: bool = True
) -> argparse.ArgumentParser:
    """A command: ``does`` is its ``module:function`` below ``monitord.cli``."""
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


def asks_daemon(parser: argparse.ArgumentParser) -> None:
    """Where the daemon is."""
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="the daemon's state folder (else $STATE_DIRECTORY, ./state, /run/monitord)",
    )


def site(parser: argparse.ArgumentParser) -> None:
    """Which site file."""
    parser.add_argument(
        "--config", type=Path, required=True, metavar="SITE.yaml", help="the site file or folder"
    )


def speaker(parser: argparse.ArgumentParser) -> None:
    """Who speaks, and how they prove it."""
    parser.add_argument(
        "--person", default="", metavar="P", help="who you are, where your login is shared"
    )
    pin(parser)
    asks_daemon(parser)


def texts(parser: argparse.ArgumentParser) -> None:
    """Whether with what people wrote."""
    parser.add_argument("--texts", action="store_true", help="with what people wrote, while kept")


def pin(parser: argparse.ArgumentParser) -> None:
    """How the PIN comes."""
    parser.add_argument(
        "--pin-stdin", action="store_true", help="read the PIN from standard input (for scripts)"
    )


def number(text: str) -> int:
    """``7`` or ``#7``."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        raise argparse.ArgumentTypeError(f"{text} is not a number")
    return int(digits)
