"""PINs and personal text at the prompt: typed or through standard input, never an argument."""

import getpass
import sys
from argparse import Namespace

from monitord.cli.errors import Mistake


def pin_of(args: Namespace, person: str) -> str:
    """The PIN, asked for or read from standard input. Raises ``Mistake`` when none comes."""
    whose = f"PIN of {person}" if person else "Your PIN"
    if args.pin_stdin:
        pin = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        pin = typed(f"{whose}: ")
    else:
        raise Mistake("A PIN is needed: run this at a terminal, or give it with --pin-stdin")
    if not pin:
        raise Mistake("No PIN was given: nothing was changed")
    return pin


def pin_if_named(args: Namespace) -> str:
    """The PIN where ``--person`` says who speaks; empty where the account alone does."""
    return pin_of(args, args.person) if args.person else ""


def typed(prompt: str) -> str:
    """A PIN from the terminal; empty for one who leaves with Ctrl-D."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        sys.stderr.write("\n")
        return ""


def code_of() -> str:
    """The code of a second factor, asked for; behind a PIN of standard input its next line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return typed("Code of your second factor: ").strip()


def text_of(args: Namespace, option: str) -> str:
    """``--note`` or ``--finding``; ``-`` asks for it or reads a line of standard input.

    Behind ``--pin-stdin`` the first line is the PIN and the next ones are the texts.
    """
    given: str = getattr(args, option)
    if given != "-":
        return given
    try:
        text = input(f"{option.capitalize()}: ") if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        text = ""
    if not text.strip():
        raise Mistake(f"No {option} was given: nothing was changed")
    return text.strip()
