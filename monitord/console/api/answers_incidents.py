"""What the API answers of incidents, and of the site as a whole."""

from typing import Annotated

import msgspec

from monitord.console.api.answers import AreaInBrief, Head, Held, Moment, Place
from monitord.vocabulary import Category, Condition, PictureMoment
from monitord.vocabulary.aiming import AimStage


class Acknowledged(msgspec.Struct):
    """Who took it, and which revision they had seen."""

    by: str
    at: Moment
    seen: int
    via: str


class Alarm(Place, kw_only=True):
    """One alarm of an incident: a source and a condition."""

    id: str
    source: str
    name: str
    sector: str
    what: str
    behind: str
    cause: str
    consequence: str
    verify: str
    action: str
    time_to_respond_s: int | None
    condition: Condition
    category: Category
    state: str
    active: bool
    occurred: Moment
    count: int
    rev: int
    missing: str
    said: Annotated[str, msgspec.Meta(description="what its device says that it found")]


class Call(msgspec.Struct):
    """One attempt on one channel to one person, and how far it came."""

    call_id: str
    person: str
    target: str
    channel: str
    attempt: int
    placed: Moment
    outcome: str


class NextCall(msgspec.Struct):
    """Who is called next, and when."""

    at: Moment
    in_s: int
    step: int
    again_from_the_start: bool
    people: list[str]
    by: list[str]


class Attendance(msgspec.Struct, kw_only=True):
    """Somebody who comes, or came."""

    holder: str
    accepted: Moment | None
    plan: Moment | None
    arrived: Moment | None
    entered: Moment | None
    safe: Moment | None
    ended: Moment | None
    due: Moment | None
    due_in_s: int | None
    late: bool
    companion: str
    alone: bool
    missed: int
    inside: bool
    running: bool
    result: str


class StepDone(msgspec.Struct):
    """Who has done it, or why it is not done."""

    by: str
    at: Moment
    refused: bool
    reason: str


class Step(msgspec.Struct):
    """One thing to do. ``must``: done or refused before the incident can be closed."""

    number: int
    do: str
    who: str
    phone: str
    must: bool
    due: Moment | None
    left_s: int | None
    late: bool
    done: StepDone | None


class Plan(msgspec.Struct):
    """What people do, as it was when the incident opened."""

    name: str
    version: int
    owner: str
    review: str
    review_overdue: bool
    steps: list[Step]
    open: int


class Picture(msgspec.Struct):
    """A picture in the evidence store. ``clock_off_ms`` is how far the camera's clock was ahead."""

    number: int
    moment: PictureMoment
    taken: Moment
    clock_off_ms: int | None
    preset: str
    sha256: str
    smaller: bool


class Footage(msgspec.Struct):
    """Whether the camera's own recording has the alarm. ``missing``: from, until; ``why``: it is
    not known."""

    from_: Moment = msgspec.field(name="from")
    until: Moment
    told: bool
    missing: list[tuple[Moment, Moment]]
    why: str


class LooksAt(msgspec.Struct):
    """Where a camera looks that does not look at its home: ``preset``, or on its way from or to
    it, as ``stage`` says. ``why`` it did not get there last."""

    preset: str
    stage: AimStage
    since: Moment
    incident: int
    why: str


class Camera(msgspec.Struct):
    """A camera that looks at the place. ``missed``: why it gave no picture, empty where it did."""

    camera: str
    name: str
    answers: bool
    since: Moment
    missed: str
    awaited: bool
    looks_at: LooksAt | None
    picture: Picture | None
    pictures: list[Picture]
    footage: Footage | None
    asked: Moment | None


class CloseAsked(msgspec.Struct):
    """Who would close it, where the site has it closed by two; void once it has changed."""

    by: str
    at: Moment
    cause: str
    finding: str | None
    found_by: str
    looked: str | None
    void: bool


class Incident(Place, kw_only=True):
    """The alarms that people handle as one. Acknowledge it with the ``rev`` that you have seen."""

    number: int
    id: str
    rev: int
    worse_rev: Annotated[int, msgspec.Meta(description="an acknowledgement below it is refused")]
    worse: list[str]
    areas: list[str]
    category: Category
    categories: list[Category]
    priority: Annotated[int, msgspec.Meta(description="1 is the highest, 4 the lowest")]
    confirmed: bool
    confirmed_by: list[str]
    confirmed_how: str | None
    silent: bool
    text: str
    opened: Moment
    last_alarm: Moment
    open: bool
    acknowledged: bool
    owner: str
    acknowledgements: list[Acknowledged]
    since_acknowledged: int
    first_out: str
    headline: str
    declared_by: str
    alarms: list[Alarm]
    active: list[str]
    attendance: list[Attendance]
    plan: Plan | None
    cameras: list[Camera]
    calling: bool
    chain: str
    step: int
    steps: int
    round: int
    calls: list[Call]
    next_call: NextCall | None
    decide_by: Moment | None
    decide_in_s: int | None
    closed: Moment | None
    closed_by: str
    cause: str
    action: str
    finding: str | None
    found_by: str
    looked: str | None
    agreed_by: str
    close_asked: CloseAsked | None


class Flood(msgspec.Struct):
    since: Moment
    alarms: int


class Incidents(Head, kw_only=True):
    """Fire first, then what nobody has taken, then the most urgent, newest first."""

    flood: Flood | None
    incidents: list[Incident]


class OneIncident(Head, kw_only=True):
    incident: Incident


class Watched(msgspec.Struct):
    """How much is watched, and how much of it answers."""

    devices: int
    devices_answering: int
    points: int
    points_retired: int
    points_known: int


class Blind(msgspec.Struct, kw_only=True):
    """A device or point that nobody sees; one of ``device`` and ``point`` is there."""

    name: str
    areas: list[str]
    points: int
    status: str
    since: Moment
    cause: str | None
    cause_words: str
    detail: str
    device: str | None = None
    point: str | None = None


class Mend(msgspec.Struct):
    """What somebody has to mend: a point that chatters, an alarm that stands for a day."""

    why: str
    source: str
    since: Moment
    count: int
    propose_shelving: bool


class Store(msgspec.Struct):
    """Whether the journal takes what happens."""

    degraded: bool
    reason: str
    disk_low: bool
    reserve_spent: bool
    giving_way: bool


class ByState(msgspec.Struct):
    """The areas by what they are; unknown is guarded as set."""

    set: list[AreaInBrief]
    unset: list[AreaInBrief]
    unknown: list[AreaInBrief]


class Status(Head, kw_only=True):
    """Is this site guarded, is an alarm open, or is somebody blind?"""

    version: str
    mode: str
    verdict: Annotated[str, msgspec.Meta(description="guarded, alarm or blind")]
    in_words: str
    watched: Watched
    flood: Flood | None
    open: list[Incident]
    blind: list[Blind]
    held_back: list[Held]
    maintenance: list[Mend]
    store: Store
    areas: ByState
