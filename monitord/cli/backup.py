"""``journal backup`` and ``journal restore``: on the files, with or without a daemon.

A backup holds personal text and the hashes of PINs and tokens, so it is for its owner alone.
Secrets are not in it: they would lie in the clear on whatever it is kept on.
"""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from monitord import __version__
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line
from monitord.cli.where import of_journal
from monitord.journal.backup import back_up
from monitord.journal.errors import StoreError
from monitord.journal.export import rfc3339
from monitord.journal.manifest import BackupRefused, Manifest
from monitord.journal.restoring import restore as take_back
from monitord.people import accounts
from monitord.runtime.clock import SystemClock

View = dict[str, Any]

#: What comes along beside journal and texts.
PRIVATE: Final = (accounts.FILE_NAME,)


def backup(args: Namespace) -> int:
    """Copy the journal up to its last entry, and what belongs to it."""
    now_ms = SystemClock().wall_ms()
    state = of_journal(args.state)
    made = _told(lambda: back_up(state, args.out, PRIVATE, __version__, now_ms), args.out)
    answer(args, _view(made, args.out), _backed_up)
    return Exit.REFUSED if made.damaged else Exit.DONE


def restore(args: Namespace) -> int:
    """Look through a backup and lay it into an empty state folder."""
    now_ms = SystemClock().wall_ms()
    found = _told(lambda: take_back(args.backup, args.state, now_ms), args.state)
    answer(args, _view(found, args.state), _restored)
    return Exit.DONE


def _told(what: Callable[[], Manifest], where: Path) -> Manifest:
    try:
        return what()
    except BackupRefused as error:
        raise Mistake(f"Nothing was done: {error}") from None
    except StoreError as error:
        raise Mistake(f"Nothing was done: {error}", code="unreadable") from None
    except OSError as error:
        place = error.filename or where
        raise Mistake(f"Nothing was done: {place}: {error.strerror}", code="disk") from None


def _view(manifest: Manifest, folder: Path) -> View:
    return {
        "folder": str(folder),
        "head": manifest.head,
        "hash": manifest.hash,
        "taken": rfc3339(manifest.taken_utc_ms),
        "entries": manifest.entries,
        "damaged": manifest.damaged,
        "bytes": sum(copied.bytes for copied in manifest.files),
    }


def _backed_up(view: View) -> Page:
    size = f"{view['bytes'] / 1_000_000:.1f} MB"
    words = f"{view['entries']} entries up to {view['head']} are in {view['folder']}, {size}."
    return [
        line(Cell(words, Style.GOOD)),
        *_damage(view),
        line(f"The last hash, to keep elsewhere: {view['hash']}"),
        line("It holds names, numbers and notes. Secrets are not in it: keep them apart."),
    ]


def _restored(view: View) -> Page:
    lost = f"What came after {view['head']} is not on record; the next start says so."
    return [
        line(Cell(f"{view['folder']} is what it was at {view['taken']}.", Style.GOOD)),
        *_damage(view),
        line(Cell(lost, Style.WARN)),
        line("Set the secrets again (credential set), and erase again who was erased since."),
    ]


def _damage(view: View) -> Page:
    if not view["damaged"]:
        return []
    words = f"The journal was damaged before: {view['damaged']} findings. Run journal verify."
    return [line(Cell(words, Style.ALARM))]
