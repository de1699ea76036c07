"""Maintenance (T2.2b): an integrator or tester holds back only where somebody lets them.

A grant is for one entry of ``people``, for some areas, and has an end. What is held back under it
ends with it at the latest, and must then prove that it is live again like everything that was held
back. It must never give more than the role may do anyhow, and nothing outside its areas.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.maintenance_records import GrantRecord
from monitord.core.rights import MAY, refusal
from monitord.core.state import State
from monitord.vocabulary import Category, PointState, Role

#: Who holds back only where somebody lets them in.
LET_IN: Final = frozenset({Role.INTEGRATOR, Role.TESTER})
#: A visit, not a contract: whoever comes again tomorrow is let in again tomorrow.
LASTS_MS_MAX: Final = 24 * 3_600_000
RUNNING_MAX: Final = 32
ENDED_KEPT: Final = 20


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Grant, and end: by hand, by its time, or with the person."""
    match fact:
        case f.GrantMaintenance():
            refused = refusal(state, fact) or _refused(state, now_ms, fact)
            yield refused or _granted(state, fact)
        case f.EndMaintenance():
            refused = refusal(state, fact) or _not_running(state, fact.number)
            over = "ended by hand"
            yield from (refused,) if refused else _end(state, fact.number, over, fact.by)
        case f.TimePassed():
            for number in state.due(now_ms, "maintenance", fact):
                yield from _end(state, int(number), "its time is over")
        case _:
            pass
    if any(isinstance(event, ev.SiteAccepted) for event in so_far):
        for grant in running(state):
            if not _may_be_let_in(state, grant.person):
                yield from _end(state, grant.number, f"the site file no longer lets {grant.person}")


def running(state: State) -> tuple[GrantRecord, ...]:
    """Those that are not over, oldest first."""
    return tuple(grant for grant in state.grants.values() if grant.runs)


def covering(state: State, person: str, areas: tuple[str, ...]) -> GrantRecord | None:
    """The grant under which this person may hold back in all of ``areas``: that which ends last."""
    found = [g for g in running(state) if g.person == person and areas and {*areas} <= {*g.areas}]
    return max(found, key=lambda grant: grant.until_utc_ms, default=None)


def lacking(state: State, person: str, areas: tuple[str, ...]) -> str:
    """In words, why they may not hold back there now, and whom to ask; empty where they may."""
    role = state.site.people[person].role
    if role not in LET_IN or covering(state, person, areas) is not None:
        return ""
    granting = MAY[f.GrantMaintenance]
    ask = [p.id for p in state.site.people.values() if p.role in granting]
    roles = " or ".join(r for r in Role if r in granting)
    whom = f"a {roles} ({', '.join(ask[:5])})" if ask else f"a {roles}"
    where = " and ".join(area for area in areas if area)
    if not where:
        return f"{person} is {role}, and this is of no area: ask {whom} to hold it back"
    return (
        f"{person} is {role}, and no maintenance is granted to them in {where} now: ask {whom} "
        f"for `monitord maintenance grant {person} --areas {','.join(filter(None, areas))}`"
    )


def not_normal(state: State, areas: tuple[str, ...]) -> tuple[str, ...]:
    """The detectors there that do not guard as they should: not normal, held back, not proven."""
    here = (p for area in areas if area in state.site.areas for p in state.site.areas[area].points)
    return tuple(point for point in here if _is_off(state, point))


def _is_off(state: State, point: str) -> bool:
    if state.site.points[point].category is Category.NONE:
        return False
    wrong = state.points[point].state is not PointState.NORMAL
    return wrong or state.held(point) or point in state.restores


def _may_be_let_in(state: State, person: str) -> bool:
    known = state.site.people.get(person)
    return known is not None and known.role in LET_IN


