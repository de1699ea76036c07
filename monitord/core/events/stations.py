"""Events of stations."""

from monitord.core.events.base import Event
from monitord.vocabulary import Attention


class StationChanged(Event, frozen=True):
    """What the page says of itself, and who is signed on there."""

    station: str
    attention: Attention
    person: str = ""


class HearingProven(Event, frozen=True):
    """Its sound is heard: it counts as attended again for as long as the site says."""

    station: str
    beeps: int
    by: str = ""


class HearingLapsed(Event, frozen=True):
    """Nobody has proven for too long that its sound is heard: it counts as silent."""

    station: str


AnyStationEvent = StationChanged | HearingProven | HearingLapsed
