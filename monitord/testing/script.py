"""The world's script: what truly happens, minute by minute, before any daemon looks at it.

Pure data and questions to it, all in world time (integer milliseconds of the virtual loop). It
is drawn from a seed before the first life begins, so that what a run is judged by cannot depend
on what the daemon did. It never imports the core's decisions: a checker that asked them would
agree with every bug.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

NEVER_MS: Final = 2**60


class Fault(StrEnum):
    """How a panel misbehaves; those the simulated panel knows carry its names."""

    CUT = "cut"  # the cable: nothing arrives, nothing is refused
    HANG = "hang"
    HALF_OPEN = "half-open"
    RESET = "reset"
    SLOW = "slow"
    GARBAGE = "garbage"
    WRONG_TRANSACTION = "wrong-transaction"
    SHORT = "short"
    EXCEPTION = "exception"
    REBOOT = "reboot"
    LATE = "late"

    @property
    def silences(self) -> bool:
        """Whether nothing can be learned from the panel while it lasts."""
        return self is not Fault.SLOW


class DiskTrouble(StrEnum):
    """How the journal's disk misbehaves."""

    HANG = "hang"  # a commit comes back when the trouble is over
    FULL = "full"
    ERROR = "error"


class CrashAt(StrEnum):
    """Where the daemon is killed: at the first pass of this place once the time has come."""

    ANYWHERE = "anywhere"  # at the very millisecond
    BEFORE_COMMIT = "before-commit"
    AFTER_SYNC = "after-sync"  # on the disk, and nobody knows yet
    PUBLISHING = "publishing"  # told to the first reader, not to the others
    DIALLING = "dialling"  # CallStarted, and the telephone has not rung
    DIALLED = "dialled"  # the telephone rang, and the outcome is lost
    SPILLING = "spilling"  # half of a record is in the spill file


class Move(NamedTuple):
    """A contact opens or closes."""

    at_ms: int
    active: bool


class Setting(NamedTuple):
    """Somebody touches a line, or what a sensor measures begins to move.

    ``position`` is one that the simulated panel knows; empty for a move to ``to`` within
    ``over_ms``.
    """

    at_ms: int
    position: str = ""
    to: float = 0.0
    over_ms: int = 0


class Span(NamedTuple):
    """From when until when something is so; the end is not in it."""

    from_ms: int
    until_ms: int

    def overlaps(self, from_ms: int, until_ms: int) -> bool:
        """Whether any of it lies between."""
        return self.from_ms < until_ms and from_ms < self.until_ms


class PanelTrouble(NamedTuple):
    """One fault of one panel."""

    from_ms: int
    until_ms: int
    fault: Fault


class DiskSpan(NamedTuple):
    """One trouble of the disk."""

    from_ms: int
    until_ms: int
    trouble: DiskTrouble


class CrashPlan(NamedTuple):
    """A kill -9; the next life begins ``down_ms`` later."""

    at_ms: int
    where: CrashAt
    down_ms: int


class WallStep(NamedTuple):
    """Somebody, or something, sets the wall clock."""

    at_ms: int
    by_ms: int


class Manners(msgspec.Struct, frozen=True):
    """How likely people and telephones do what; each between 0 and 1."""

    ignores: float = 0.0
    late: float = 0.0
    twice: float = 0.0
    stale: float = 0.0
    forgets_to_close: float = 0.0
    call_fails: float = 0.0
    call_hangs: float = 0.0
    call_unknown: float = 0.0
    channel_raises: float = 0.0


class Script(msgspec.Struct, frozen=True):
    """Everything that happens. Moves are per point in time order and alternate, beginning with
    an opening; settings are for full mode alone; troubles of one panel, and those of the disk, do
    not overlap. ``commit_ms`` is how long the disk takes; a snapshot is kept every
    ``snapshot_every`` entries, 0 for never; ``spill`` says whether the machine has a runtime
    directory in memory."""

    seed: str
    end_ms: int
    moves: dict[str, tuple[Move, ...]] = {}
    troubles: dict[str, tuple[PanelTrouble, ...]] = {}
    disk: tuple[DiskSpan, ...] = ()
    crashes: tuple[CrashPlan, ...] = ()
    wall_steps: tuple[WallStep, ...] = ()
    manners: Manners = Manners()
    commit_ms: int = 0
    snapshot_every: int = 0
    spill: bool = False
    settings: dict[str, tuple[Setting, ...]] = {}


class Timeline:
    """Answers what is so at a time, and when it next changes, for one script.

    ``points`` names the points of each device, in their order.
    """

    def __init__(self, script: Script, points: Mapping[str, Sequence[str]]) -> None:
        self.script = script
        self._moves = {p: [m.at_ms for m in moves] for p, moves in script.moves.items()}
        self._troubles = {
            d: [t.from_ms for t in troubles] for d, troubles in script.troubles.items()
        }
        self._points = {device: tuple(of) for device, of in points.items()}
        self._edges = {device: self._edges_of(device) for device in points}

    def _edges_of(self, device: str) -> list[int]:
        edges = {at for point in self._points[device] for at in self._moves.get(point, ())}
        settings = self.script.settings
        edges |= {s.at_ms for point in self._points[device] for s in settings.get(point, ())}
        for trouble in self.script.troubles.get(device, ()):
            edges |= {trouble.from_ms, trouble.until_ms}
        return sorted(edges)

    def is_active(self, point: str, at_ms: int) -> bool:
        """Whether the contact is open (its alarm position)."""
        return bisect_right(self._moves.get(point, ()), at_ms) % 2 == 1

    def values(self, device: str, at_ms: int) -> list[bool]:
        """All contacts of a device, in the order of its points."""
        return [self.is_active(point, at_ms) for point in self._points[device]]

    def trouble(self, device: str, at_ms: int) -> PanelTrouble | None:
        """The fault that a panel has now."""
        index = bisect_right(self._troubles.get(device, ()), at_ms) - 1
        if index < 0:
            return None
        found = self.script.troubles[device][index]
        return found if at_ms < found.until_ms else None

    def next_change(self, device: str, after_ms: int) -> int:
        """When the device could next answer differently; ``NEVER_MS`` when it will not."""
        return _after(self._edges.get(device, ()), after_ms)


def _after(edges: Sequence[int], at_ms: int) -> int:
    index = bisect_right(edges, at_ms)
    return edges[index] if index < len(edges) else NEVER_MS


def openings(script: Script) -> Iterable[tuple[str, Span]]:
    """Every opening of every contact, with its end (the script's end for one that stays)."""
    for point, moves in script.moves.items():
        for index in range(0, len(moves), 2):
            closes = moves[index + 1].at_ms if index + 1 < len(moves) else NEVER_MS
            yield point, Span(moves[index].at_ms, closes)


def troubled(script: Script, device: str, from_ms: int, until_ms: int) -> bool:
    """Whether the panel had any fault between."""
    return any(
        Span(t.from_ms, t.until_ms).overlaps(from_ms, until_ms)
        for t in script.troubles.get(device, ())
    )


def disk_troubled(script: Script, from_ms: int, until_ms: int) -> bool:
    """Whether the disk had any trouble between."""
    return any(Span(d.from_ms, d.until_ms).overlaps(from_ms, until_ms) for d in script.disk)
