"""Events of outputs: sirens, strobes, relays."""

from monitord.core.events.base import Event


class OutputSwitched(Event, frozen=True):
    """The output is to be on, until ``until_ms`` (engine time) at the latest, or off.

    ``incident`` asked for it, 0 for none; ``by`` is whoever did it by hand.
    """

    output: str
    on: bool
    why: str
    until_ms: int | None = None
    incident: int = 0
    by: str = ""


class OutputHeld(Event, frozen=True):
    """It is on already; one more incident needs it. That makes it no longer."""

    output: str
    incident: int


class OutputReleased(Event, frozen=True):
    """One of the incidents that it is on for needs it no more."""

    output: str
    incident: int


class OutputFailed(Event, frozen=True):
    """Its device did not do as it was asked."""

    output: str
    on: bool
    why: str


class OutputProven(Event, frozen=True):
    """Its device says that it has done as it was asked."""

    output: str
    on: bool


class OutputForgotten(Event, frozen=True):
    """It left the site file."""

    output: str


AnyOutputEvent = (
    OutputSwitched | OutputHeld | OutputReleased | OutputFailed | OutputProven | OutputForgotten
)
