"""Words of the queue and of an incident: what an alarm is, how far a call came, how it ended."""

from collections.abc import Mapping
from typing import Final

INCIDENT: Final[Mapping[str, str]] = {
    "open": "Open it",
    "due": "Outcome due",
    "in": "in",
    "since": "since",
    "times": "{count} times",
    "seen": "{who}, having seen revision {rev}",
    "closed": "Closed {when} by {who}: {cause}",
    "closed_by_two": "Closed {when} by {who} and {second}: {cause}",
    "asked": "{who} would close it: {cause}",
    "asked_why": "It takes two people. Read what was found, then agree, or close it otherwise.",
    "found": "Found:",
    "written": "What people wrote",
    "asked_own": "Another person must agree. Until then it is open, and calls may go on.",
    "asked_void": "It has changed since that was asked: close it anew.",
    "by_two": "It is closed once a second person has agreed.",
    "agree": "I agree: close it",
}

#: How an alarm stands, for whom the names of the standard say nothing.
ALARM: Final[Mapping[str, str]] = {
    "normal": "over",
    "unacknowledged": "not taken",
    "acknowledged": "taken",
    "returned-unacknowledged": "over, not taken",
    "latched-unacknowledged": "over, not taken, to be reset",
    "latched-acknowledged": "over, to be reset",
}

#: How far a call came; nobody has been reached before the third of them.
CALLED: Final[Mapping[str, str]] = {
    "about to start": "about to start",
    "under way": "under way",
    "offered": "offered",
    "handed-over": "handed over",
    "delivered": "delivered",
    "heard": "heard",
    "acknowledged": "taken",
    "unknown": "not known",
    "failed": "failed",
}
