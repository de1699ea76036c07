"""The state: everything that is true now, and nothing that can be computed from it.

Records are changed by ``evolve`` alone, in place. A deadline is a field: ``State.deadlines``
maps ``CONCERN:ID`` to engine time, and nothing else in the program waits. All of it encodes to
JSON, byte for byte the same after a replay.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from monitord.core.facts import TextRef, TimePassed
from monitord.core.maintenance_records import GrantRecord
from monitord.core.picture_records import AimRecord, HoldRecord, PictureRecord
from monitord.core.plan_records import AttendanceRecord
from monitord.core.police_records import PoliceRecord
from monitord.core.records import (
    AlarmRecord,
    Answered,
    AreaRecord,
    CalledRecord,
    ChatterRecord,
    DeviceRecord,
    FloodRecord,
    HoldUpRecord,
    IncidentRecord,
    OutputRecord,
    PathRecord,
    PointRecord,
    RestoreRecord,
    RetiredRecord,
    SectorRecord,
    StationRecord,
    SuppressionRecord,
    WalkTestRecord,
)
from monitord.core.site import Site
from monitord.core.site_records import (
    Calendar,
    ErasureRecord,
    HandoverRecord,
    HeldSite,
    ModeRecord,
    ReliefRecord,
)
from monitord.vocabulary import Condition, Mode, Suppression

KEY_KEPT_MS: Final = 24 * 3_600_000
KEYS_KEPT_MAX: Final = 100_000
CLOSED_INCIDENTS_KEPT: Final = 200
#: Hidden incidents are numbered from here on, so that the others show no gap (G9).
HIDDEN_FROM: Final = 900_000


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
    sectors: dict[str, SectorRecord] = {}
    paths: dict[str, PathRecord] = {}
    hold_up: HoldUpRecord = msgspec.field(default_factory=HoldUpRecord)
    alarms: dict[str, AlarmRecord] = {}
    flood: FloodRecord = msgspec.field(default_factory=FloodRecord)
    chattering: dict[str, ChatterRecord] = {}
    suppressions: dict[str, SuppressionRecord] = {}
    restores: dict[str, RestoreRecord] = {}
    walk_tests: dict[str, WalkTestRecord] = {}
    #: Of each area the last walk test that is over.
    walked: dict[str, WalkTestRecord] = {}
    stations: dict[str, StationRecord] = {}
    outputs: dict[str, OutputRecord] = {}
    #: Permits and bookings that have begun, with the time.
    permits_begun: dict[str, int] = {}
    incidents: dict[int, IncidentRecord] = {}
    incidents_opened: int = 0
    duress_opened: int = 0
    #: Who comes to an incident, by ``NUMBER/HOLDER``; kept until the incident is closed.
    attendances: dict[str, AttendanceRecord] = {}
    #: In a flood: whom we called a moment ago, and for what (``held_calls``).
    called: dict[str, list[CalledRecord]] = {}
    #: False calls by police reference; kept where the reference leaves the site file.
    police: dict[str, PoliceRecord] = {}
    deadlines: dict[str, int] = {}
    answered: dict[str, Answered] = {}
    #: Of each device the keys of what it said, with the time.
    heard: dict[str, dict[str, int]] = {}
    mode_record: ModeRecord = msgspec.field(default_factory=ModeRecord)
    grants: dict[int, GrantRecord] = {}
    grants_given: int = 0
    #: Entries of the occurrence log by hand.
    log_written: int = 0
    #: The last handover of each post.
    handovers: dict[str, HandoverRecord] = {}
    #: Who has a PIN for one shift.
    reliefs: dict[str, ReliefRecord] = {}
    #: What lies in the evidence store, by number; ``pictures_kept`` is the last number given.
    pictures: dict[int, PictureRecord] = {}
    pictures_kept: int = 0
    #: By incident: whose pictures stay beyond their end.
    holds: dict[int, HoldRecord] = {}
    #: Who looks at which pictures, and until when that is not told again (engine time).
    views: dict[str, int] = {}
    #: Cameras that do not look at their home.
    aims: dict[str, AimRecord] = {}

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

    def held(self, point: str, *, besides: Suppression | None = None) -> bool:
        """Whether a line of the ledger, ``besides`` those of one kind, names it or its device."""
        if not self.suppressions:
            return False
        known = self.site.points.get(point)
        names = (point,) if known is None else (point, known.device)
        kinds = [how for how in Suppression if how is not besides]
        return any(f"{name}:{how}" in self.suppressions for name in names for how in kinds)

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
