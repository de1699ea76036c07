"""What may stand in a site file: one model per kind of section, keys as they are written.

Values arrive as text and leave typed; times are integer milliseconds. The models know their own
keys only: what one key says about another section is for the lint. A device, a point, an output
and a channel let the keys of their driver through (``extra``), which the driver's models check.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitord.core.history import KEEP_MS
from monitord.core.signals import DEBOUNCE_MS
from monitord.site.attendance_models import Attendance
from monitord.site.camera_models import Pictures, Views
from monitord.site.chain_models import Chain
from monitord.site.closed import Closed
from monitord.site.floor_models import ON_A_FLOOR, At, Floor
from monitord.site.kind_models import KindWords, PointKind, PriorityNumber
from monitord.site.mqtt_models import Mqtt
from monitord.site.permit_models import Booking, Freeze, Permit
from monitord.site.plan_models import Plan
from monitord.site.police_models import Reference
from monitord.site.rationale import Loss
from monitord.site.schedule_models import ListOfPeople, PanelUsers
from monitord.site.signal_models import Limits, Loop, ShortPulse, Wiring
from monitord.site.site_models import SiteInfo
from monitord.site.special_models import SpecialPoint
from monitord.site.station_models import Station
from monitord.site.words import (
    ID,
    POINT_ID,
    Date,
    DayTimes,
    Duration,
    Flag,
    Hours,
    Id,
    Ids,
    Keep,
    Number,
    PointId,
    SecretName,
    Text,
    Whole,
    wrong,
)
from monitord.vocabulary import (
    Category,
    Kind,
    Mode,
    OutputKind,
    OutputOff,
    PointRole,
    Role,
)

CONFIRM_MS: Final = 30 * 60_000
ALARM_AFTER_MS: Final = 5_000
HOLD_OFF_MS: Final = 60_000


class _WithDriver(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=False)


class FollowsPoint(Closed):
    """An area follows these points of a certified panel: fully set, and set in part."""

    point: PointId
    part: PointId | None = None
    user: PointId | None = Field(None, description="Its value is the user who set or unset it.")


def _set_by(value: object) -> object:
    if value == "monitord" or isinstance(value, dict):
        return value
    raise wrong("an area is set by a panel's point or by monitord", "write {point: DEVICE.POINT}")


SetBy = Annotated[
    FollowsPoint | Literal["monitord"],
    BeforeValidator(_set_by),
]


class HoursException(Closed):
    """Other times than the hours, on one day or from one to another; over by itself."""

    on: Date | None = None
    first: Date | None = Field(None, alias="from")
    until: Date | None = None
    open: DayTimes
    why: Text = ""

    @property
    def days(self) -> tuple[str, str] | None:
        """First and last day; None where they are not said in one of the two ways."""
        if self.on is not None:
            return None if self.first or self.until else (self.on, self.on)
        return None if self.first is None or self.until is None else (self.first, self.until)


class Opening(Closed):
    """A way in: a door, window, skylight, hatch, shutter; or a case."""

    name: Text = Field(min_length=1)
    point: PointId | None = None


class Area(Closed):
    """A part of the site that is set and unset together."""

    name: Text = Field(min_length=1)
    gate: Text = Field(min_length=1)
    set_by: SetBy = "monitord"
    open: Hours | None = None
    exceptions: Annotated[tuple[HoursException, ...], Field(max_length=100)] = ()
    late_to_set: Duration | None = Field(
        None,
        alias="late-to-set",
        description="Still unset so long after its hours: 30min if unsaid.",
    )
    late_to_open: Duration | None = Field(
        None, alias="late-to-open", description="Still set so long after its hours began."
    )
    unset_by: ListOfPeople = Field((), alias="unset-by")
    entry: Duration | None = Field(
        None, description="Time to unset after the door on the route was opened: 45s at the most."
    )
    exit: Duration | None = Field(
        None, description="Time to leave by the route after `monitord set`."
    )
    abort: Duration | None = Field(
        None,
        description="Channels with `outside: true` wait so long for an entry that was not unset.",
    )
    confirm: Duration = Field(
        CONFIRM_MS, description="A second independent detector within this confirms the first."
    )
    join: Duration | None = Field(None, description="Its own time, instead of the site's.")
    next_to: Ids = Field(
        (), alias="next-to", description="Areas into which an intruder can walk on from here."
    )
    sector: Id | None = Field(None, description="Of the supply: what goes dark together.")
    openings: Annotated[tuple[Opening, ...], Field(max_length=500)] = ()
    freeze: Freeze | None = Field(None, description="Its own word, instead of the site's.")
    kinds: dict[Kind, KindWords] = Field({})
    at: At | None = Field(None, description=ON_A_FLOOR)


class Point(SpecialPoint, _WithDriver):
    """One supervised signal. The driver's own keys stand beside these."""

    kind: PointKind
    name: Text = Field("", description="What a guard calls it; the id where it is left out.")
    area: Id | None = None
    wiring: Wiring = "normally-open"
    loop: Loop | None = None
    debounce: Duration = DEBOUNCE_MS
    short_pulse: ShortPulse = Field(
        "alarm",
        alias="short-pulse",
        description="What a pulse is that only a counter saw, between two polls less than 400 ms "
        "apart: an alarm, or a glitch (a line in the log).",
    )
    scale: Number | None = None
    unit: Text = ""
    limits: Limits | None = None
    mean: Duration | None = Field(
        None, description="The limits look at the mean over so long, as for wind."
    )
    stuck: Duration | None = Field(
        None, description="A value that stays exactly the same for so long is a fault."
    )
    cameras: Views = Field((), description="Who shows it, the best first; {camera, preset} turns.")
    group: Ids = Field(
        (), description="What shares a housing or a cause: two of one group confirm nothing."
    )
    sector: Id | None = Field(None, description="Its own, instead of its area's.")
    role: PointRole | None = Field(
        None, description="What it tells of its sector: active is dark. For kinds without alarm."
    )
    outside: Flag = Field(
        False, description="Outside the supervised premises: its alarm never confirms another."
    )
    route: Flag = Field(
        False, description="People pass it on their way in and out (see `entry` of its area)."
    )
    part_set: Flag = Field(
        True, alias="part-set", description="Off: it does not guard while its area is part set."
    )
    isolated: PointId | None = Field(
        None, description="The panel's own signal that it leaves this point out (active)."
    )
    latching: Flag | None = None
    priority: PriorityNumber | None = None
    what: Text | None = None
    cause: Text | None = None
    consequence: Text | None = None
    loss: Loss | None = None
    verify: Text | None = None
    action: Text | None = None
    time_to_respond: Duration | None = Field(None, alias="time-to-respond")
    was: PointId | None = None


