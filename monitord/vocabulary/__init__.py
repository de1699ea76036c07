"""The words of the field, as closed sets: kinds, categories, states, priorities.

Everything here is data that other packages share. This module imports nothing of ours and
must never hold behaviour beyond looking a word up in a table.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

from monitord.vocabulary.people import PROGRAM as PROGRAM
from monitord.vocabulary.people import Attending as Attending
from monitord.vocabulary.people import Confirmed as Confirmed
from monitord.vocabulary.people import Looked as Looked
from monitord.vocabulary.people import Mode as Mode
from monitord.vocabulary.people import Outcome as Outcome
from monitord.vocabulary.people import PoliceType as PoliceType
from monitord.vocabulary.people import Proof as Proof
from monitord.vocabulary.people import Role as Role
from monitord.vocabulary.people import SecondFactor as SecondFactor


class PointState(StrEnum):
    """What a supervised signal says. ``UNKNOWN`` is a state of its own and never a normal one."""

    NORMAL = "normal"
    ACTIVE = "active"
    TAMPER = "tamper"
    FAULT = "fault"
    UNKNOWN = "unknown"


class Limit(StrEnum):
    """What a measured value has crossed, several perhaps at once; the gravest stand first."""

    HIGH_HIGH = "high-high"
    LOW_LOW = "low-low"
    HIGH = "high"
    LOW = "low"
    RISE = "rise"
    FALL = "fall"


#: Limits beyond the first: crossing one makes an alarm graver.
GRAVE: Final = frozenset({Limit.HIGH_HIGH, Limit.LOW_LOW})


class Quality(StrEnum):
    """Whether a reading can be believed."""

    GOOD = "good"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a point senses."""

    MOTION = "motion"
    DOOR = "door"
    WINDOW = "window"
    GLASS = "glass"
    BEAM = "beam"
    HATCH = "hatch"
    STORE_DOOR = "store-door"
    CASE = "case"
    PICTURE = "picture"
    PLINTH = "plinth"
    VIBRATION = "vibration"
    PANIC = "panic"
    DURESS = "duress"
    SMOKE = "smoke"
    HEAT = "heat"
    FIRE_PANEL = "fire-panel"
    SPRINKLER = "sprinkler"
    FIRE_PRE_ALARM = "fire-pre-alarm"
    FIRE_FAULT = "fire-fault"
    FIRE_DISABLED = "fire-disabled"
    TAMPER = "tamper"
    MASK = "mask"
    WATER = "water"
    WATER_LEVEL = "water-level"
    WIND = "wind"
    GUST = "gust"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    MAINS = "mains"
    BATTERY = "battery"
    CHARGER = "charger"
    UPS = "ups"
    VEHICLE = "vehicle"
    PERSON = "person"
    AREA_SET = "area-set"
    EVENT = "event"
    VALUE = "value"


class Category(StrEnum):
    """The alarm family that people are called for. ``NONE`` is state only and never alarms."""

    INTRUSION = "intrusion"
    OBJECT = "object"
    HOLD_UP = "hold-up"
    FIRE = "fire"
    TAMPER = "tamper"
    FLOOD = "flood"
    WEATHER = "weather"
    CLIMATE = "climate"
    POWER = "power"
    EARLY_WARNING = "early-warning"
    CAMERA = "camera"
    TECHNICAL = "technical"
    PROCEDURE = "procedure"
    THEFT = "theft"
    DAMAGE = "damage"
    BOMB_CALL = "bomb-call"
    MEDICAL = "medical"
    NONE = "none"


class Arming(StrEnum):
    """When a kind alarms."""

    WHILE_SET = "while-set"
    ALWAYS = "always"
    NEVER = "never"


class Priority(IntEnum):
    """1 is the highest."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


class Condition(StrEnum):
    """What about a source is an alarm: one ISA-18.2 alarm exists per source and condition."""

    ACTIVE = "active"
    TAMPER = "tamper"
    FAULT = "fault"
    NOT_RESTORED = "not restored"
    FAILED_TO_SET = "failed to set"
    UNSET_EARLY = "unset early"
    UNSET_UNLISTED = "unset by somebody not listed"
    UNSET_IN_ALARM = "unset during an alarm"
    LATE_TO_SET = "late to set"
    LATE_TO_OPEN = "late to open"


class AlarmState(StrEnum):
    """ISA-18.2 / IEC 62682 alarm states A to F; the letters are the standard's."""

    NORMAL = "normal"  # A
    UNACK = "unacknowledged"  # B
    ACKED = "acknowledged"  # C
    RTN_UNACK = "returned-unacknowledged"  # D
    LATCH_UNACK = "latched-unacknowledged"  # E
    LATCH_ACKED = "latched-acknowledged"  # F


