"""The pages of the console: which show how something of the site stands, and which show nothing.

A page that shows a state is drawn in ``test_unknown`` (law 4) and looked at from a station beside a
hold-up button in ``test_stations`` (G9); one that is in neither list fails there.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

#: Pages on which something has a state, with what their addresses may ask for.
SHOWS_STATES: Final[Mapping[str, dict[str, str]]] = {
    "/": {},
    "/areas": {},
    "/areas/now": {},
    "/points": {"show": "all"},
    "/points/now": {"show": "all"},
    "/devices": {"show": "all"},
    "/devices/now": {"show": "all"},
    "/search": {"q": "e"},
    "/search/now": {"q": "e"},
    "/held": {},
    "/held/now": {},
    "/floors": {},
    "/floors/now": {},
    "/cameras": {},
    "/cameras/now": {},
    "/mode": {},
    "/mode/now": {},
}
SHOWS_NONE: Final[Mapping[str, str]] = {
    "/once/{ticket:str}": "signs on, where a rehearsal has given a link",
    "/authority": "the certificate of this site, to whoever has no account yet",
    "/authority.crt": "the same as a file",
    "/mode/{mode:str}": "asks why and until when",
    "/floors/{floor:str}": "drawn as the first one is",
    "/floors/{floor:str}/now": "the same",
    "/floors/{floor:str}/drawing": "a picture of the house, without anything on it",
    "/works": "who is let in and what was walked; compared beside a hold-up button with the others",
    "/works/now": "the same",
    "/handover": "what is open, by name; compared beside a hold-up button with the others",
    "/handover/now": "the same",
    "/relief": "who has a PIN for one shift",
    "/relief/now": "the same",
    "/held/new": "asks how, until when and why",
    "/held/end": "asks who gives back",
    "/declare": "asks what has happened",
    "/sign-on": "before anybody has signed on",
    "/station": "asks for a code",
    "/live": "the stream: its parts are drawn by the first page",
    "/log": "what happened, line by line; compared beside a hold-up button with the others",
    "/log/sheet": "the same on paper",
    "/log/new": "asks what happened",
    "/healthz": "of the console itself",
    "/times": "counts of what is over; not for a station with nobody signed on",
    "/times/now": "the same",
    "/cameras/{camera:str}": "drawn in `test_cameras`, with everything that may be wrong with one",
    "/cameras/{camera:str}/now": "the same",
    "/cameras/{camera:str}/picture": "what it sees now, and nothing beside it",
    "/cameras-taken": "when pictures were taken",
    "/pictures/{number:int}": "a picture of an incident that one sees, and nothing beside it",
    "/incidents/{number:int}": "alarms have states of their own, none of them unknown",
    "/incidents/{number:int}/now": "the same",
    "/incidents/{number:int}/story": "what happened, line by line",
    "/incidents/{number:int}/found": "what was found, in the words of whoever closed it",
    "/incidents/{number:int}/place": "drawn as its floor is, with fewer pins",
}
#: Pages that show no states and are compared beside a hold-up button all the same.
TELLS: Final[Mapping[str, dict[str, str]]] = {
    "/log": {},
    "/log/sheet": {},
    "/works": {},
    "/works/now": {},
}

#: What an address asks for where a page needs it, for those who look at every page.
ASKS: Final[Mapping[str, dict[str, str]]] = {
    "/points": {},
    "/held/new": {"source": "{detector}"},
    "/held/end": {"source": "{held}"},
}
#: Parts of pages, files and what answers with no page.
NOT_LOOKED_AT: Final = frozenset(
    {
        "/once/{ticket:str}",
        "/authority.crt",
        "/live",
        "/healthz",
        "/floors/{floor:str}/drawing",
        "/cameras/{camera:str}/picture",
        "/cameras-taken",
        "/pictures/{number:int}",
        "/incidents/{number:int}/story",
        "/incidents/{number:int}/place",
        "/incidents/{number:int}/found",
    }
)


def to_look_at(**named: str) -> dict[str, str]:
    """Every page by a name for it, with the address to open. ``named`` fills what they ask for:
    ``number`` of an incident, ``mode``, a ``detector``, what is ``held``."""
    found = {}
    for path in {**SHOWS_STATES, **SHOWS_NONE}:
        if path in NOT_LOOKED_AT or path.endswith("/now"):
            continue
        whole = re.sub(r"\{(\w+):\w+\}", lambda asked: named[asked[1]], path)
        asks = ASKS.get(path, SHOWS_STATES.get(path, {}))
        asked = urlencode({key: value.format(**named) for key, value in asks.items()})
        found[whole.strip("/").replace("/", "-") or "queue"] = f"{whole}?{asked}".rstrip("?")
    return found
