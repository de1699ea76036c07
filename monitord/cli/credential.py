"""``credential set``: a secret from the keyboard or standard input into the state folder.

A secret must never be an argument, be shown, or stand in an error.
"""

import getpass
import pwd
import sys
from argparse import Namespace
from pathlib import Path

from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import print_json
from monitord.cli.where import to_run_in
from monitord.runtime.credentials import CREDENTIAL_BYTES_MAX, CredentialError, store


def put(args: Namespace) -> int:
    """Ask for the secret, twice at a terminal, and store it."""
    state = to_run_in(args.state)
    try:
        file = store(state, args.name, _asked(args.name) if sys.stdin.isatty() else _piped())
    except CredentialError as error:
        raise Mistake(str(error)) from None
    except PermissionError as error:
        raise Mistake(_whose(state, args.name, error), exit_code=Exit.UNREADABLE) from None
    except OSError as error:
        raise Mistake(
            f"{state} cannot be written: {error.strerror}; name the daemon's state folder with "
            "--state",
            exit_code=Exit.UNREADABLE,
        ) from None
    if args.json:
        print_json({"credential": args.name, "file": str(file)})
    else:
        sys.stdout.write(f"Stored in {file}. A running daemon takes it at its next start.\n")
    return Exit.DONE


def _asked(name: str) -> bytes:
    try:
        first = getpass.getpass(f"Secret {name}: ")
        again = getpass.getpass("Again: ")
    except EOFError:
        raise Mistake("nothing was typed, and nothing was changed") from None
    if first != again:
        raise Mistake("the two were not the same, and nothing was changed")
    return first.encode("utf-8", "surrogateescape")


def _piped() -> bytes:
    return sys.stdin.buffer.read(CREDENTIAL_BYTES_MAX + 1)


def _whose(state: Path, name: str, error: PermissionError) -> str:
    """A folder of another account, and what to do."""
    try:
        owner = pwd.getpwuid(state.stat().st_uid).pw_name
    except (KeyError, OSError):
        return f"{state} cannot be written: {error.strerror}; run this as the daemon's account"
    return (
        f"{state} belongs to {owner}: run this as that account, as in "
        f"`sudo -u {owner} monitord credential set {name} --state {state}`"
    )