class Suppression(StrEnum):
    """What holds an alarm back; each is independent of the others (ISA-18.2 states G, H and I)."""

    SHELVED = "shelved"  # G
    BY_DESIGN = "suppressed-by-design"  # H
    OUT_OF_SERVICE = "out-of-service"  # I
    INHIBITED = "inhibited"  # I, for one set period: over when the area is unset
    TEST = "test"  # I, while somebody walks past to see that it reports


class Unproven(StrEnum):
    """What speaks against a detector being live again."""

    NO_ANSWER = "its device does not answer"
    NOT_READ = "it does not show its state"
    LEFT_OUT = "the panel leaves it out"
    PANEL_UNKNOWN = "whether the panel leaves it out is not known"
    NOT_SET = "its area is not set again"


class PointRole(StrEnum):
    """What a point that alarms nobody by itself tells about its sector; ``active`` is dark."""

    LIGHTING = "lighting"
    PICTURE = "picture"


class PictureMoment(StrEnum):
    """When a picture of an incident was taken, or what it is for."""

    BEFORE = "before"
    ALARM = "alarm"
    AFTER = "after"
    #: At the preset that the alarm asked for, once the camera had turned there.
    ARRIVED = "arrived"
    #: What the camera usually sees, beside one that shows something else.
    USUAL = "usual"
    #: No picture: whether what the camera records by itself has the alarm.
    FOOTAGE = "footage"


class Attention(StrEnum):
    """Whether somebody can see and hear a station."""

    ATTENDED = "attended"
    UNATTENDED = "unattended"  # its page is open, and nobody answers there
    SILENT = "silent"  # nobody has proven that its sound is heard
    ABSENT = "absent"  # no page, or one in the background


class OutputKind(StrEnum):
    """What an output is to those who are near it."""

    SOUNDER = "sounder"
    STROBE = "strobe"
    RELAY = "relay"


class OutputOff(StrEnum):
    """What ends an output before its longest time."""

    TAKEN = "taken"
    CLOSED = "closed"


class DarkSign(StrEnum):
    """What goes dark in a sector."""

    MAINS = "mains"
    LIGHT = "light"
    CAMERA = "camera"


class PathState(StrEnum):
    """Whether an outward path gets through; the two in between wait for the damping to end."""

    WELL = "well"
    FAILING = "failing"
    LOST = "lost"
    RETURNING = "returning"


class SetState(StrEnum):
    """Whether an area is set. ``UNKNOWN`` counts as set wherever something is decided."""

    SET = "set"
    PART_SET = "part-set"
    UNSET = "unset"
    UNKNOWN = "unknown"

    @property
    def counts_as_set(self) -> bool:
        """True unless the area is known to be unset."""
        return self is not SetState.UNSET


class AreaPhase(StrEnum):
    """What is under way in an area that monitord keeps: somebody leaves it, or comes in."""

    STEADY = "steady"
    EXIT = "exit"
    ENTRY = "entry"


class DeviceStatus(StrEnum):
    """Whether a device answers. ``STARTING`` is unknown with its deadline running."""

    STARTING = "starting"
    OK = "ok"
    SILENT = "silent"


class Cause(StrEnum):
    """Why a device does not answer as it should; each has its own words for the guard."""

    SILENT = "silent"  # no answer in time, or the connection is gone
    REFUSED = "refused"  # nobody listens at the address
    PROTOCOL = "protocol"  # an answer that is not what was asked for
    CONFIGURATION = "configuration"  # the device says the address or function does not exist
    AUTHENTICATION = "authentication"  # the device refuses our sign-on
    DEVICE = "device"  # the device says that it has failed
    BUSY = "busy"  # the device says "later", for too long
    GATEWAY = "gateway"  # a gateway between us and the device has no path
    TARGET = "target"  # the gateway answers, the unit behind it does not
    DRIVER = "driver"  # the driver raised: ours, not the device's


