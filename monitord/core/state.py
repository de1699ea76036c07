"""The state: everything that is true now, and nothing that can be computed from it.

Records are changed by ``evolve`` alone, in place. A deadline is a field: ``State.deadlines``
maps ``CONCERN:ID`` to engine time, and nothing else in the program waits. All of it encodes to
JSON, byte for byte the same after a replay.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from monitord.core.facts import TextRef, TimePassed
from monitord.core.site import Chain, Point, Site, Span
from monitord.vocabulary import (
    AlarmState,
    Category,
    Cause,
    Condition,
    DeviceStatus,
    Mode,
    Outcome,
    PointState,
    Priority,
    SetState,
    Suppression,
)

KEY_KEPT_MS: Final = 24 * 3_600_000
KEYS_KEPT_MAX: Final = 100_000
CLOSED_INCIDENTS_KEPT: Final = 200


class PointRecord(msgspec.Struct):
    """``known`` is the last state that was not unknown."""

    state: PointState = PointState.UNKNOWN
    since_ms: int = 0
    known: PointState = PointState.UNKNOWN
    value: float | str | bool | None = None
    overdue: bool = False


class RetiredRecord(msgspec.Struct):
    """A point as it was in the site file that it left, and what was known of it last."""

    point: Point
    since_ms: int
    known: PointState


class DeviceRecord(msgspec.Struct):
    """``overdue``: silent past its limit. ``blind_from_ms``: since when nobody saw its points."""

    status: DeviceStatus = DeviceStatus.STARTING
    since_ms: int = 0
    blind_from_ms: int = 0
    overdue: bool = False
    cause: Cause | None = None
    detail: str = ""


class AreaRecord(msgspec.Struct):
    """``first_source`` alarmed at ``first_ms`` and waits for a second one to confirm it."""

    state: SetState = SetState.UNKNOWN
    since_ms: int = 0
    first_source: str = ""
    first_ms: int = 0


class AlarmRecord(msgspec.Struct):
    """One source and condition. ``rev`` is the incident's revision that showed it last."""

    source: str
    condition: Condition
    category: Category
    area: str
    priority: Priority
    latching: bool
    state: AlarmState = AlarmState.NORMAL
    active: bool = False
    occurred_ms: int = 0
    count: int = 0
    incident: int = 0
    rev: int = 0


class SuppressionRecord(msgspec.Struct):
    """Who holds what back, why and until when (law 8). ``whole``: tamper and fault too."""

    source: str
    how: Suppression
    since_ms: int
    until_utc_ms: int
    by: str
    reason: str
    one_shot: bool = False
    whole: bool = False


class CallRecord(msgspec.Struct):
    """One attempt. ``outcome`` is None until the channel has answered."""

    step: int
    target: str
    person: str
    channel: str
    attempt: int
    placed_ms: int
    began: bool = False
    outcome: Outcome | None = None


class AckRecord(msgspec.Struct):
    """Who took it, having seen which revision."""

    by: str
    at_ms: int
    seen: int
    via: str = ""


class IncidentRecord(msgspec.Struct):
    """The alarms that people handle as one.

    ``rev`` counts what was added; ``worse_rev`` is the revision of the last worsening, with
    ``worse`` as its reasons. ``calling`` is False while an acknowledgement holds. ``calls`` are
    those of the current step; all others are in the journal.
    """

    number: int
    category: Category
    area: str
    priority: Priority
    opened_ms: int
    last_alarm_ms: int
    first_out: str = ""
    declared_by: str = ""
    rev: int = 1
    worse_rev: int = 1
    worse: tuple[str, ...] = ()
    areas: list[str] = []
    categories: list[Category] = []
    alarms: list[str] = []
    confirmed: bool = False
    owner: str = ""
    acks: list[AckRecord] = []
    chain: Chain = Chain(id="", steps=())
    step: int = -1
    round: int = 1
    round_ms: int = 0
    calling: bool = False
    calls: dict[str, CallRecord] = {}
    calls_placed: int = 0
    closed_ms: int | None = None
    closed_by: str = ""
    cause: str = ""
    finding: TextRef | None = None

    @property
    def open(self) -> bool:
        """Not closed yet."""
        return self.closed_ms is None

    @property
    def acknowledged(self) -> bool:
        """Somebody has it and the calling rests."""
        return self.open and bool(self.acks) and not self.calling


