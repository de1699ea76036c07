"""The words of what is held back, and of holding back."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Suppression

#: What is held back, in one line beside it.
LINE: Final = "{how} by {who} until {until}: {why}"

HOW: Final[Mapping[Suppression, str]] = {
    Suppression.SHELVED: "shelved",
    Suppression.OUT_OF_SERVICE: "isolated",
    Suppression.INHIBITED: "inhibited for this set period",
    Suppression.TEST: "in test",
    Suppression.BY_DESIGN: "held back by design",
}

#: A shape each: nothing is told by colour alone.
SHAPE: Final[Mapping[Suppression, str]] = {
    Suppression.SHELVED: "‖",
    Suppression.OUT_OF_SERVICE: "⊘",
    Suppression.INHIBITED: "◫",
    Suppression.TEST: "⚑",
    Suppression.BY_DESIGN: "⌂",
}

#: What people may ask for: the button, and what it means.
ASKED: Final[Mapping[Suppression, tuple[str, str]]] = {
    Suppression.SHELVED: ("Shelve it", "for a short while: 8 hours at most"),
    Suppression.OUT_OF_SERVICE: ("Isolate it", "out of service, for a repair: 31 days at most"),
    Suppression.INHIBITED: ("Inhibit it", "until its area is unset: 24 hours at most"),
}

_MIN: Final = 60_000
_HOUR: Final = 60 * _MIN
_DAY: Final = 24 * _HOUR
#: Spans to choose from, in milliseconds.
FOR: Final[Mapping[str, tuple[str, int]]] = {
    "15min": ("15 minutes", 15 * _MIN),
    "30min": ("30 minutes", 30 * _MIN),
    "1h": ("1 hour", _HOUR),
    "2h": ("2 hours", 2 * _HOUR),
    "4h": ("4 hours", 4 * _HOUR),
    "8h": ("8 hours", 8 * _HOUR),
    "1d": ("1 day", _DAY),
    "3d": ("3 days", 3 * _DAY),
    "7d": ("1 week", 7 * _DAY),
    "31d": ("31 days", 31 * _DAY),
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Held back",
    "none": "Nothing is held back.",
    "hold": "Hold back",
    "is_held": "On the ledger",
    "left": "{span} left",
    "until": "until",
    "since": "since",
    "by": "by {who}",
    "maintenance": "let in to work, number {number}",
    "by_design": "ends by itself, with its permit or booking",
    "now": "It says meanwhile",
    "alone": "its tamper and its fault still alarm",
    "whole": "nothing of it alarms, its tamper and its fault neither",
    "device": "and all of its {count} points",
    "one_shot": "until it has returned once",
    "unprotected": "Meanwhile",
    "give_back": "Give back",
    "given_back": "It alarms again, at once if it is active.",
    "not_proven": "Not seen to watch again",
    "not_proven_why": "Nobody holds it back any more, and nothing shows yet that it watches.",
    "missing": "{missing} ({asked})",
    "failed": "it is an alarm until it does",
    "waits": "it has a moment to show that it does",
    "grants": "Let in to work",
    "grant": "{who} may hold back in {places}: {why}",
    "what": "Hold back {name}",
    "evaluated": "It goes on being read and written down. When the end comes it is live again, and "
    "alarms at once if it is active.",
    "highly": "Fire, tamper, hold-up and whole devices may be held back by a security manager or "
    "an integrator alone.",
    "how": "How?",
    "for": "For how long?",
    "or_until": "Or until (time of the house)",
    "reason": "Why? (stands in the record and on the screens until it ends; no names in it)",
    "already": "It is held back already",
    "no_such": "There is no point or device {source}",
    "not_held": "{source} is not held back",
    "find_point": "Choose a point to hold back",
    "page": "Page {page} of {pages}",
    "back": "Back",
    "next": "Next",
}
