"""What somebody who may be forced, or who may be forcing, does not get to see (G9).

A silent alarm does not exist where it was raised; a hold-up by duress PIN not for whoever gave it,
nor at the screen they gave it at. What is shown is the state without it, entry by entry and page
by page, so that no page and no verb has to think of it.
"""

from collections.abc import Collection

import msgspec

from monitord.core import calls
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State


def hidden(state: State, area: str, who: Collection[str]) -> frozenset[int]:
    """The incidents that do not exist for somebody in ``area`` who goes by the names ``who``."""
    return frozenset(i.number for i in state.open_incidents() if i.hidden_at(area, *who))


def without(state: State, incidents: frozenset[int]) -> State:
    """The state without them; the very state where there are none."""
    if not incidents:
        return state
    ids = {str(number) for number in incidents}
    return msgspec.structs.replace(
        state,
        incidents={n: i for n, i in state.incidents.items() if n not in incidents},
        deadlines={k: ms for k, ms in state.deadlines.items() if not _of(k, ids)},
        duress_opened=0,
    )


def screened(state: State, entry: ev.Entry, incidents: frozenset[int]) -> ev.Entry:
    """An entry without them; of one that is about nothing else only its time is left."""
    if not incidents:
        return entry
    fact = entry.fact
    if isinstance(fact, f.GiveDuressPin) or about(state, fact, incidents):
        fact = f.TimePassed()
    elif isinstance(fact, f.Command) and fact.duress:
        fact = msgspec.structs.replace(fact, duress=False)
    events = tuple(e for e in entry.events if not about(state, e, incidents))
    return msgspec.structs.replace(entry, fact=fact, events=events)


def about(state: State, said: object, incidents: frozenset[int]) -> bool:
    """Whether a fact or event is about one of them."""
    call = calls.incident_of(state, getattr(said, "call", ""))
    return getattr(said, "incident", 0) in incidents or (
        call is not None and call.number in incidents
    )


def _of(deadline: str, ids: set[str]) -> bool:
    concern, _, name = deadline.partition(":")
    match concern:
        case "chain" | "decide" | "outside":
            return name in ids
        case "held" | "attend":
            return name.replace("/", ":").partition(":")[0] in ids
        case "retry":
            return name.rpartition("-")[0].rpartition("-")[2] in ids
        case _:
            return False
