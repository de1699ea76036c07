"""A rehearsal's site in its state folder: what is guarded there, and the mark that it is no guard.

A rehearsal guards a site that was made from the real one, with every device and every channel
simulated. It lies beside its journal, and is at the same time the mark by which ``monitord run``
knows the folder and leaves it alone. This module never makes or changes a real state folder.
"""

from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import structs

from monitord.core.site import Site
from monitord.people.private import write_private
from monitord.runtime.state_folder import FolderRefused, prepare
from monitord.site.files import hash_of
from monitord.site.loader import Compiled

FILE_NAME: Final = "rehearsal.json"
#: In ``Site.setup`` of the simulated site: it goes into the journal, and to every replica.
MARK: Final = "rehearsal"


def is_rehearsed(site: Site) -> bool:
    """Whether this site is a rehearsal's: each text then begins with TEST."""
    return bool(site.setup.get(MARK))


def marked(setup: dict[str, Any]) -> dict[str, Any]:
    """The setup of a site that is rehearsed."""
    return {**setup, MARK: True}


def site_file(folder: Path) -> Path:
    """Where the simulated site of a rehearsal lies."""
    return folder / FILE_NAME


def begin(folder: Path, compiled: Compiled) -> None:
    """Make ``folder`` the state folder of a rehearsal. Raises :class:`FolderRefused`.

    One that holds anything already is refused, an earlier rehearsal too: nothing is taken away.
    """
    if site_file(folder).exists():
        raise FolderRefused(
            f"{folder} holds an earlier rehearsal: name another folder, or delete this one"
        )
    prepare(folder)
    if any(folder.iterdir()):
        raise FolderRefused(
            f"{folder} is not empty and may be the state of a real guard: a rehearsal wants a "
            "folder of its own, so name one that does not exist yet"
        )
    write_private(site_file(folder), msgspec.json.encode(compiled))


def look(folder: Path, *, rehearsing: bool) -> None:
    """Refuse a rehearsal's folder to a guard, and a guard's to a rehearsal (`FolderRefused`)."""
    found = site_file(folder).exists()
    if found and not rehearsing:
        raise FolderRefused(
            f"{folder} is the state folder of a rehearsal (monitord simulate), in which nobody is "
            "called: guard in another folder, named with --state"
        )
    if rehearsing and not found:
        raise FolderRefused(f"{folder} is not the state folder of a rehearsal")


async def read_rehearsed(path: Path) -> Compiled:
    """The simulated site as it was left in the folder."""
    return _read(path)


def _read(path: Path) -> Compiled:
    compiled = msgspec.json.decode(path.read_bytes(), type=Compiled)
    return structs.replace(compiled, file_hash=hash_of(path))
