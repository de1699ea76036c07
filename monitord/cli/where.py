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
    named = _named(given, environment)
    if named is not None:
        return named
    return HERE if (HERE / SOCKET_NAME).exists() else SYSTEM_FOLDER


def to_run_in(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """For the daemon itself."""
    return _named(given, environment) or HERE


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
    # systemd separates several folders with colons; the first is the one of the daemon.
    first = environment.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(first) if first else None