class Output(_WithDriver):
    """Something that may be switched. The driver's own keys stand beside these."""

    name: Text = ""
    kind: OutputKind = OutputKind.RELAY
    area: Id | None = Field(None, description="Whose incidents it tells of; all without it.")
    on: tuple[Category, ...] = Field((), description="Categories that switch it on; none: by hand.")
    confirmed: Flag = Field(False, description="Only for incidents that are confirmed.")
    outside: Flag = Field(False, description="Heard or seen from outside the site.")
    off: OutputOff = Field(OutputOff.TAKEN, description="What ends it before `max_on`.")
    max_on: Annotated[Duration, Field(ge=1_000, le=8 * 3_600_000)]
    timed: Flag = Field(False, description="The device itself ends it after `max_on`.")


def _behind(value: object) -> object:
    text = value.strip() if isinstance(value, str) else ""
    if not (ID.fullmatch(text) or POINT_ID.fullmatch(text)):
        raise wrong("it stands behind one device or one point", "write switch-1 or ups.mains")
    return text


class Device(_WithDriver):
    """A thing with an address. The driver's own keys stand beside these."""

    driver: Text
    address: Text = ""
    name: Text = ""
    area: Id | None = None
    poll: Duration | None = None
    timeout: Duration | None = None
    silence: Duration | None = Field(
        None, description="How long a device that speaks first may say nothing."
    )
    alarm_after: Duration = Field(ALARM_AFTER_MS, alias="alarm-after")
    cold_start: PointId | None = Field(
        None, alias="cold-start", description="Its own signal that its power came back (active)."
    )
    hold_off: Duration = Field(
        HOLD_OFF_MS,
        alias="hold-off",
        description="Its intrusion detectors settle for so long after `cold-start`.",
    )
    isolate: Flag | None = None
    pictures: Pictures | None = None
    behind: Annotated[str, BeforeValidator(_behind)] | None = Field(
        None, description="The switch, converter or supply (device or device.point) it needs."
    )
    sector: Id | None = Field(None, description="Its own, instead of its area's.")
    at: At | None = Field(None, description=ON_A_FLOOR)
    points: dict[Id, Point] = Field({})
    outputs: dict[Id, Output] = Field({})


