"""Lives of an engine over real files, each killed at one storage step: ``python life.py ...``.

Run with ``kill_step.so`` preloaded. Each life is a fork, so that a kill costs milliseconds: it
goes on from what the last one left, takes alarms and acknowledgements while the disk works, is
full, and works again, is weakened and tightened by people, and is ended at the n-th call
that changes a file. Then another fork starts as a daemon would, and says what it misses of all that
was told. One line of JSON at the end.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitord.core import facts as f
from monitord.core import state as core_state
from monitord.core import step as core
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.codec import decode, encode
from monitord.journal.committer import InlineCommitter
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row, Stored
from monitord.journal.reserve import Reserve
from monitord.journal.reserved import ReservedStore
from monitord.journal.spill import SpillFile
from monitord.journal.verify import verify
from monitord.runtime.engine import Engine, Published
from monitord.runtime.resume import resume
from monitord.testing.loop import VirtualClock, VirtualLoop, run_virtual
from monitord.testing.simulation import quiet_log
from monitord.vocabulary import Mode, PointState, Proof, SetState, Suppression
from tests.core.sites import museum

#: A new file of the journal after so many entries, so that lives come by its sealing, too.
FILE_ENTRIES: Final = 25
#: Where the second kill strikes: somewhere before the first.
SCATTER: Final = 7_919
#: More than so much is wrong: it need not go on.
FOUND_MAX: Final = 20

Tell = Callable[[str], object]


class Folders(NamedTuple):
    """What outlives a kill: the disk, and the runtime directory."""

    state: Path
    spill: Path

    def store(self) -> "MoodyStore":
        return MoodyStore(self.state)

    def spill_file(self) -> SpillFile:
        return SpillFile(self.spill)


class Armed(NamedTuple):
    """What no start may change: who is set, what is held back, and the mode."""

    areas: dict[str, SetState]
    held: frozenset[str]
    mode: Mode


class MoodyStore(ReservedStore):
    """A real store on a disk that says it is full as often as ``full`` says."""

    def __init__(self, state: Path) -> None:
        self.room = Reserve(state / "journal")
        super().__init__(state, self.room, file_entries_max=FILE_ENTRIES)
        self.full = 0

    def _insert(self, rows: Sequence[Row], head: Head) -> Head:
        if self.full:
            self.full -= 1
            raise StoreError(Trouble.FULL)
        return super()._insert(rows, head)


# --- a life ------------------------------------------------------------------------------------


async def _live(folders: Folders, spill: SpillFile | None, tell: Tell) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    clock, store = VirtualClock(loop), folders.store()
    resumed = resume(store, "", spill)
    store.room.look()
    engine = Engine(
        resumed.state,
        resumed.state.at_ms,
        clock,
        InlineCommitter(store),
        version="test",
        snapshot=store.save_snapshot,
        strict=True,
        spill=spill,
        carried=resumed.carried,
    )

    def told(published: Published) -> None:
        entry = published.entry
        tell(f"{entry.position} {sha256(encode(entry)).hexdigest()}")

    engine.subscribe(told)
    engine.start()
    epoch = resumed.state.epoch + 1
    await engine.submit(f.Started(epoch=epoch, version="test", utc_ms=clock.wall_ms()))
    await engine.submit(f.SiteOffered(file_hash="a", site=museum()))
    await _alarm(engine, "west.pir")
    store.full = 1  # within the reserve
    await _alarm(engine, "west.glass")
    store.room.look()
    store.full = 5  # with the reserve given up, and nothing more to give
    store.room.release(Trouble.FULL)
    await _alarm(engine, "west.pir")
    await asyncio.sleep(10)
    store.room.look()
    await _weakened(engine, clock)
    await engine.stop()
    store.close()


async def _alarm(engine: Engine, point: str) -> None:
    """It goes active, somebody takes it, it returns."""
    engine.offer(f.PointChanged(point, PointState.ACTIVE))
    await asyncio.sleep(0.1)
    for incident in tuple(engine.state.open_incidents()):
        await engine.submit(
            f.Acknowledge(incident=incident.number, seen=incident.rev, by="anna", proof=Proof.LINK)
        )
    engine.offer(f.PointChanged(point, PointState.NORMAL))
    await asyncio.sleep(0.1)


async def _weakened(engine: Engine, clock: VirtualClock) -> None:
    """People weaken the guard in each way there is, and tighten it again (G1, D7, law 8)."""
    who: Any = {"by": "boris", "proof": Proof.PIN}
    end = clock.wall_ms() + 3_600_000
    held = {"source": "west.glass", "how": Suppression.OUT_OF_SERVICE}
    for fact in (
        f.UnsetArea(area="store", **who),
        f.Suppress(**held, until_utc_ms=end, reason="builders", **who),
        f.ChangeMode(mode=Mode.WORKS, reason="builders", until_utc_ms=end, **who),
        f.ChangeMode(mode=Mode.NIGHT, reason="they are gone", until_utc_ms=0, **who),
        f.Unsuppress(**held, **who),
        f.SetArea(area="store", force=True, reason="over", **who),
    ):
        answered = await engine.submit(fact)
        assert answered.code in ("", "already"), answered.text  # a life before may have asked it


def _armed(state: State) -> Armed:
    areas = {name: area.state for name, area in state.areas.items()}
    return Armed(areas, frozenset(state.suppressions), state.mode)


# --- what a start finds ------------------------------------------------------------------------


def _missing(folders: Folders, told: dict[str, str]) -> list[str]:
    """What is wrong with what the next start would find."""
    store, found = folders.store(), list[str]()
    resumed = resume(store, "", folders.spill_file())
    if resumed.damaged:
        found.append(f"the start says: {resumed.damaged}")
    report = verify(store, decoding=True)
    if report.damaged:
        found.append(f"verify finds damage in {report.damaged} places")
    rows = [Row(*item[:4]) for item in store.scan() if isinstance(item, Stored)]
    state = State()
    for row in (*rows, *resumed.carried):
        apply(state, decode(row.payload).entry)
    if core_state.encode(state) != core_state.encode(resumed.state):
        found.append("a replay from the beginning comes to another state")
    here = {
        f"{row.epoch}.{row.seq}": sha256(row.payload).hexdigest()
        for row in (*rows, *resumed.carried)
    }
    found += [f"{place} was told and is gone" for place, d in told.items() if here.get(place) != d]
    before, at_ms, epoch = _armed(state), state.at_ms + 1_000, state.epoch + 1
    core.step(state, at_ms, f.Started(epoch=epoch, version="test", utc_ms=state.utc_ms(at_ms)))
    core.step(state, at_ms, f.SiteOffered(file_hash="a", site=museum()))
    if before.areas and _armed(state) != before:
        found.append(f"the start changes what is armed: {before} became {_armed(state)}")
    return found


# --- forks -------------------------------------------------------------------------------------


def _forked(work: Callable[[Tell], None]) -> tuple[list[str], int]:
    """The whole lines that ``work`` told in a process of its own, and how that ended."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        code = 1
        try:
            work(lambda line: os.writev(into, [line.encode() + b"\n"]))
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        lines = [line.decode().rstrip("\n") for line in pipe if line.endswith(b"\n")]
    _, status = os.waitpid(child, 0)
    return lines, os.waitstatus_to_exitcode(status)


