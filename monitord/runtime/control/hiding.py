"""What somebody who may be forced, or who may be forcing, does not get to see (G9).

A silent alarm does not exist where it was raised; a hold-up by duress PIN not for whoever gave it,
nor at the screen they gave it at. What is shown is the state without it, entry by entry and page
by page, so that no page and no verb has to think of it.
"""

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

import msgspec

from monitord.core import calls
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Area, Device, Point
from monitord.core.state import State
from monitord.vocabulary import Category, PointState

#: What is wrong with a button is told everywhere; that it was pressed is not.
_AT_REST_OR_PRESSED: Final = frozenset({PointState.NORMAL, PointState.ACTIVE})

_T = TypeVar("_T")
_HasPoints = TypeVar("_HasPoints", Area, Device)


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
        alarms={k: a for k, a in state.alarms.items() if a.incident not in incidents},
        deadlines={k: ms for k, ms in state.deadlines.items() if not _of(k, ids)},
        duress_opened=0,
        pictures={n: p for n, p in state.pictures.items() if p.incident not in incidents},
        pictures_kept=0,
        holds={n: hold for n, hold in state.holds.items() if n not in incidents},
        aims={name: aim for name, aim in state.aims.items() if aim.incident not in incidents},
    )


def buttons(state: State, area: str = "") -> frozenset[str]:
    """The hold-up buttons of ``area``, or of the site; those that left the site file, too."""
    there = {name for name, point in state.site.points.items() if _is_button(point, area)}
    left = {name for name, record in state.retired.items() if _is_button(record.point, area)}
    return frozenset(there | left)


def beside(state: State, area: str) -> frozenset[str]:
    """The hold-up buttons that do not exist at a screen in ``area``: it must look the same
    whether one of them is pressed or not. One that is faulty, or not read, is there."""
    if not area:
        return frozenset()
    return frozenset(
        name
        for name in buttons(state, area)
        if name in state.retired or state.points[name].state in _AT_REST_OR_PRESSED
    )


def without_points(state: State, gone: frozenset[str]) -> State:
    """The state of a site that does not have these points; the very state where there are none.

    What is held back stays on the ledger, whatever it is.
    """
    if not gone:
        return state
    site = state.site

    def left(known: Mapping[str, _T]) -> dict[str, _T]:
        return {name: value for name, value in known.items() if name not in gone}

    def kept(known: Mapping[str, _HasPoints]) -> dict[str, _HasPoints]:
        return {
            name: one
            if gone.isdisjoint(one.points)
            else msgspec.structs.replace(one, points=tuple(p for p in one.points if p not in gone))
            for name, one in known.items()
        }

    return msgspec.structs.replace(
        state,
        site=site.having(
            areas=kept(site.areas), devices=kept(site.devices), points=left(site.points)
        ),
        points=left(state.points),
        retired=left(state.retired),
        restores=left(state.restores),
        chattering=left(state.chattering),
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


def _is_button(point: Point, area: str) -> bool:
    return point.category is Category.HOLD_UP and area in ("", point.area)


def _of(deadline: str, ids: set[str]) -> bool:
    concern, _, name = deadline.partition(":")
    match concern:
        case "chain" | "decide" | "outside":
            return name in ids
        case "held" | "attend" | "picture" | "hold":
            return name.replace("/", ":").partition(":")[0] in ids
        case "retry":
            return name.rpartition("-")[0].rpartition("-")[2] in ids
        case _:
            return False
