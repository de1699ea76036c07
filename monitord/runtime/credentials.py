"""Secrets by name: from systemd's credentials, else from the state folder.

The site file holds only a secret's name. A secret is never taken from the value of an
environment variable, and never stands in an error, a log or the journal.
"""

import os
import re
import stat
from pathlib import Path
from typing import Final

from monitord.people.private import (
    OWNER_ONLY,
    PrivateFileError,
    read_private,
    write_private,
)

CREDENTIAL_BYTES_MAX: Final = 16 * 1024

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class CredentialError(Exception):
    """A secret that cannot be used; the text says why and what to do, never what it holds."""


class Credentials:
    """Looks secrets up. ``systemd`` is ``$CREDENTIALS_DIRECTORY`` where the service has one."""

    def __init__(self, state: Path, systemd: Path | None) -> None:
        self._state = state / "credentials"
        self._systemd = systemd

    def read(self, name: str) -> str:
        """The secret called ``name``, without a line end at its end. Raises `CredentialError`."""
        _check(name)
        if self._systemd is not None:
            # systemd may open its files to the service by group; never to everybody.
            found = _bounded(self._systemd / name, stat.S_IRWXO)
            if found is not None:
                return _text(name, found)
        found = _bounded(self._state / name, OWNER_ONLY)
        if found is None:
            raise CredentialError(
                f"credential {name} is missing: set it with `monitord credential set {name}`"
            )
        return _text(name, found)


def store(state: Path, name: str, raw: bytes) -> Path:
    """Put ``raw``, one line end at its end left out, where `Credentials` finds it; its file.

    Raises `CredentialError` for what is no name or no secret, ``PermissionError`` where the state
    folder belongs to another account, ``OSError`` where it cannot be made.
    """
    _check(name)
    if len(raw) > CREDENTIAL_BYTES_MAX - 1:
        raise CredentialError(f"credential {name} is longer than {CREDENTIAL_BYTES_MAX - 1} bytes")
    text = _text(name, raw)
    folder = state / "credentials"
    # Not even root writes into another account's folder: that account chooses where it leads.
    for each in (state, folder):
        each.mkdir(mode=0o700, exist_ok=True)
        if each.stat().st_uid != os.geteuid():
            raise PermissionError(None, "it belongs to another account")
    try:
        write_private(folder / name, text.encode() + b"\n")
    except PrivateFileError as error:
        raise CredentialError(str(error)) from None
    return folder / name


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise CredentialError(
            f"{name!r} is no name of a credential: use letters, digits, dots and dashes, 64 at most"
        )


def _bounded(path: Path, forbidden: int) -> bytes | None:
    try:
        return read_private(path, CREDENTIAL_BYTES_MAX, forbidden)
    except PrivateFileError as error:
        raise CredentialError(f"credential {path.name}: {error}") from None


def _text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise CredentialError(f"credential {name} is not text") from None
    if not text:
        raise CredentialError(
            f"credential {name} is empty: set it with `monitord credential set {name}`"
        )
    return text