class Killer:
    """Life after life in one folder, and all that was told in them."""

    def __init__(self, folder: Path, *, torn: bool, spilling: bool) -> None:
        self._torn, self._spilling = torn, spilling
        self._library: Any = ctypes.CDLL(None)
        self._folders = Folders(folder / "state", folder / "spill")
        self._told: dict[str, str] = {}
        self._step = 0
        folder.mkdir()

    def kill_at(self, step: int) -> tuple[bool, list[str]]:
        """Whether a life that is killed there came through, and what is wrong after it."""
        self._step = step
        lines, code = _forked(self._live)
        self._told.update(dict(line.split(" ", 1) for line in lines))
        wrong, ended = _forked(self._look)
        if code not in (0, -signal.SIGKILL):
            wrong.append(f"the life ended with {code}")
        if ended:
            wrong.append(f"the next start ended with {ended}")
        return code == 0, [f"step {step}: {what}" for what in wrong]

    def _live(self, tell: Tell) -> None:
        self._library.kill_arm(ctypes.c_long(self._step), int(self._torn))
        spill = self._folders.spill_file() if self._spilling else None
        run_virtual(_live(self._folders, spill, tell))

    def _look(self, tell: Tell) -> None:
        for what in _missing(self._folders, self._told):
            tell(what)


def main(folder: Path, first: int, stride: int, mode: str) -> dict[str, Any]:
    """Kill at step ``first``, ``first + stride`` and so on, until a life comes through.

    Each in a folder of its own, where a step is always the same one; then once more at a step
    somewhere, over what the first kill left.
    """
    kills, found = 0, list[str]()
    for step in count(first, stride):
        killer = Killer(folder / str(step), torn=mode == "torn", spilling=mode != "no-spill")
        through, wrong = killer.kill_at(step)
        if through or len(found) > FOUND_MAX:
            break
        found += wrong
        again, wrong = killer.kill_at(SCATTER % step + 1)
        found += wrong
        kills += 2 - again
    return {"kills": kills, "steps": step, "found": found}


if __name__ == "__main__":
    where, begin, by, how = sys.argv[1:]
    with quiet_log():
        result = main(Path(where), int(begin), int(by), how)
    print(json.dumps(result))
