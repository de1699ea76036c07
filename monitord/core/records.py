"""The records that the state is made of: one point, device, area, alarm, incident, call.

Changed by ``evolve`` alone, in place. A field is only ever added, with a default.
"""

import msgspec

from monitord.core.closing_records import CloseAskedRecord
from monitord.core.facts import TextRef
from monitord.core.picture_records import LookRecord
from monitord.core.plan_records import Plan, PoliceTold, StepRecord
from monitord.core.site import Chain, Excepted, Point
from monitord.vocabulary import (
    PROGRAM,
    AlarmState,
    AreaPhase,
    Attention,
    Category,
    Cause,
    Condition,
    Confirmed,
    DarkSign,
    DeviceStatus,
    Limit,
    Looked,
    Outcome,
    PathState,
    PointState,
    Priority,
    SetState,
    Suppression,
    Unproven,
)


class PointRecord(msgspec.Struct):
    """``known`` is the last state that was not unknown."""

    state: PointState = PointState.UNKNOWN
    since_ms: int = 0
    known: PointState = PointState.UNKNOWN
    value: float | str | bool | None = None
    overdue: bool = False
    #: When it went active as an alarm, the last three times.
    activations: list[int] = []
    #: When it went active last, UTC; None: not since it is in the file.
    active_utc_ms: int | None = None
    #: The limits that its value is beyond.
    crossed: tuple[Limit, ...] = ()
    #: The words of its device for the state that it is in; empty where it has none.
    said: str = ""


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
    """``first_source`` alarmed at ``first_ms`` and waits for a second one to confirm it.

    ``excluded`` were active when a window lapsed: they confirm nothing until they have returned.
    """

    state: SetState = SetState.UNKNOWN
    since_ms: int = 0
    first_source: str = ""
    first_ms: int = 0
    first_category: Category = Category.INTRUSION
    excluded: list[str] = []
    #: Somebody leaves, or comes in: since when, and by which point they came in.
    phase: AreaPhase = AreaPhase.STEADY
    phase_ms: int = 0
    way_in: str = ""
    #: The last state that was not unknown, and the one before the last word of it.
    known: SetState = SetState.UNKNOWN
    before: SetState = SetState.UNKNOWN
    late: Condition | None = None
    excepted: Excepted = Excepted()


class HoldUpRecord(msgspec.Struct):
    """The first hold-up of the site that waits for a second one, and when the last one was."""

    first_source: str = ""
    first_ms: int = 0
    last_ms: int = 0


class StationRecord(msgspec.Struct):
    """What a station's page says of itself; ``heard_ms``: its sound was proven to be heard then."""

    said: Attention = Attention.ABSENT
    since_ms: int = 0
    person: str = ""
    heard_ms: int | None = None


class OutputRecord(msgspec.Struct):
    """What an output is to be, for which incidents; ``done``: its device says that it is so."""

    on: bool = False
    since_ms: int = 0
    why: str = ""
    incidents: list[int] = []
    done: bool = False
    failed: str = ""


class PathRecord(msgspec.Struct):
    """An outward path that is not well."""

    state: PathState
    since_ms: int


class FloodRecord(msgspec.Struct):
    """When the last alarms came, eleven at most; since when it is a flood, and of how many."""

    recent: list[int] = []
    since_ms: int | None = None
    count: int = 0


class ChatterRecord(msgspec.Struct):
    """A point that went active too often: since when, how often, and whether to shelve it."""

    from_ms: int
    count: int
    may_shelve: bool


class SignRecord(msgspec.Struct):
    """One thing that went dark, and when that was found."""

    sign: DarkSign
    at_ms: int


class SectorRecord(msgspec.Struct):
    """What went dark in a sector a short while ago, by point or device, and whose alarm that is."""

    source: str
    signs: dict[str, SignRecord] = {}


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
    silent: bool = False


class SuppressionRecord(msgspec.Struct):
    """Who holds what back, why and until when (law 8). ``whole``: tamper and fault too;
    ``grant``: under which maintenance."""

    source: str
    how: Suppression
    since_ms: int
    until_utc_ms: int
    by: str
    reason: str
    one_shot: bool = False
    whole: bool = False
    permit: str = ""
    grant: int = 0


