"""What the API answers: points, devices, areas, the ledger. The fields are a promise to programs.

They are the views of :mod:`monitord.runtime.control`, field by field; a test holds that nothing is
lost between the two. Times are RFC 3339 in UTC.
"""

from typing import Annotated

import msgspec

from monitord.vocabulary import (
    AreaPhase,
    Category,
    Cause,
    DeviceStatus,
    Kind,
    PointState,
    SetState,
    Suppression,
)

Moment = Annotated[
    str, msgspec.Meta(description="RFC 3339 in UTC", examples=["2026-11-24T22:00:00.000Z"])
]
Position = Annotated[str, msgspec.Meta(description="EPOCH.SEQ of the journal", examples=["4.1207"])]


class WhichSite(msgspec.Struct):
    """The site that is guarded."""

    id: str
    name: str
    timezone: str


class Head(msgspec.Struct, kw_only=True):
    """What stands above every answer: which site, when, and how far the journal is."""

    site: WhichSite
    now: Moment
    position: Position
    epoch: int


class Place(msgspec.Struct, kw_only=True):
    """Where it is, and where responders should come."""

    area: str
    place: str
    gate: str


class Point(Place, kw_only=True):
    """One supervised signal. Unknown is never normal; ``last_known`` is what was before it."""

    id: str
    device: str
    name: str
    what: str
    kind: Kind
    category: Category
    state: PointState
    since: Moment
    last_known: PointState
    value: float | str | bool | None
    crossed: list[str]
    unit: str
    need: float | None
    overdue: bool
    last_active: Moment | None
    held_back: list[Suppression]
    retired: bool


class Points(Head, kw_only=True):
    """Every point, and how many there are in each state."""

    counts: dict[str, int]
    points: list[Point]


class OnePoint(Head, kw_only=True):
    point: Point


class Device(msgspec.Struct, kw_only=True):
    """One device. ``blind_from`` to ``blind_until``: when nobody saw its points last."""

    id: str
    name: str
    driver: str
    areas: list[str]
    points: int
    status: DeviceStatus
    since: Moment
    overdue: bool
    cause: Cause | None
    cause_words: str
    detail: str
    blind_from: Moment
    blind_until: Moment | None
    settles_until: Moment | None


class Devices(Head, kw_only=True):
    devices: list[Device]


class OneDevice(Head, kw_only=True):
    device: Device


class Held(msgspec.Struct, kw_only=True):
    """Who holds what back, why and until when."""

    source: str
    how: Suppression
    since: Moment
    until: Moment
    by: str
    reason: str
    maintenance: int | None


class LedgerLine(Place, kw_only=True):
    """A line of the ledger. ``whole``: tamper and fault too, not only what it senses."""

    source: str
    name: str
    how: Suppression
    by: str
    reason: str
    since: Moment
    until: Moment
    left_s: int
    whole: bool
    one_shot: bool
    maintenance: int | None


class NotProven(Place, kw_only=True):
    """Held back until a moment ago, and not seen to be live again."""

    source: str
    name: str
    asked: str
    missing: str
    since: Moment
    failed: bool


class Suppressions(Head, kw_only=True):
    """The ledger: what ends first above."""

    held_back: list[LedgerLine]
    not_proven: list[NotProven]


class Duty(msgspec.Struct):
    """Something that somebody must do. ``of``: a post, a station, a person, or a step of a plan."""

    duty: str
    of: str
    incident: int
    due: Moment
    due_in_s: int
    late: bool
    proof: str


class Duties(Head, kw_only=True):
    """What people must do by when, the next one first."""

    duties: list[Duty]


class Settling(msgspec.Struct):
    device: str
    name: str
    seconds_left: int


class Hours(msgspec.Struct, kw_only=True):
    """When the area may be unset; ``unknown`` is guarded as closed."""

    may_be_unset: str
    open: str | None
    until: Moment | None
    next: Moment | None
    laid_until: Moment | None
    exceptions: list[object]


class Exceptional(msgspec.Struct):
    """The area may be unset outside its hours for a while."""

    until: Moment
    by: str
    reason: str


class NotNormal(msgspec.Struct):
    point: str
    name: str
    state: PointState
    since: Moment


class Prevents(msgspec.Struct):
    point: str
    why: str


class Opening(msgspec.Struct):
    """A door, window or hatch of the envelope; without a point nobody knows whether it is shut."""

    name: str
    point: str | None
    kind: Kind | None
    state: PointState
    since: Moment | None


class Area(Place, kw_only=True):
    """One area. ``counts_as_set``: an unknown one is guarded as if it were set."""

    state: SetState
    counts_as_set: bool
    since: Moment
    set_by: str
    set_by_name: str
    phase: Annotated[str, msgspec.Meta(description="steady, exit, entry or abort")]
    seconds_left: int | None
    way_in: str | None
    settling: list[Settling]
    hours: Hours
    exception: Exceptional | None
    late: str | None
    not_normal: list[NotNormal]
    prevents_setting: list[Prevents]
    incidents: list[int]
    cannot_confirm: list[str]
    held_back: list[Held]
    openings: list[Opening]


class Post(msgspec.Struct, kw_only=True):
    """A post with a rota. ``manned``: whether somebody must be there now; null: not known."""

    post: str
    manned: bool | None
    rota: str
    minimum: int
    until: Moment | None
    next: Moment | None
    laid_until: Moment | None


class Areas(Head, kw_only=True):
    areas: list[Area]
    posts: list[Post]


class OneArea(Head, kw_only=True):
    area: Area


class AreaInBrief(Place, kw_only=True):
    state: SetState
    since: Moment | None
    phase: AreaPhase


class SiteArea(msgspec.Struct):
    id: str
    name: str
    gate: str


class SiteDevice(msgspec.Struct):
    id: str
    name: str


class SitePerson(msgspec.Struct):
    id: str
    role: str


class SiteStep(msgspec.Struct):
    call: list[str]
    by: list[str]
    wait_s: int


class SiteChain(msgspec.Struct):
    id: str
    decide_s: int
    steps: list[SiteStep]


class Site(Head, kw_only=True):
    """What is guarded: ids, names and order; no addresses, no secrets, no names of people."""

    hash: str
    areas: list[SiteArea]
    devices: list[SiteDevice]
    people: list[SitePerson]
    chains: list[SiteChain]
