"""Which state folder a command means, as the contract of the command line has it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from monitord.cli.errors import Mistake
from monitord.runtime.control.protocol import SOCKET_NAME

SYSTEM_FOLDER: Final = Path("/run/monitord")
HERE: Final = Path("state")


def of_daemon(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """For commands that ask the daemon: the first of those named that can have one."""
    named = to_be_asked_in(given, environment) or _named(given, environment)
    if named is not None:
        return named
    return HERE if (HERE / SOCKET_NAME).exists() else SYSTEM_FOLDER


def to_run_in(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """For the daemon itself."""
    return _named(given, environment) or HERE


def to_be_asked_in(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where a daemon that the service manager gave both folders listens, if this is one.

    Its state folder is closed to everybody else; its runtime folder is open to a group.
    """
    if given is not None or not environment.get("STATE_DIRECTORY"):
        return None
    return _first(environment.get("RUNTIME_DIRECTORY", ""))


def of_journal(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """For commands that read the journal, with or without a daemon. Raises ``Mistake``."""
    folder = _named(given, environment) or HERE
    if not (folder / "journal").is_dir():
        raise Mistake(
            f"There is no journal in {folder}: name the daemon's state folder with --state",
            code="no-journal",
        )
    return folder


def _named(given: Path | None, environment: Mapping[str, str]) -> Path | None:
    if given is not None:
        return given
    return _first(environment.get("STATE_DIRECTORY", ""))


def _first(folders: str) -> Path | None:
    """systemd separates several folders with colons; the first is the one of the daemon."""
    first = folders.split(":")[0]
    return Path(first) if first else None
