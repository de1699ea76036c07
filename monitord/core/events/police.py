"""Events of police references: false calls, and whether the police still answer."""

from monitord.core.events.base import Event


class FalseCallCounted(Event, frozen=True):
    """An incident that was passed to the police at ``utc_ms`` was closed, and was no attack."""

    reference: str
    incident: int
    cause: str
    utc_ms: int


class FalseCallsLapsed(Event, frozen=True):
    """The calls of these incidents are a year old; none: there is nothing to tell."""

    reference: str
    incidents: tuple[int, ...] = ()


class PoliceWarned(Event, frozen=True):
    """So many false calls within a year that the police may withdraw."""

    reference: str
    count: int


class PoliceWithdrawn(Event, frozen=True):
    """From here on the people of the house are called instead."""

    reference: str
    count: int


class PoliceReinstated(Event, frozen=True):
    """The police answer again, says ``by``; the count begins anew."""

    reference: str
    by: str
    reason: str


AnyPoliceEvent = (
    FalseCallCounted | FalseCallsLapsed | PoliceWarned | PoliceWithdrawn | PoliceReinstated
)
