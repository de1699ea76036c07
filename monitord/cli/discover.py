"""``discover``: devices that are there and in no site file yet, as a piece of one to begin with.

The piece goes to standard output alone, and what a person should know to standard error. The
password is typed, or comes from a file that is closed to others; it is in neither of them.
"""

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from monitord.cli import say_discover
from monitord.cli.errors import Exit, Mistake
from monitord.cli.fragment import CREDENTIAL, fragment, ids
from monitord.cli.output import print_json
from monitord.cli.page import show
from monitord.driver import DeviceFault, Driver, Search, Sought
from monitord.people.private import PrivateFileError, read_private
from monitord.runtime.discovering import Met, can_seek, meet, seek
from monitord.runtime.plugins import PluginRefused, driver_registry

PASSWORD_BYTES_MAX: Final = 1_024
SECONDS: Final = (1, 60)

View = dict[str, Any]


def discover(args: Namespace) -> int:
    """Seek, ask and print; 1 when a device did not tell all that it was asked."""
    if args.password is not None:
        raise Mistake(
            "A password is never an argument, for others on this machine can read it: leave it "
            "out and type it, or put it into a file of yours (--password-file FILE, or - for "
            "standard input). The one that you gave is known now: change it",
            exit_code=Exit.USAGE,
        )
    if not SECONDS[0] <= args.seconds <= SECONDS[1]:
        raise Mistake(f"--seconds {args.seconds}: write {SECONDS[0]} to {SECONDS[1]}",
                      exit_code=Exit.USAGE)  # fmt: skip
    cls = _class(args.driver)
    user, password = _sign_on(args)
    search = Search(float(args.seconds), args.interface, tuple(args.hosts))
    sought, met = asyncio.run(_both(args, cls, search, user, password))
    met = sorted(met, key=lambda one: _place(one.found.address))
    known = ids(met)
    piece = fragment(args.driver, cls, user, met) if known else ""
    if args.json:
        print_json(_view(sought, met, piece))
    else:
        show(say_discover.told(met, known, sought.remarks, is_signed=bool(user)), sys.stderr)
        sys.stdout.write(piece)
    return Exit.DONE if all(one.read for one in met) else Exit.REFUSED


async def _both(
    args: Namespace, cls: type[Driver[Any]], search: Search, user: str, password: str
) -> tuple[Sought, list[Met]]:
    _say(args, say_discover.asking(search))
    try:
        sought = await seek(cls, args.driver, search)
    except DeviceFault as fault:
        raise Mistake(fault.detail, code="cannot-seek") from None
    if not sought.found:
        words = [say_discover.nobody(search), *sought.remarks]
        raise Mistake(". ".join(words), code="nobody-answers")
    _check(cls, sought, user)
    _say(args, say_discover.answered(sought, user))
    return sought, await meet(cls, args.driver, sought.found, user, password)


def _say(args: Namespace, words: str) -> None:
    """How far it is, for a person who waits."""
    if not args.json:
        sys.stderr.write(words + "\n")
        sys.stderr.flush()


def _class(name: str) -> type[Driver[Any]]:
    try:
        cls = driver_registry().get(name).cls
    except PluginRefused as error:
        raise Mistake(str(error)) from None
    if not can_seek(cls):
        raise Mistake(f"devices of the driver {name} cannot be sought: they do not say where they "
                      f"are")  # fmt: skip
    return cls


# --- the sign-on -------------------------------------------------------------------------------


def _sign_on(args: Namespace) -> tuple[str, str]:
    """User and password; both empty where nobody signs on."""
    if not args.user:
        if args.password_file is not None:
            raise Mistake("--password-file is the password of a user: name them with --user NAME",
                          exit_code=Exit.USAGE)  # fmt: skip
        return "", ""
    password = _password(args)
    if not password:
        raise Mistake("No password was given: no device was asked")
    return args.user, password


def _password(args: Namespace) -> str:
    if args.password_file is None:
        if not sys.stdin.isatty():
            raise Mistake("A password is needed: run this at a terminal, or give a file of yours "
                          "with --password-file FILE (- for standard input)")  # fmt: skip
        try:
            return getpass.getpass(f"Password of {args.user} at the devices: ")
        except EOFError:
            sys.stderr.write("\n")
            return ""
    if args.password_file == "-":
        raw = sys.stdin.buffer.readline(PASSWORD_BYTES_MAX + 1)
    else:
        raw = _of_file(Path(args.password_file))
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise Mistake("The password is not text in UTF-8: no device was asked") from None
    if len(raw) > PASSWORD_BYTES_MAX or "\n" in text:
        raise Mistake("The password is more than one line, or too long: no device was asked")
    return text


def _of_file(path: Path) -> bytes:
    try:
        raw = read_private(path, PASSWORD_BYTES_MAX)
    except PrivateFileError as error:
        raise Mistake(str(error), exit_code=Exit.UNREADABLE) from None
    if raw is None:
        raise Mistake(f"{path} is not there", exit_code=Exit.UNREADABLE)
    return raw


def _check(cls: type[Driver[Any]], sought: Sought, user: str) -> None:
    """Raises ``Mistake`` for a user whom no site file could name."""
    if not user or "user" not in cls.Config.model_fields:
        return
    section = {"address": sought.found[0].address, "user": user}
    try:
        cls.Config.model_validate({**section, "password": {"credential": CREDENTIAL}})
    except ValidationError as error:
        words = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise Mistake(f"--user: {words.removeprefix('Value error, ')}") from None


# --- what is told ------------------------------------------------------------------------------


def _place(address: str) -> tuple[bool, list[int], str, int]:
    """Hosts in the order of their numbers, names behind them."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        return True, [], address, 0
    numbers = [int(part) for part in host.split(".") if part.isascii() and part.isdecimal()]
    is_name = len(numbers) != 4
    return is_name, [] if is_name else numbers, host, port


def _view(sought: Sought, met: Sequence[Met], piece: str) -> View:
    known = ids(met)
    return {
        "read": all(one.read for one in met),
        "devices": [
            {
                "id": known.get(one.found.address),
                "address": one.found.address,
                "name": one.found.name,
                "read": one.read,
                "cause": None if one.fault is None else str(one.fault.cause),
                **_said(one),
            }
            for one in met
        ],
        "remarks": list(sought.remarks),
        "fragment": piece,
    }


def _said(one: Met) -> View:
    about = one.about
    remarks = [*say_discover.remarks(one)]
    if about is None:
        return {"remarks": remarks}
    profiles = [
        {"token": p.token, "name": p.name, "width": p.width, "height": p.height, "codec": p.codec}
        for p in about.profiles
    ]
    return {
        "open_to_all": about.open_to_all,
        "maker": about.maker,
        "model": about.model,
        "serial": about.serial,
        "firmware": about.firmware,
        "clock_s": None if about.clock_s is None else round(about.clock_s, 1),
        "profiles": profiles,
        "snapshot": about.snapshot,
        "remarks": remarks,
    }
