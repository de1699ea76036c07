"""The state folder: made for this account alone, and refused where others may write to it.

Whoever can write there can put a journal, a PIN or a socket of their own in place of ours.
"""

import os
import stat
from pathlib import Path
from typing import Final

from monitord.journal.restoring import UNFINISHED

#: Group and everybody.
OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class FolderRefused(Exception):
    """A state folder that cannot be used: what is wrong and what to do, in words."""


def prepare(folder: Path) -> None:
    """Make the folder, 0700, or look at the one that is there. Raises :class:`FolderRefused`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise FolderRefused(
            f"the state folder {folder} cannot be made: {error.strerror}"
        ) from error
    if found.st_uid not in (0, os.geteuid()):
        raise FolderRefused(
            f"the state folder {folder} belongs to user {found.st_uid}, who could change what "
            "monitord keeps there: choose a folder of the account that monitord runs as"
        )
    if (folder / UNFINISHED).exists():
        raise FolderRefused(
            f"a restore into {folder} was cut off: empty the folder and restore again"
        )
    if found.st_mode & OTHERS_WRITE:
        raise FolderRefused(
            f"others may write to the state folder {folder}, and could change what monitord keeps "
            f"there: look at what it holds, then chmod go-w {folder}"
        )
