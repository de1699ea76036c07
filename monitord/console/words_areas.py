"""The words of areas: what each is, and what may be done about it."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import SetState

#: A word and a shape each; the colour comes from the class of the same name. Unknown is like none.
STATE: Final[Mapping[SetState, tuple[str, str]]] = {
    SetState.SET: ("Set", "■"),
    SetState.PART_SET: ("Set in part", "◧"),
    SetState.UNSET: ("Unset", "□"),
    SetState.UNKNOWN: ("Not known, guarded as set", "?"),
}

HOURS: Final[Mapping[str, str]] = {
    "open": "May be unset now",
    "closed": "To be set now",
    "never": "Always to be set",
    "unknown": "Its hours are not known now: to be set",
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Areas",
    "page": "Areas",
    "since": "since",
    "by_panel": "by {name}",
    "by_us": "kept by monitord",
    "hours": "Hours",
    "open": "Incident {number} is open",
    "held": "Held back: {source}, by {who}: {why}",
    "prevents": "Speaks against setting",
    "set": "Set it",
    "part": "Set it in part",
    "force": "Set it all the same",
    "reason": "Why? (stays in the record; no names in it)",
    "unset": "Unset it",
    "all_well": "Nothing speaks against setting it.",
}