class RestoreRecord(msgspec.Struct):
    """A point that must prove that it is live again; ``failed``: the alarm stands until then."""

    why: str
    since_ms: int
    missing: Unproven
    set_again: bool = False
    failed: bool = False


class WalkTestRecord(msgspec.Struct):
    """The detectors that somebody walks past, and when each was seen. ``ended_ms``: it is over."""

    by: str
    since_ms: int
    until_utc_ms: int
    points: list[str]
    seen: dict[str, int] = {}
    ended_ms: int | None = None


class CallRecord(msgspec.Struct):
    """One attempt. ``outcome`` is None until the channel has answered.

    ``warns``: beside the chain, to somebody who is on the way or inside.
    """

    step: int
    target: str
    person: str
    channel: str
    attempt: int
    placed_ms: int
    began: bool = False
    outcome: Outcome | None = None
    warns: bool = False


class HeldCall(msgspec.Struct):
    """A call of the current step that a flood holds, ``behind`` the one for that incident.

    ``told``: the person was told of it with that call. ``is_post``: the whole post is meant.
    """

    target: str
    is_post: bool
    behind: int
    since_ms: int
    told: bool = False


class CalledRecord(msgspec.Struct):
    """What somebody was called for in a flood, and how urgent it was."""

    incident: int
    at_ms: int
    priority: Priority
    fire: bool
    confirmed: bool


class AckRecord(msgspec.Struct):
    """Who took it, having seen which revision."""

    by: str
    at_ms: int
    seen: int
    via: str = ""
    note: TextRef | None = None


class IncidentRecord(msgspec.Struct):
    """The alarms that people handle as one.

    ``rev`` counts what was added; ``worse_rev`` is the revision of the last worsening, with
    ``worse`` as its reasons. ``calling`` is False while an acknowledgement holds. ``calls`` are
    those of the current step; all others are in the journal. ``held`` are calls of that step that
    a flood holds, by person or post.
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
    #: Those of its areas that counted as set when something alarmed there.
    set_areas: list[str] = []
    alarms: list[str] = []
    confirmed: bool = False
    confirmed_by: tuple[str, ...] = ()
    confirmed_how: Confirmed | None = None
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
    silent: bool = False
    #: Nothing of it goes out on channels that leave the site before this; None: it may.
    outside_from_ms: int | None = None
    #: Unset in time, by this person: nothing of it goes out, unless it worsens.
    aborted_by: str = ""
    #: Unset too late, by this person: whoever was told outside is told that, too.
    cancelled_by: str = ""
    #: Target, person and channel of every call that left the site.
    told_outside: list[tuple[str, str, str]] = []
    #: Who found the cause, and how they looked.
    found_by: str = ""
    looked: Looked | None = None
    #: Calls to the police that may have got through: the reference and when, by call.
    police: dict[str, tuple[str, int]] = {}
    #: Persons and sessions for whom it does not exist while it is open (G9).
    hidden_from: tuple[str, ...] = ()
    held: dict[str, HeldCall] = {}
    #: The position of the journal before it was opened: its story begins behind it.
    opened_after: str = ""
    #: As it was when the incident opened, and its steps by number from 1.
    plan: Plan | None = None
    steps_done: dict[int, StepRecord] = {}
    police_told: list[PoliceTold] = []
    close_asked: CloseAskedRecord | None = None
    agreed_by: str = ""
    note: TextRef | None = None
    #: The cameras that were looked through for it.
    looks: dict[str, LookRecord] = {}

    @property
    def urgency(self) -> tuple[bool, Priority]:
        """Sorts what is more urgent first: fire before everything, then priority."""
        return self.category is not Category.FIRE, self.priority

    @property
    def rank(self) -> tuple[bool, Priority, int]:
        """The order of every list that people look at: by urgency, the newest of it first."""
        return *self.urgency, -self.number

    def hidden_at(self, area: str, *who: str) -> bool:
        """Whoever stands there, or beside a person or at a session of ``who``, may be the one who
        threatens: to them it does not exist. Nor to a program: who reads its screen?"""
        if any(name.startswith(PROGRAM) for name in who):
            return self.silent or bool(self.hidden_from)
        hidden = not set(who).isdisjoint(self.hidden_from)
        if hidden or not area:
            return hidden
        return self.silent and area in self.areas

    @property
    def hidden(self) -> bool:
        """Somebody is forced, and not released yet."""
        return bool(self.hidden_from) and self.open

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
