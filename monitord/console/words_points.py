"""The words of points: how each stands, and when it was heard of last."""

from collections.abc import Mapping
from typing import Final

from monitord.console.shown.standings import Stands
from monitord.vocabulary import Kind, Limit, PointState

#: A word and a shape each; the colour comes from the class of the same name. Unknown is like none.
POINT: Final[Mapping[PointState, tuple[str, str]]] = {
    PointState.NORMAL: ("normal", "·"),
    PointState.ACTIVE: ("active", "▲"),
    PointState.TAMPER: ("tampered with", "✕"),
    PointState.FAULT: ("faulty", "!"),
    PointState.UNKNOWN: ("not known", "?"),
}

STANDS: Final[Mapping[Stands, tuple[str, str]]] = {
    Stands.UNKNOWN: POINT[PointState.UNKNOWN],
    Stands.TAMPER: POINT[PointState.TAMPER],
    Stands.FAULT: POINT[PointState.FAULT],
    Stands.STALE: ("not heard of", "◌"),
    Stands.ACTIVE: POINT[PointState.ACTIVE],
    Stands.HELD: ("held back", "‖"),
    Stands.TELLS: ("tells only", "○"),
    Stands.NORMAL: POINT[PointState.NORMAL],
}

#: Kinds whose own name would be read as a state; the others say what they are.
KIND: Final[Mapping[Kind, str]] = {Kind.AREA_SET: "The panel's word"}

LIMIT: Final[Mapping[Limit, str]] = {
    Limit.HIGH_HIGH: "past its second high limit",
    Limit.LOW_LOW: "past its second low limit",
    Limit.HIGH: "past its high limit",
    Limit.LOW: "past its low limit",
    Limit.RISE: "rises too fast",
    Limit.FALL: "falls too fast",
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Points",
    "show": "Show",
    "amiss": "Not as it should be",
    "all": "All",
    "area": "Where",
    "everywhere": "Everywhere",
    "search": "Find a point",
    "text": "Name, id or kind",
    "find": "Find",
    "none": "No point is watched: no site has been accepted.",
    "nothing": "No point is like that.",
    "well": "No point is tampered with, faulty, active, held back or out of sight.",
    "areas": "Area by area",
    "normal_of": "{normal} of {all} normal",
    "since": "since",
    "seen": "last seen",
    "just_now": "just now",
    "never": "never since the start",
    "not_known": "not known at the moment",
    "limit": "not known after {span} of silence",
    "no_limit": "no limit is known",
    "retired": "left the site file, and nobody reads it",
    "at": "at {device}",
    "page": "Page {page} of {pages}",
    "back": "Back",
    "next": "Next",
    "hidden_place": "Hold-up buttons of this place are not listed on this screen while they work.",
}
