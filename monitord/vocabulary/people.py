"""The words about people: what they do, say, may, and how far a call to them came."""

from enum import StrEnum
from typing import Final

#: A program's name in a fact is ``token/NAME``; no person's id has a slash.
PROGRAM: Final = "token/"


class Confirmed(StrEnum):
    """What made an unconfirmed incident a confirmed one."""

    SOURCES = "sources"  # a second, independent detector, tamper or loss
    SEEN = "seen"  # a person saw it on a picture
    ON_SCENE = "on-scene"  # a person is there
    DECLARED = "declared"  # a person raised it by hand


class Looked(StrEnum):
    """From where somebody looked before an incident was closed."""

    INSIDE = "inside"
    PICTURE = "picture"
    OUTSIDE = "outside"
    NOBODY = "nobody"


class Attending(StrEnum):
    """What is told of a person who comes to an alarm, in the order of an attendance (G8)."""

    ON_THE_WAY = "on-the-way"
    PLAN = "plan"  # how they go about it is agreed: before that nothing is unset for them
    ARRIVED = "arrived"
    ENTERED = "entered"
    SAFE = "safe"
    RESULT = "result"


class Outcome(StrEnum):
    """How far one call came, in order; the last two are the ends that reached nobody."""

    OFFERED = "offered"
    HANDED_OVER = "handed-over"
    DELIVERED = "delivered"
    HEARD = "heard"
    ACKNOWLEDGED = "acknowledged"
    UNKNOWN = "unknown"
    FAILED = "failed"


class PoliceType(StrEnum):
    """What a reference with the police is registered for."""

    INTRUDER = "intruder"
    HOLD_UP = "hold-up"


class Role(StrEnum):
    """What a person may do. The order is not a rank: each role has its own rights."""

    GUARD = "guard"
    DUTY_MANAGER = "duty-manager"
    SECURITY_MANAGER = "security-manager"
    DIRECTOR = "director"
    INTEGRATOR = "integrator"
    TESTER = "tester"
    AUDITOR = "auditor"
    POLICE = "police"  # answers our calls, and does nothing here


class Proof(StrEnum):
    """How the daemon knows who is speaking. Law 11 asks for ``PIN``."""

    PIN = "pin"  # typed again, checked by the daemon
    LOGIN = "login"  # the kernel named the local account (SO_PEERCRED)
    SESSION = "session"  # signed on at a console with the PIN, this shift
    LINK = "link"  # an address or code that only this person was given
    TOKEN = "token"  # a program's
    NONE = "none"


class SecondFactor(StrEnum):
    """What a site may ask a second factor for. Taking an alarm is never among it."""

    UNSET = "unset"
    ISOLATE = "isolate"
    MODE = "mode"
    USERS = "users"


class Mode(StrEnum):
    """How the site is run today."""

    OPEN = "open"
    CLOSED = "closed"
    NIGHT = "night"
    LOCKDOWN = "lockdown"
    HEIGHTENED = "heightened"
    WORKS = "works"
    EVENT = "event"
    REOPENING = "reopening"
