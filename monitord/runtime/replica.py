"""A replica beside the daemon: reads the journal, comes to the state by itself, keeps a snapshot.

It is a process of its own, of low priority, with bounded memory and time, that opens the journal
for reading only: this module, run with the state folder, the position and the digest of the state
that is guarded there. What it comes to must be the same, byte for byte, and whole by the full
check, or no snapshot is kept. The answer is JSON on standard output.
"""

import os
import resource
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

import monitord
from monitord.core import invariants
from monitord.core import state as core_state
from monitord.journal.database import journal_folder
from monitord.journal.errors import Gone, StoreError
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position, Snapshot
from monitord.journal.recover import load
from monitord.journal.snapshots import SnapshotFolder
from monitord.runtime.child import ask_child
from monitord.runtime.resume import MODEL

#: A replica of 12,800 points takes 1.4 s and 75 MB.
REPLICA_S: Final = 120.0
MEMORY_BYTES: Final = 1024 * 1024 * 1024
NICE: Final = 19

#: What ends the child when it is killed, or cannot be started.
_SILENT: Final = "the replica gave no answer"


class Answer(msgspec.Struct, frozen=True):
    """``problem`` is empty when the snapshot is kept."""

    problem: str = ""


def make_here(state_folder: Path, position: Position, digest: str) -> Answer:
    """Come to the state at ``position`` from the journal alone and keep it as a snapshot.

    Reads from the newest good snapshot on. Never raises for what is wrong with the journal.
    """
    try:
        with JournalReader(state_folder) as reader:
            loaded = load(reader, MODEL, until=position)
    except Gone:
        return Answer(f"the journal does not have {position}")
    except StoreError as error:
        return Answer(f"the journal cannot be read: {error}")
    body = core_state.encode(loaded.state)
    if sha256(body).hexdigest() != digest:
        return Answer(f"the journal up to {position} leads to another state than is guarded")
    broken = invariants.check(loaded.state)
    if broken:
        return Answer(f"the state contradicts itself in {len(broken)} places: {broken[0][:200]}")
    snapshot = Snapshot(loaded.head, monitord.__version__, body)
    try:
        SnapshotFolder(journal_folder(state_folder)).save(snapshot)
    except StoreError as error:
        return Answer(f"the snapshot cannot be kept: {error}")
    if loaded.damaged:
        first = loaded.damage[0]
        return Answer(f"{loaded.damaged} places of the journal are damaged, first {first.position}")
    return Answer()


async def make(state_folder: Path, position: Position, digest: str) -> Answer:
    """Have the child do it, and kill it when it is late. Raises nothing but its cancelling."""
    asked = (str(state_folder), str(position), digest)
    try:
        return _DECODER.decode(await ask_child(__name__, *asked, within_s=REPLICA_S))
    except TimeoutError:
        return Answer(f"the replica was not ready after {REPLICA_S:.0f} s")
    except msgspec.MsgspecError:
        return Answer(_SILENT)
    except OSError as error:
        return Answer(f"the replica could not be started: {error.strerror}")


def main() -> None:
    """The child: it gives way to everything else on this machine."""
    state_folder, position, digest = sys.argv[1:]
    with suppress(OSError):  # a hardened service may not even make itself less important
        os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    answer = make_here(Path(state_folder), Position.parse(position), digest)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


_DECODER: Final = msgspec.json.Decoder(Answer)

if __name__ == "__main__":
    main()
