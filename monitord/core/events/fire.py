"""Events of the fire panel's own state (E4)."""

from monitord.core.events.base import Event


class DisablementBegan(Event, frozen=True):
    """A part of the fire panel is switched off; no alarm before ``until_ms`` (engine time)."""

    point: str
    until_ms: int


class DisablementEnded(Event, frozen=True):
    """It is on again, or has left the site file."""

    point: str


class DisablementOverran(Event, frozen=True):
    """Its time is over and it is still off: from now on an alarm."""

    point: str


AnyFireEvent = DisablementBegan | DisablementEnded | DisablementOverran