def _reach(value: object) -> object:
    if not isinstance(value, dict) or len(value) != 1:
        raise wrong("a way to reach somebody is one channel and an address", "write {sms: …}")
    return value


Reach = Annotated[dict[Id, Text], BeforeValidator(_reach)]


class Person(Closed):
    """Contact, account and local login of one person."""

    name: Text = Field(min_length=1)
    role: Role
    login: Text | None = None
    verified: Date | None = None
    reach: tuple[Reach, ...] = Field((), max_length=20)
    panel_user: PanelUsers = Field((), alias="panel-user")


class Post(Closed):
    """A place that must be manned."""

    rota: Hours | None = None
    handover: Hours | None = Field(
        None, description="When it is handed over; unsigned at the end of such a time is an alarm."
    )
    minimum: Annotated[Whole, Field(ge=0, le=1000)] = 1


class Channel(_WithDriver):
    """A way to reach people. The driver's own keys stand beside these."""

    driver: Text
    may_acknowledge: Flag = False
    outside: Flag = Field(False, description="It leaves the site: its loss is that of a path.")
    police: Id | None = Field(None, description="A person at the police answers, on this one.")
    secret: SecretName | None = None


def _short_form(value: object) -> object:
    return {"steps": value} if isinstance(value, list) else value


class Acknowledge(Closed):
    """Where links that acknowledge are served, and under which address people reach them."""

    listen: Text | None = None
    public_url: Text | None = None


class Journal(Closed):
    """How long the record is kept: whole files go once all in them is older than this."""

    keep: Keep = KEEP_MS


AnyChain = Annotated[Chain, BeforeValidator(_short_form)]


class SiteFile(Closed):
    """A whole site file."""

    site: SiteInfo
    areas: dict[Id, Area] = Field({})
    devices: dict[Id, Device] = Field({})
    people: dict[Id, Person] = Field({})
    posts: dict[Id, Post] = Field({})
    floors: dict[Id, Floor] = Field({}, max_length=50)
    plans: dict[str, Plan] = Field({}, max_length=200)
    stations: dict[Id, Station] = Field({}, max_length=100)
    channels: dict[Id, Channel] = Field({})
    chains: dict[str, AnyChain] = Field({})
    kinds: dict[Id, KindWords] = Field({})
    permits: dict[Id, Permit] = Field({}, max_length=500)
    bookings: dict[Id, Booking] = Field({}, max_length=500)
    templates: dict[str, Any] = Field({})
    acknowledge: Acknowledge | None = None
    attendance: Attendance | None = None
    police: dict[Id, Reference] = Field({}, max_length=50)
    mqtt: Mqtt | None = None
    journal: Journal | None = None


CATEGORIES: Final = tuple(category.value for category in Category if category != Category.NONE)
MODES: Final = tuple(mode.value for mode in Mode)
