"""What may be said when an incident is closed: which cause, on whose word, and from which look.

Tables only. That nothing was seen from outside is no proof that nothing was there: such an
incident closes as *assumed false*, which is an outcome of its own and is counted (G6, KUNSTHAL).
Somebody must have looked inside, or at a picture, before it may be called anything else that ends
it harmlessly.
"""

from collections.abc import Mapping
from typing import Final

from monitord.core import facts as f
from monitord.core.records import IncidentRecord
from monitord.core.site import Site
from monitord.vocabulary import ATTENDED, Category, Looked

#: Nobody looked: it was taken for false.
ASSUMED: Final = "assumed-false"
CAUSES: Final = (
    "attack",
    "false-alarm",
    ASSUMED,
    "fault",
    "test",
    "mistake",
    "weather",
    "other",
)

#: Who may have found it besides the people of the site.
FINDERS: Final = ("police", "keyholder", "fire-service", "neighbour", "visitor")

_WHOEVER_SAW: Final = frozenset(CAUSES) - {ASSUMED}

#: Which causes a look can bear out.
BORNE_OUT: Final[Mapping[Looked, frozenset[str]]] = {
    Looked.INSIDE: _WHOEVER_SAW,
    Looked.PICTURE: _WHOEVER_SAW,
    Looked.OUTSIDE: frozenset({"attack", ASSUMED}),
    Looked.NOBODY: frozenset({ASSUMED}),
}

#: Somebody may be there, so somebody must look. What is left is found from the desk.
ASKS_FOR_A_LOOK: Final = ATTENDED | {
    Category.HOLD_UP,
    Category.EARLY_WARNING,
    Category.BOMB_CALL,
    Category.MEDICAL,
}


def asks_for_a_look(incident: IncidentRecord) -> bool:
    """Whether any of it may have been somebody."""
    return not ASKS_FOR_A_LOOK.isdisjoint({incident.category, *incident.categories})


def looked(fact: f.Close) -> Looked | None:
    """How it was looked at; who assumes has not looked, unless they say from where."""
    return Looked.NOBODY if fact.looked is None and fact.cause == ASSUMED else fact.looked


def objection(site: Site, incident: IncidentRecord, fact: f.Close) -> str:
    """What is missing or does not go together, with what to write; empty when nothing is."""
    if fact.cause not in CAUSES:
        return f"The cause must be one of: {', '.join(CAUSES)}"
    if fact.finding is None:
        return "Say what was found, in a word or two: --finding"
    if not fact.found_by and fact.cause != ASSUMED:
        return f"Say who found it: --found-by a person, {' or '.join(FINDERS)}"
    if fact.found_by and fact.found_by not in site.people and fact.found_by not in FINDERS:
        known = ", ".join((*site.people, *FINDERS))
        return f"Nobody here is called {fact.found_by}; it can have been found by: {known}"
    if not asks_for_a_look(incident):
        return ""
    how = looked(fact)
    if how is None:
        return f"Say how it was looked at: --looked {', '.join(Looked)}"
    if fact.cause not in BORNE_OUT[how]:
        fits = " or ".join(cause for cause in CAUSES if cause in BORNE_OUT[how])
        return f"{_LOOKED_WORDS[how]} bears out {fits}, not {fact.cause}"
    return ""


_LOOKED_WORDS: Final[Mapping[Looked, str]] = {
    Looked.INSIDE: "A look inside",
    Looked.PICTURE: "A look at a picture",
    Looked.OUTSIDE: "A look from outside",
    Looked.NOBODY: "That nobody looked",
}
