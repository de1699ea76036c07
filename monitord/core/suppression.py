"""Suppression: shelve, inhibit, isolate, test, by design. One ledger; every line ends (law 8).

Evaluation goes on underneath. Leaving a suppression while the condition is active presents the
alarm anew, unacknowledged (T1.1). The kinds are independent of each other (T1.3). An inhibit is
over when its area is unset, before its end; what is isolated stays, and that is said (T2.1).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import maintenance
from monitord.core.concern import Evolve
from monitord.core.records import SuppressionRecord
from monitord.core.rights import MAY_HOLD_HIGHLY_MANAGED, refusal
from monitord.core.state import State
from monitord.vocabulary import HIGHLY_MANAGED, Category, PointState, SetState, Suppression

SHELVE_MS_MAX: Final = 8 * 3_600_000
OUT_OF_SERVICE_MS_MAX: Final = 31 * 24 * 3_600_000

#: How long each may last at most.
LASTS_MS_MAX: Final[Mapping[Suppression, int]] = {
    Suppression.SHELVED: SHELVE_MS_MAX,
    Suppression.INHIBITED: 24 * 3_600_000,
    Suppression.TEST: 8 * 3_600_000,
    Suppression.BY_DESIGN: OUT_OF_SERVICE_MS_MAX,
    Suppression.OUT_OF_SERVICE: OUT_OF_SERVICE_MS_MAX,
}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What people hold back, and what ends by itself."""
    match fact:
        case f.Suppress():
            refused = _refusal(state, now_ms, fact)
            if refused is not None:
                yield refused
                return
            yield _held(state, fact)
        case f.Unsuppress():
            refused = refusal(state, fact)
            if refused is not None:
                yield refused
            elif f"{fact.source}:{fact.how}" not in state.suppressions:
                yield ev.CommandRefused(
                    code="unknown", text=f"{fact.source} is not {fact.how}: nothing to end"
                )
            else:
                yield ev.AlarmUnsuppressed(
                    source=fact.source, how=fact.how, why="ended by hand", by=fact.by
                )
        case f.TimePassed():
            for key in state.due(now_ms, "suppression", fact):
                held = state.suppressions[key]
                yield ev.AlarmUnsuppressed(source=held.source, how=held.how, why="its time is over")
        case _ if state.suppressions:
            yield from _one_shots(state, so_far)
        case _:
            pass
    for event in so_far:
        if isinstance(event, ev.AreaChanged) and event.state is SetState.UNSET:
            was_set = state.areas[event.area].since_ms == now_ms
            yield from _set_period_over(state, event.area) if was_set else ()


def _held(state: State, fact: f.Suppress) -> ev.AlarmSuppressed:
    """Under a maintenance it ends with it at the latest."""
    role = state.site.people[fact.by].role
    areas = _areas_of(state, fact.source)
    grant = maintenance.covering(state, fact.by, areas) if role in maintenance.LET_IN else None
    return ev.AlarmSuppressed(
        source=fact.source,
        how=fact.how,
        until_utc_ms=min(fact.until_utc_ms, grant.until_utc_ms) if grant else fact.until_utc_ms,
        by=fact.by,
        reason=fact.reason,
        one_shot=fact.one_shot,
        whole=role in MAY_HOLD_HIGHLY_MANAGED,
        grant=grant.number if grant else 0,
    )


def _set_period_over(state: State, area_id: str) -> Iterator[ev.AnyEvent]:
    """What was inhibited for this set period is live again; what is isolated is named (T2.1)."""
    here = [h for h in state.suppressions.values() if area_id in _areas_of(state, h.source)]
    for held in here:
        if held.how is Suppression.INHIBITED:
            yield ev.AlarmUnsuppressed(source=held.source, how=held.how, why=f"{area_id} was unset")
    isolated = tuple(h.source for h in here if h.how is Suppression.OUT_OF_SERVICE)
    if isolated:
        yield ev.IsolationsRemained(area=area_id, sources=isolated)


def _areas_of(state: State, source: str) -> tuple[str, ...]:
    point = state.site.points.get(source)
    device = state.site.devices.get(source)
    return (point.area,) if point is not None else device.areas if device is not None else ()


def _one_shots(state: State, so_far: tuple[ev.AnyEvent, ...]) -> Iterator[ev.AnyEvent]:
    for event in so_far:
        if isinstance(event, ev.PointStateChanged) and _went_back(event):
            held = state.suppressions.get(f"{event.point}:{Suppression.SHELVED}")
            if held is not None and held.one_shot:
                yield ev.AlarmUnsuppressed(
                    source=held.source, how=held.how, why="returned to normal once"
                )


def _went_back(event: ev.PointStateChanged) -> bool:
    return event.state is PointState.NORMAL and event.before is not PointState.NORMAL


def _refusal(state: State, now_ms: int, fact: f.Suppress) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    point = state.site.points.get(fact.source)
    known = point is not None or fact.source in state.site.devices
    category = point.category if point is not None else Category.TAMPER
    longest_ms = LASTS_MS_MAX[fact.how]
    lasts_ms = fact.until_utc_ms - state.utc_ms(now_ms)
    code, text = "", ""
    if not known:
        code, text = "unknown", f"no point or device is called {fact.source}"
    elif lacks := maintenance.lacking(state, fact.by, _areas_of(state, fact.source)):
        code, text = "forbidden", lacks
    elif not fact.reason.strip():
        code, text = "bad-input", "Say why: the reason is shown until it ends"
    elif lasts_ms <= 0 or lasts_ms > longest_ms:
        hours = longest_ms // 3_600_000
        code, text = "bad-input", f"The end must lie ahead, and within {hours} hours"
    elif category in HIGHLY_MANAGED and (
        state.site.people[fact.by].role not in MAY_HOLD_HIGHLY_MANAGED
    ):
        code, text = (
            "forbidden",
            f"A {category} alarm may only be held back by a security manager or integrator",
        )
    return ev.CommandRefused(code=code, text=text) if code else None


def _suppressed(state: State, event: ev.AlarmSuppressed) -> None:
    key = f"{event.source}:{event.how}"
    state.suppressions[key] = SuppressionRecord(
        source=event.source,
        how=event.how,
        since_ms=state.at_ms,
        until_utc_ms=event.until_utc_ms,
        by=event.by,
        reason=event.reason,
        one_shot=event.one_shot,
        whole=event.whole,
        permit=event.permit,
        grant=event.grant,
    )
    realign(state)


def realign(state: State) -> None:
    """Ends are dates that people wrote: they follow UTC through every step of the clock."""
    for key, held in state.suppressions.items():
        state.deadlines[f"suppression:{key}"] = held.until_utc_ms - state.offset_ms


def _unsuppressed(state: State, event: ev.AlarmUnsuppressed) -> None:
    key = f"{event.source}:{event.how}"
    del state.suppressions[key]
    state.deadlines.pop(f"suppression:{key}", None)


def _announced(_state: State, _event: ev.IsolationsRemained) -> None:
    """It changes nothing: people read it."""


EVOLVE: Evolve = {
    ev.AlarmSuppressed: _suppressed,
    ev.AlarmUnsuppressed: _unsuppressed,
    ev.IsolationsRemained: _announced,
}
