"""The compiled site: what the core knows of areas, devices, points, people and chains.

Made by ``monitord.site`` from the site file, carried whole in a ``SiteAccepted`` event, so that
a replica needs nothing else. Times are integer milliseconds. It never holds a secret (secrets
are names of credentials) and never personal text: a person is an id with the names of the
channels that reach them; name and addresses stand in the journal's side store.
"""

from copy import copy
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from monitord.core.plan_records import Plan
from monitord.vocabulary import (
    Arming,
    Category,
    Kind,
    Mode,
    OutputKind,
    OutputOff,
    PointRole,
    PoliceType,
    Priority,
    Role,
    SecondFactor,
)


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From and until, UTC milliseconds; the end is not part of it."""

    from_ms: int
    until_ms: int


#: An alarm joins an incident whose last alarm is younger than this, where the file says nothing.
JOIN_MS: Final = 10 * 60_000
#: A flood holds a call to somebody who was called this short a while ago, and never longer.
#: Shorter is better for whoever is on them; 31 days is the most (T3.8).
PICTURES_KEPT_MS: Final = 72 * 3_600_000
PICTURES_KEPT_MS_MAX: Final = 31 * 24 * 3_600_000
PICTURES_BYTES: Final = 2 * 10**9
CALLS_IN_FLOOD_MS: Final = 30_000
CALLS_IN_FLOOD_MS_MAX: Final = 120_000


class Excepted(msgspec.Struct, frozen=True):
    """Until when (UTC) an area may be unset outside its hours, who said so, and why."""

    until_ms: int = 0
    by: str = ""
    reason: str = ""


class MayUnset(msgspec.Struct, frozen=True):
    """A person on the list of an area, from and until (UTC; None: for good), in these modes.

    ``modes``: every one where empty.
    """

    person: str
    from_ms: int = 0
    until_ms: int | None = None
    modes: tuple[Mode, ...] = ()


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """A part of the site that is set and unset together.

    ``set_by`` is the full id of the point whose ``active`` means *set*, or ``None`` where
    monitord itself keeps the state; ``part_by`` that of the one that means *part set*, if any.
    ``confirm_ms`` is the window for a second detector.
    ``frozen_in`` are the modes in which no object of it may be moved. ``entry_ms``, ``exit_ms``
    and ``abort_ms`` are 0 wherever a panel sets the area: the panel times them. ``user_by`` is the
    point whose value names the panel's user; ``unset_by`` lists who may unset it, all if empty.
    """

    id: str
    name: str
    gate: str
    set_by: str | None = None
    confirm_ms: int = 30 * 60_000
    points: tuple[str, ...] = ()
    frozen_in: tuple[Mode, ...] = ()
    join_ms: int = JOIN_MS
    next_to: tuple[str, ...] = ()
    entry_ms: int = 0
    exit_ms: int = 0
    abort_ms: int = 0
    part_by: str | None = None
    user_by: str | None = None
    unset_by: tuple[MayUnset, ...] = ()
    late_to_open_ms: int | None = None


class Device(msgspec.Struct, frozen=True):
    """A thing with an address. ``setup`` is for the runtime and opaque to the core.

    ``alarm_after_ms`` counts from the moment the device was found silent (points unknown) to
    the alarm. ``silence_ms`` is how long one that speaks first may say nothing; 0 for one that is
    asked. ``areas`` are those of its points, in the order of the site file. ``cold_start`` is its
    own signal that its power came back; then ``hold_off_ms`` counts from its first answer (T2.8).
    """

    id: str
    name: str
    driver: str
    areas: tuple[str, ...]
    points: tuple[str, ...]
    alarm_after_ms: int = 5_000
    silence_ms: int = 0
    behind: str = ""
    sector: str = ""
    camera: bool = False
    setup: dict[str, Any] = {}
    cold_start: str = ""
    hold_off_ms: int = 60_000


class Point(msgspec.Struct, frozen=True):
    """One supervised signal. ``sets`` are the areas that follow this point.
    ``isolated`` is the panel's own signal that it leaves this point out; it ``isolates`` this one.

    ``what`` and ``action`` are the words for people ("Motion", "Send a guard to look"). Points of
    one ``group``, and those ``outside`` the supervised premises, do not confirm each other.
    ``setup`` is the driver's and the signal functions' part, opaque to the core. ``releases``: the
    doors that are unlocked while it is active; ``ends_after_ms``: a disablement is an alarm after
    that. ``route``: people pass it on their way in and out. ``part_off``: it does not guard while
    its area is part set.
    """

    id: str
    device: str
    name: str
    kind: Kind
    category: Category
    area: str
    priority: Priority
    arming: Arming
    latching: bool
    what: str = ""
    action: str = ""
    group: str = ""
    outside: bool = False
    sector: str = ""
    role: PointRole | None = None
    sets: tuple[str, ...] = ()
    isolated: str = ""
    isolates: tuple[str, ...] = ()
    setup: dict[str, Any] = {}
    route: bool = False
    part_off: bool = False
    releases: tuple[str, ...] = ()
    released_by: tuple[str, ...] = ()
    ends_after_ms: int = 0


class Person(msgspec.Struct, frozen=True):
    """Somebody who may be called. ``channels`` are the names of channels in ``reach``, in order.

    ``panel_users`` are the users by which panels name them, as ``USER`` or ``DEVICE/USER``.
    """

    id: str
    role: Role
    channels: tuple[str, ...] = ()
    panel_users: tuple[str, ...] = ()


class Post(msgspec.Struct, frozen=True):
    """A place that must be manned, called as one."""

    id: str
    minimum: int = 1


class Station(msgspec.Struct, frozen=True):
    """A screen that guards a post: in which area it stands, and what proves that it is attended.

    ``post`` is empty where it stands for all of them. A proof of hearing holds for
    ``hearing_ms``; after ``idle_ms`` without a touch somebody must answer within ``prompt_ms``.
    """

    id: str
    name: str
    area: str = ""
    post: str = ""
    hearing_ms: int = 4 * 3_600_000
    idle_ms: int = 30 * 60_000
    prompt_ms: int = 60_000


class Channel(msgspec.Struct, frozen=True):
    """A way to reach people. ``setup`` is the channel driver's, opaque to the core.

    ``outside``: it leaves the site, so its loss is that of an outward path. ``police``: a person
    at the police answers, on this reference.
    """

    id: str
    driver: str
    may_acknowledge: bool = False
    outside: bool = False
    setup: dict[str, Any] = {}
    police: str = ""


class ChainStep(msgspec.Struct, frozen=True):
    """One step: whom (persons, roles, posts), by which channels at once, else by which.

    ``wait_ms`` counts from the start of the step. ``tries`` is per person and channel.
    """

    call: tuple[str, ...]
    by: tuple[str, ...]
    wait_ms: int
    otherwise: str | None = None
    tries: int = 1


class Chain(msgspec.Struct, frozen=True):
    """A call chain. ``confirmed_start_at`` is a 0-based index into ``steps``."""

    id: str
    steps: tuple[ChainStep, ...]
    decide_ms: int = 5 * 60_000
    confirmed_start_at: int = 0


class Output(msgspec.Struct, frozen=True):
    """Something of a device that is switched. ``on`` are the categories that switch it on.

    ``outside``: heard or seen from outside the site. ``confirmed``: only for what is. ``area`` is
    the one whose incidents it tells of, empty for all. ``timed``: the device itself ends it after
    ``max_on_ms``, should nobody be left to do so.
    """

    id: str
    device: str
    name: str
    kind: OutputKind
    max_on_ms: int
    area: str = ""
    outside: bool = False
    confirmed: bool = False
    on: tuple[Category, ...] = ()
    off: OutputOff = OutputOff.TAKEN
    timed: bool = False


class Permit(msgspec.Struct, frozen=True):
    """Objects that may be moved, or a vehicle or person that is booked; UTC milliseconds.

    ``why`` is one word ("loan"), ``what`` the object or the delivery, ``people`` those who may.
    """

    id: str
    points: tuple[str, ...]
    approver: str
    from_ms: int
    until_ms: int
    why: str = ""
    what: str = ""
    people: tuple[str, ...] = ()


class Attendance(msgspec.Struct, frozen=True):
    """Who comes to an alarm (``keyholders``: persons and roles), and how it is watched (G8).

    ``target_ms`` counts from the acceptance to the arrival, ``check_ms`` from one word of theirs
    to the next once they are inside.
    """

    keyholders: tuple[str, ...] = ()
    target_ms: int = 20 * 60_000
    check_ms: int = 5 * 60_000


class PoliceReference(msgspec.Struct, frozen=True):
    """A registration with the police: the ``number`` that they gave, and what they come to.

    ``areas``: all where empty. ``confirmed``: they come to confirmed alarms only. So many false
    calls within a year warn, and so many end it (None: monitord never takes it as ended).
    ``instead`` are the persons and roles who are called in place of the police. ``contact`` and
    ``phone`` are for people; ``call_within_ms``: by then somebody says that the police know.
    """

    id: str
    number: str
    type: PoliceType
    areas: tuple[str, ...] = ()
    confirmed: bool = False
    warn_at: int = 2
    withdrawn_at: int | None = None
    instead: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    call_within_ms: int | None = None


class Site(msgspec.Struct, frozen=True):
    """All of one site. Every mapping is keyed by id, in the order of the site file.

    ``hold_up_ms`` is the window in which a second hold-up device confirms the first;
    ``restore_ms`` how long a detector has to show that it is live again; ``calls_in_flood_ms``
    how long a flood holds a call to somebody who was just called.
    """

    id: str
    timezone: str = "UTC"
    hold_up_ms: int = 20 * 3_600_000
    restore_ms: int = 2 * 60_000
    join_ms: int = JOIN_MS
    blackout_ms: int = 5 * 60_000
    path_lost_ms: int = 30_000
    calls_in_flood_ms: int = CALLS_IN_FLOOD_MS
    areas: dict[str, Area] = {}
    devices: dict[str, Device] = {}
    points: dict[str, Point] = {}
    people: dict[str, Person] = {}
    posts: dict[str, Post] = {}
    channels: dict[str, Channel] = {}
    chains: dict[str, Chain] = {}
    permits: dict[str, Permit] = {}
    setup: dict[str, Any] = {}
    attendance: Attendance = Attendance()
    police: dict[str, PoliceReference] = {}
    stations: dict[str, Station] = {}
    outputs: dict[str, Output] = {}
    plans: dict[str, Plan] = {}
    #: Incidents with one of these are closed by two people.
    close_by_two: tuple[Category, ...] = ()
    #: What takes the code of a second factor besides the PIN.
    second_factor: tuple[SecondFactor, ...] = ()
    #: How long a picture is kept once its incident is closed.
    pictures_kept_ms: int = PICTURES_KEPT_MS
    #: What all pictures take at most, in bytes.
    pictures_bytes: int = PICTURES_BYTES

    def __post_init__(self) -> None:
        """Hold what many points say alike once; a site that was read back says it anew each time.

        Of 12,800 points that is a tenth of the daemon's memory. Nothing of it is ever changed.
        """
        once: dict[Any, Any] = {}
        for point in self.points.values():
            for field in _ALIKE:
                said = getattr(point, field)
                force_setattr(point, field, once.setdefault(said, said))
            setup = once.setdefault(msgspec.json.encode(point.setup), point.setup)
            force_setattr(point, "setup", setup)

    def having(
        self, *, areas: dict[str, Area], devices: dict[str, Device], points: dict[str, Point]
    ) -> "Site":
        """The same site with only these; what its points say alike is held once already."""
        made = copy(self)
        for field, value in (("areas", areas), ("devices", devices), ("points", points)):
            force_setattr(made, field, value)
        return made


_ALIKE: Final = ("device", "name", "area", "what", "action")


def chain_for(site: Site, category: str, mode: str) -> Chain | None:
    """The chain of a category in a mode: category/mode, else category, else ``default``."""
    for name in (f"{category}/{mode}", category, "default"):
        chain = site.chains.get(name)
        if chain is not None:
            return chain
    return None


def ancestors(site: Site, source: str) -> tuple[str, ...]:
    """What a point or device stands behind (``behind:``), nearest first; bounded, no circle."""
    found: dict[str, None] = {}
    device = site.devices.get(source)
    while device is not None and device.behind and device.behind not in found:
        found[device.behind] = None
        point = site.points.get(device.behind)
        device = site.devices.get(device.behind if point is None else point.device)
    return tuple(found)