def _category_of_kinds() -> dict[Kind, Category]:
    groups: dict[Category, str] = {
        Category.INTRUSION: "motion door window glass beam hatch store-door",
        Category.OBJECT: "case picture plinth vibration",
        Category.HOLD_UP: "panic duress",
        Category.FIRE: "smoke heat fire-panel sprinkler fire-pre-alarm fire-fault fire-disabled",
        Category.TAMPER: "tamper mask",
        Category.FLOOD: "water water-level",
        Category.WEATHER: "wind gust",
        Category.CLIMATE: "temperature humidity",
        Category.POWER: "mains battery charger ups",
        Category.EARLY_WARNING: "vehicle person",
        Category.NONE: "area-set event value",
    }
    return {Kind(word): cat for cat, words in groups.items() for word in words.split()}


CATEGORY_OF_KIND: Final[Mapping[Kind, Category]] = _category_of_kinds()

ARMING_OF_CATEGORY: Final[Mapping[Category, Arming]] = {
    **dict.fromkeys(Category, Arming.ALWAYS),
    Category.INTRUSION: Arming.WHILE_SET,
    Category.EARLY_WARNING: Arming.WHILE_SET,
    Category.NONE: Arming.NEVER,
}

PRIORITY_OF_CATEGORY: Final[Mapping[Category, Priority]] = {
    Category.FIRE: Priority.CRITICAL,
    Category.HOLD_UP: Priority.CRITICAL,
    Category.BOMB_CALL: Priority.CRITICAL,
    Category.MEDICAL: Priority.CRITICAL,
    Category.THEFT: Priority.CRITICAL,
    Category.OBJECT: Priority.HIGH,
    Category.INTRUSION: Priority.HIGH,
    Category.TAMPER: Priority.HIGH,
    Category.FLOOD: Priority.HIGH,
    Category.DAMAGE: Priority.HIGH,
    Category.EARLY_WARNING: Priority.MEDIUM,
    Category.POWER: Priority.MEDIUM,
    Category.CAMERA: Priority.MEDIUM,
    Category.TECHNICAL: Priority.MEDIUM,
    Category.PROCEDURE: Priority.MEDIUM,
    Category.WEATHER: Priority.LOW,
    Category.CLIMATE: Priority.LOW,
    Category.NONE: Priority.LOW,
}

#: Alarms of these categories stay until a person has acknowledged *and* reset them.
LATCHING: Final = frozenset(
    {
        Category.INTRUSION,
        Category.OBJECT,
        Category.HOLD_UP,
        Category.FIRE,
        Category.TAMPER,
        Category.FLOOD,
    }
)

#: ISA-18.2 "highly managed": a guard may not shelve these (T1.6).
HIGHLY_MANAGED: Final = frozenset({Category.HOLD_UP, Category.FIRE, Category.TAMPER})

#: No sound and nothing shown at the place itself: whoever threatens there must not know.
SILENT: Final = frozenset({Category.HOLD_UP})

#: No permit, booking or other logic holds these back; only a person may, by name.
NEVER_HELD_BY_DESIGN: Final = HIGHLY_MANAGED

#: Kinds whose contact tells that something in the envelope or a case stands open.
OPENINGS: Final = frozenset({Kind.DOOR, Kind.WINDOW, Kind.HATCH, Kind.STORE_DOOR, Kind.CASE})

#: Kinds that can be the way in: opening one of them on the entry route begins the entry time.
WAYS_IN: Final = frozenset({Kind.DOOR, Kind.HATCH, Kind.STORE_DOOR})

#: Kinds that somebody passes on the way in; no window, no object and nothing that is always live.
ON_A_ROUTE: Final = WAYS_IN | {Kind.MOTION, Kind.BEAM}

#: Alarms of one family in one area are one attack: an intruder cuts, opens and lifts.
ATTACK: Final = frozenset({Category.INTRUSION, Category.OBJECT, Category.TAMPER})

#: Each hold-up and each fire is an incident of its own: never joined, never joined to.
NEVER_JOINED: Final = frozenset({Category.HOLD_UP, Category.FIRE})

#: Somebody goes there in person, and is warned of these while on the way or inside (G8).
ATTENDED: Final = ATTACK | {Category.FIRE, Category.FLOOD, Category.THEFT, Category.DAMAGE}

#: What a person may declare without any detector.
DECLARABLE: Final = frozenset(
    {
        Category.INTRUSION,
        Category.THEFT,
        Category.DAMAGE,
        Category.FIRE,
        Category.FLOOD,
        Category.EARLY_WARNING,
        Category.BOMB_CALL,
        Category.MEDICAL,
        Category.HOLD_UP,
    }
)