class Answered(msgspec.Struct):
    """The answer that a key was given; ``code`` is empty for accepted."""

    at_ms: int
    code: str
    text: str


class HeldSite(msgspec.Struct):
    """A site file that waits for a second person, after ``by``; empty: a start found it."""

    number: int
    file_hash: str
    by: str = ""
    since_ms: int = 0


class ErasureRecord(msgspec.Struct):
    """Texts that are to be erased and are not gone yet. ``person``: all that is kept of them."""

    texts: tuple[TextRef, ...]
    person: str = ""
    since_ms: int = 0


class Calendar(msgspec.Struct):
    """Hours and rotas as spans, all UTC, worked out for the site with this hash.

    ``site_hash`` is empty when they are to be laid anew, ``short`` when too little lay ahead.
    """

    site_hash: str = ""
    from_ms: int = 0
    until_ms: int = 0
    areas: dict[str, tuple[Span, ...]] = {}
    posts: dict[str, tuple[Span, ...]] = {}
    missing: tuple[str, ...] = ()
    short: bool = False


class State(msgspec.Struct):
    """All of it. ``at_ms`` is the time of the last entry; ``offset_ms`` turns it into UTC."""

    epoch: int = 0
    seq: int = 0
    at_ms: int = 0
    offset_ms: int = 0
    version: str = ""
    mode: Mode = Mode.CLOSED
    degraded: str = ""
    disk_low: bool = False
    reserve_spent: bool = False
    giving_way: bool = False
    snapshot_problem: str = ""
    dropped_seq: int = 0
    dropped_ms: int | None = None
    site: Site = Site(id="")
    site_hash: str = ""
    texts: tuple[TextRef, ...] = ()
    site_held: HeldSite | None = None
    sites_held: int = 0
    erasures: dict[int, ErasureRecord] = {}
    erasures_ordered: int = 0
    calendar: Calendar = msgspec.field(default_factory=Calendar)
    points: dict[str, PointRecord] = {}
    retired: dict[str, RetiredRecord] = {}
    devices: dict[str, DeviceRecord] = {}
    areas: dict[str, AreaRecord] = {}
    alarms: dict[str, AlarmRecord] = {}
    suppressions: dict[str, SuppressionRecord] = {}
    incidents: dict[int, IncidentRecord] = {}
    incidents_opened: int = 0
    deadlines: dict[str, int] = {}
    answered: dict[str, Answered] = {}
    #: Of each device the keys of what it said, with the time.
    heard: dict[str, dict[str, int]] = {}

    @property
    def position(self) -> str:
        """``EPOCH.SEQ`` of the last entry."""
        return f"{self.epoch}.{self.seq}"

    def utc_ms(self, at_ms: int) -> int:
        """Engine time to UTC."""
        return at_ms + self.offset_ms

    def open_incidents(self) -> Iterator[IncidentRecord]:
        """Oldest first."""
        return (i for i in self.incidents.values() if i.closed_ms is None)

    def area_counts_as_set(self, area: str) -> bool:
        """An area that we do not know counts as set (law 4)."""
        record = self.areas.get(area)
        return record is None or record.state.counts_as_set

    def suppressed(self, source: str, condition: Condition) -> bool:
        """Held back by a person or by design, itself or with its device."""
        if not self.suppressions:
            return False
        point = self.site.points.get(source)
        names = (source,) if point is None else (source, point.device)
        held = (self.suppressions.get(f"{name}:{how}") for name in names for how in Suppression)
        return any(h is not None and (h.whole or condition is Condition.ACTIVE) for h in held)

    def presented(self, alarm: str) -> bool:
        """Shown to people: it exists, and nobody holds it back."""
        record = self.alarms.get(alarm)
        return record is not None and not self.suppressed(record.source, record.condition)

    def due(self, now_ms: int, concern: str, fact: TimePassed) -> list[str]:
        """The ids whose deadline of this concern is reached, earliest first."""
        prefix = concern + ":"
        found = [
            (ms, key[len(prefix) :])
            for key, ms in self.deadlines.items()
            if ms <= now_ms and key.startswith(prefix) and fact.covers(key)
        ]
        return [name for _, name in sorted(found)]


def encode(state: State) -> bytes:
    """The state as JSON, byte for byte the same for states that the same entries made."""
    return _ENCODER.encode(state)


def decode(raw: bytes) -> State:
    """The inverse of :func:`encode`; raises ``msgspec.ValidationError`` for anything else."""
    return _DECODER.decode(raw)


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(State)
