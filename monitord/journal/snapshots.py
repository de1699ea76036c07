"""Snapshots: the state at a position, each in a file of its own beside the journal.

Files and not rows, so that a journal that cannot be read does not take them along (law 1), and
so that whoever makes them never touches the one connection that writes. A file is the sha256 of
all that follows it in hex, a line of JSON, and the body. A damaged one is passed over and told.
"""

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from monitord.journal.database import make_private, sync_folder
from monitord.journal.errors import os_error
from monitord.journal.records import Head, Position, Snapshot

#: How many are kept: one may be damaged and one may be too new for an older version.
KEPT: Final = 3
_NAME: Final = re.compile(r"snapshot-(\d{1,18})\.(\d{1,18})")


class Unusable(NamedTuple):
    """A snapshot file that cannot be used, and why."""

    name: str
    reason: str


class _Header(msgspec.Struct, frozen=True):
    epoch: int
    seq: int
    at_ms: int
    hash: str
    version: str


class SnapshotFolder:
    """The snapshots of one journal, newest first by position."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, snapshot: Snapshot) -> None:
        """Store durably, then drop the oldest beyond :data:`KEPT`. Raises ``StoreError``."""
        head = snapshot.head
        header = _Header(head.epoch, head.seq, head.at_ms, head.hash.hex(), snapshot.version)
        content = msgspec.json.encode(header) + b"\n" + snapshot.body
        path = self._folder / f"snapshot-{head.epoch}.{head.seq}"
        fresh = path.with_name(path.name + ".new")
        try:
            for unfinished in self._folder.glob("snapshot-*.new"):
                unfinished.unlink(missing_ok=True)
            make_private(fresh)
            with fresh.open("wb") as file:
                file.write(sha256(content).hexdigest().encode() + b"\n")
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            sync_folder(self._folder)
            for old in self._paths()[KEPT:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise os_error(error) from error

    def positions(self) -> list[Position]:
        """Newest first, whether they are good or not."""
        return [_position(path) for path in self._paths()]

    def read(self) -> Iterator[Snapshot | Unusable]:
        """Every snapshot, newest first, each read and checked when it is asked for."""
        return (self._read(path) for path in self._paths())

    def _paths(self) -> list[Path]:
        found = [path for path in self._folder.glob("snapshot-*") if _NAME.fullmatch(path.name)]
        return sorted(found, key=_position, reverse=True)

    def _read(self, path: Path) -> Snapshot | Unusable:
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except OSError as error:
            return Unusable(path.name, error.strerror or str(error))
        if sha256(content).hexdigest().encode() != digest:
            return Unusable(path.name, "its checksum does not match: it is damaged")
        line, _, body = content.partition(b"\n")
        try:
            header = msgspec.json.decode(line, type=_Header)
            head = Head(header.epoch, header.seq, header.at_ms, bytes.fromhex(header.hash))
        except (ValueError, msgspec.DecodeError) as error:
            return Unusable(path.name, f"its first lines cannot be read: {error}")
        return Snapshot(head, header.version, body)


def _position(path: Path) -> Position:
    return Position.parse(path.name.removeprefix("snapshot-"))
