"""The words of the search."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "search": "Search",
    "title": "Search",
    "ask": "A name, an id, a kind, a place, or the number of an incident",
    "nothing": "Nothing here is called “{text}”.",
    "incidents": "Incidents",
    "areas": "Areas",
    "points": "Points",
    "devices": "Devices",
    "people": "People",
    "more": "+{count} more",
    "open": "open",
    "closed": "closed",
    "slash": "The key / goes to the search field",
}