def _refused(state: State, now_ms: int, fact: f.GrantMaintenance) -> ev.CommandRefused | None:
    strange = [area for area in fact.areas if area not in state.site.areas]
    code, text = "bad-input", ""
    if fact.person not in state.site.people:
        code, text = "unknown", f"{fact.person} is not in the site file"
    elif not _may_be_let_in(state, fact.person):
        role = state.site.people[fact.person].role
        text = f"{fact.person} is {role}: maintenance is granted to an integrator or tester"
    elif not fact.areas:
        text = f"Say where; the areas are: {', '.join(state.site.areas)}"
    elif strange:
        words = ", ".join(state.site.areas)
        code, text = "unknown", f"There is no area {strange[0]}; the areas are: {words}"
    elif not fact.reason.strip():
        text = "Say why: the reason is shown until it ends"
    elif not 0 < fact.until_utc_ms - state.utc_ms(now_ms) <= LASTS_MS_MAX:
        text = f"The end must lie ahead, and within {LASTS_MS_MAX // 3_600_000} hours"
    elif len(running(state)) >= RUNNING_MAX:
        text = f"{RUNNING_MAX} grants are running: end one first"
    return ev.CommandRefused(code=code, text=text) if text else None


def _granted(state: State, fact: f.GrantMaintenance) -> ev.MaintenanceGranted:
    return ev.MaintenanceGranted(
        number=state.grants_given + 1,
        person=fact.person,
        areas=tuple(dict.fromkeys(fact.areas)),
        until_utc_ms=fact.until_utc_ms,
        by=fact.by,
        reason=fact.reason,
    )


def _not_running(state: State, number: int) -> ev.CommandRefused | None:
    known = [grant.number for grant in running(state)]
    if number in known:
        return None
    shown = f"running are: {', '.join(map(str, known))}" if known else "none is running"
    return ev.CommandRefused(code="unknown", text=f"There is no maintenance {number}; {shown}")


def _end(state: State, number: int, why: str, by: str = "") -> Iterator[ev.AnyEvent]:
    held = [line for line in state.suppressions.values() if line.grant == number]
    for line in held:
        over = f"maintenance {number} is over: {why}"
        yield ev.AlarmUnsuppressed(source=line.source, how=line.how, why=over, by=by)
    yield ev.MaintenanceEnded(
        number=number,
        why=why,
        given_back=tuple(line.source for line in held),
        not_normal=not_normal(state, state.grants[number].areas),
        by=by,
    )


def realign(state: State) -> None:
    """Ends are dates that people wrote: they follow UTC through every step of the clock."""
    for grant in running(state):
        state.deadlines[f"maintenance:{grant.number}"] = grant.until_utc_ms - state.offset_ms


def broken(state: State) -> Iterator[str]:
    """What must hold: a grant that runs has an end, and nothing is held back beyond it."""
    for grant in running(state):
        due_ms = state.deadlines.get(f"maintenance:{grant.number}")
        if due_ms != grant.until_utc_ms - state.offset_ms:
            yield f"maintenance {grant.number} has no end"
    for key, line in state.suppressions.items():
        grant_of = state.grants.get(line.grant)
        if line.grant and (grant_of is None or not grant_of.runs):
            yield f"suppression {key} is of maintenance {line.grant}, which is over"
        elif grant_of is not None and line.until_utc_ms > grant_of.until_utc_ms:
            yield f"suppression {key} outlives maintenance {line.grant}"


def _on_granted(state: State, event: ev.MaintenanceGranted) -> None:
    state.grants_given = event.number
    state.grants[event.number] = GrantRecord(
        number=event.number,
        person=event.person,
        areas=event.areas,
        since_ms=state.at_ms,
        until_utc_ms=event.until_utc_ms,
        by=event.by,
        reason=event.reason,
    )
    realign(state)


def _on_ended(state: State, event: ev.MaintenanceEnded) -> None:
    grant = state.grants[event.number]
    grant.ended_ms, grant.why = state.at_ms, event.why
    state.deadlines.pop(f"maintenance:{event.number}", None)
    ended = [g.number for g in state.grants.values() if not g.runs]
    for number in ended[:-ENDED_KEPT]:
        del state.grants[number]


EVOLVE: Evolve = {ev.MaintenanceGranted: _on_granted, ev.MaintenanceEnded: _on_ended}
