"""The words of devices: how each does, and what helps when it does not answer."""

from collections.abc import Mapping
from typing import Final

from monitord.console.shown.standings import Health
from monitord.vocabulary import Cause

#: A word and a shape each; the colour comes from the class of the same name. Unknown is like none.
HEALTH: Final[Mapping[Health, tuple[str, str]]] = {
    Health.OFFLINE: ("does not answer", "✕"),
    Health.UNKNOWN: ("not known", "?"),
    Health.LATE: ("answers late", "◌"),
    Health.ONLINE: ("answers", "·"),
}

#: What to do first, for whoever stands before it. ``None``: nothing was heard since the start.
CURE: Final[Mapping[Cause | None, str]] = {
    None: "After a start this takes a moment. If it stays so: has it power, is its cable in?",
    Cause.SILENT: "Has it power, and is its cable in? Then the switch before it.",
    Cause.REFUSED: "It is there and lets nobody in: is its service on, is the port the right one?",
    Cause.PROTOCOL: "Something else may have its address, or it was changed: ask the integrator.",
    Cause.CONFIGURATION: "The site file asks for what it does not have: ask the integrator.",
    Cause.AUTHENTICATION: "Was its password changed? The integrator gives monitord the new one.",
    Cause.DEVICE: "Look at its own display, and have it serviced.",
    Cause.BUSY: "Somebody else may ask it too often: ask the integrator.",
    Cause.GATEWAY: "Look at the gateway, and at the line behind it.",
    Cause.TARGET: "The gateway is well: look at this unit's power, and at the line between.",
    Cause.DRIVER: "Nothing is wrong with the device: tell who looks after monitord.",
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Devices",
    "show": "Show",
    "amiss": "Not as they should be",
    "all": "All",
    "search": "Find a device",
    "text": "Name, id, driver or place",
    "find": "Find",
    "none": "No device is watched: no site has been accepted.",
    "nothing": "No device is like that.",
    "well": "Every device answers in time.",
    "since": "since",
    "answered": "last answer",
    "just_now": "just now",
    "never": "none since the start",
    "not_known": "not known at the moment",
    "limit": "points not known after {span} of silence",
    "no_limit": "no limit is known",
    "connected": "connected",
    "not_connected": "not connected",
    "connection_unknown": "connection not known at the moment",
    "takes": "takes {ms} ms",
    "missed": "{missed} of {polls} polls missed since the start",
    "points": "{count} points",
    "one_point": "1 point",
    "no_points": "no points",
    "unknown": "{count} not known",
    "behind": "behind {parents}",
    "before": "before {count} others",
    "do": "What helps",
    "overdue": "silent for longer than it may be: it is an alarm",
    "page": "Page {page} of {pages}",
    "back": "Back",
    "next": "Next",
}
