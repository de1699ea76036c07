"""Facts of stations: what a guard's screen says of itself, and that it was heard."""

from monitord.core.facts.base import Fact
from monitord.vocabulary import Attention


class StationSaid(Fact, frozen=True):
    """The page of a station; ``person`` is who is signed on there, empty for nobody."""

    station: str
    attention: Attention
    person: str = ""


class StationHeard(Fact, frozen=True):
    """Somebody counted its beeps and was right. ``by`` is empty where nobody is signed on."""

    station: str
    beeps: int
    by: str = ""
