"""Duress (G9): a PIN that does what the true one does, and tells people outside.

Whatever was asked is decided as if the true PIN had been given; here a hold-up is opened beside
it, silent, and hidden from the person and the session that gave it, because whoever forces them
reads what they read. Its number is of a range of its own, so that the numbers of the others have
no gap. People are called outside only. It is released, by closing, by a security manager or
director who is not the one threatened. It must never change the answer to the command.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.calls import CONSOLE, TERMINAL
from monitord.core.concern import Evolve
from monitord.core.records import IncidentRecord
from monitord.core.state import HIDDEN_FROM, State
from monitord.vocabulary import PRIORITY_OF_CATEGORY, Category, Confirmed, Role

#: Who may release somebody who was threatened: never that person.
MAY_RELEASE: Final = frozenset({Role.SECURITY_MANAGER, Role.DIRECTOR})


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Whoever gave that PIN is forced: people outside are called, once until it is released."""
    if not isinstance(fact, f.Command) or not fact.duress:
        return
    running = next((i for i in state.open_incidents() if fact.by in i.hidden_from), None)
    if running is not None:
        yield ev.DuressRepeated(incident=running.number, by=fact.by, session=fact.session)
        return
    number = HIDDEN_FROM + state.duress_opened + 1
    yield ev.IncidentOpened(
        incident=number,
        category=Category.HOLD_UP,
        area=_area(state, fact),
        priority=PRIORITY_OF_CATEGORY[Category.HOLD_UP],
        declared_by=fact.by,
        silent=True,
        hidden_from=tuple(name for name in (fact.by, fact.session) if name),
    )
    yield ev.IncidentConfirmed(incident=number, by=(fact.by,), how=Confirmed.DECLARED)


def may_release(state: State, incident: IncidentRecord, by: str) -> bool:
    """Whether this person may close it: anybody who may, where nobody was threatened."""
    person = state.site.people.get(by)
    return not incident.hidden_from or (person is not None and person.role in MAY_RELEASE)


def broken(state: State) -> Iterator[str]:
    """What must hold: no call for a hidden incident reaches the one who is forced, or the house."""
    for incident in state.open_incidents():
        for call in incident.calls.values() if incident.hidden_from else ():
            if call.person in incident.hidden_from or call.channel in (CONSOLE, TERMINAL):
                yield f"incident {incident.number} is hidden and told to {call.person} there"


def _area(state: State, fact: f.Command) -> str:
    """Where they stand, as far as the command tells; empty where it does not."""
    incident = state.incidents.get(getattr(fact, "incident", 0))
    point = state.site.points.get(getattr(fact, "source", ""))
    said = (
        getattr(fact, "at_area", ""),
        getattr(fact, "area", ""),
        "" if incident is None else incident.area,
        "" if point is None else point.area,
    )
    return next((area for area in said if area in state.site.areas), "")


def _repeated(state: State, event: ev.DuressRepeated) -> None:
    incident = state.incidents[event.incident]
    if event.session and event.session not in incident.hidden_from:
        incident.hidden_from = (*incident.hidden_from, event.session)


EVOLVE: Evolve = {ev.DuressRepeated: _repeated}
