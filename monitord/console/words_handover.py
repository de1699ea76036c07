"""The words of the handover of a post."""

from collections.abc import Mapping
from typing import Final

#: What the lines of a sheet are, in the order in which they are told.
KINDS: Final[Mapping[str, str]] = {
    "incident": "Open incidents",
    "device": "Do not answer",
    "held": "Held back",
    "area": "Unset areas",
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Handover",
    "now": "What would be handed over now",
    "nothing": "Nothing is open, silent, held back or unset.",
    "due": "to be signed until",
    "offer": "I leave: sign the sheet",
    "offer_why": "It lists what stands above, as it is at this moment.",
    "offered": "{who} has signed this sheet, and waits for who takes it over",
    "take": "I come: take it over",
    "take_who": "Whoever takes it over signs on first, then signs here.",
    "refuse": "I do not take over",
    "reason": "Why not? (with what you refuse; no names in it)",
    "taken": "{who} took it over of {of}",
    "refused": "Not taken over",
    "never": "Nobody has handed it over yet.",
    "none": "No post is in the site file: there is nothing to hand over.",
    "print": "Print",
    "signed_by": "handed over by",
    "signed_to": "taken over by",
}
