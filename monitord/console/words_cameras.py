"""The words of cameras: what each sees, how old its picture is, and what is to be done."""

from collections.abc import Mapping
from typing import Final

from monitord.console.shown.standings import Stands
from monitord.console.words_points import STANDS

#: A word and a shape each; the colour comes from the class of the same name. Unknown is like none.
SIGHT: Final[Mapping[Stands, tuple[str, str]]] = {
    Stands.ACTIVE: ("does not see its place", "▲"),
    Stands.TAMPER: STANDS[Stands.TAMPER],
    Stands.UNKNOWN: STANDS[Stands.UNKNOWN],
    Stands.FAULT: STANDS[Stands.FAULT],
    Stands.STALE: STANDS[Stands.STALE],
    Stands.HELD: STANDS[Stands.HELD],
    Stands.NORMAL: ("sees its place", "·"),
}
#: Of one rung of its health.
RUNG: Final[Mapping[Stands, tuple[str, str]]] = {
    **SIGHT,
    Stands.ACTIVE: ("wrong", "▲"),
    Stands.NORMAL: ("well", "·"),
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Cameras",
    "none": "No camera is looked through: none has `pictures` in the site file.",
    "nothing": "No camera is like that.",
    "well": "All {count} cameras see their places.",
    "one_well": "The camera sees its place.",
    "amiss": "{amiss} of {count} cameras need a look",
    "all": "All cameras",
    "only_amiss": "Only those that need a look",
    "find": "Find",
    "search": "Find a camera",
    "text": "Name, id or place",
    "since": "since",
    "taken": "taken",
    "ago": "ago",
    "loading": "Waiting for its picture",
    "no_picture": "No picture",
    "not_now": "Not of now",
    "not_yours": "Live pictures are not for your role. What stands below is.",
    "nobody": "Sign on to see the pictures: who looks at them is written down.",
    "told": "That you look at these pictures is written down once an hour.",
    "open": "Look closer",
    "alt": "What {name} sees",
    "now": "What it sees now",
    "usual": "What it usually sees",
    "compare": "Compare the two: is something in the way, is it turned, is it another place?",
    "faults": "What is wrong",
    "do": "What helps",
    "ladder": "Its health, step by step",
    "answers": "Answers",
    "answers_well": "answers",
    "facts": "What it says of itself",
    "no_facts": "It says nothing of itself.",
    "points": "Its points",
    "device": "As a device",
    "back": "Back",
    "next": "Next",
    "page": "Page {page} of {pages}",
    "all_of_them": "All cameras",
    "gone": "There is no camera {name} that is looked through.",
    "just_now": "just now",
    "never": "none since the start",
    "not_known": "not known at the moment",
    "answered": "last answer",
}
