"""When an area is late by its hours (G2), and when to look again. Pure look-ups and one deadline.

Outside its hours an area is to be set; one without hours always. Still unset ``late-to-set``
after its hours, or after it was unset, it is late to set. Where ``late-to-open`` is written, one
that is still set so long after its hours began is late to open. Hours that nobody has laid are
none: nothing unknown ever excuses an unset area.
"""

from collections.abc import Iterator
from typing import Any, Final

from monitord.core.site import Span
from monitord.core.state import State
from monitord.vocabulary import Condition, SetState

#: Where the site file does not say how late is late.
LATE_TO_SET_MS: Final = 30 * 60_000


def said(state: State, area: str) -> dict[str, Any] | None:
    """What the site file says of the hours of the area; None where it was made before hours."""
    hours = (state.site.setup.get("areas") or {}).get(area)
    return hours if isinstance(hours, dict) else None


def may_be_unset(state: State, area: str, utc_ms: int) -> bool:
    """Its hours run, or an exception does."""
    return _running(state, area, utc_ms) is not None or utc_ms < state.areas[area].excepted.until_ms


def _running(state: State, area: str, utc_ms: int) -> Span | None:
    spans = state.calendar.areas.get(area, ())
    return next((s for s in spans if s.from_ms <= utc_ms < s.until_ms), None)


def judged(state: State, area: str, at_ms: int) -> Condition | None:
    """What the area, as it is now, is late for at this time; None for nothing."""
    hours, record = said(state, area), state.areas[area]
    if hours is None:
        return None
    utc_ms = state.utc_ms(at_ms)
    if record.state is SetState.UNSET:
        if may_be_unset(state, area, utc_ms):
            return None
        late_ms = _late_to_set_ms(hours)
        return Condition.LATE_TO_SET if utc_ms >= _shut_ms(state, area, utc_ms) + late_ms else None
    open_ms = state.site.areas[area].late_to_open_ms
    span = _running(state, area, utc_ms)
    if open_ms is None or span is None or record.state is SetState.UNKNOWN:
        return None
    return Condition.LATE_TO_OPEN if utc_ms >= span.from_ms + open_ms else None


def _late_to_set_ms(hours: dict[str, Any]) -> int:
    late_ms = hours.get("late_to_set_ms")
    return LATE_TO_SET_MS if late_ms is None else int(late_ms)


def _shut_ms(state: State, area: str, utc_ms: int) -> int:
    """Since when (UTC) it is unset and should not be."""
    record = state.areas[area]
    ends = [s.until_ms for s in state.calendar.areas.get(area, ()) if s.until_ms <= utc_ms]
    ends += [record.excepted.until_ms] if record.excepted.until_ms <= utc_ms else []
    return max(state.utc_ms(record.since_ms), *ends, 0)


def realign(state: State, area: str) -> None:
    """Set the deadline at which the judgement next differs from what was told of the area."""
    key = f"schedule:{area}"
    state.deadlines.pop(key, None)
    told = state.areas[area].late
    for at_ms in _moments(state, area):
        if judged(state, area, at_ms) is not told:
            state.deadlines[key] = at_ms
            return


def realign_all(state: State) -> None:
    """The clock, the calendar or the site is another."""
    for area in state.areas:
        realign(state, area)


def _moments(state: State, area: str) -> list[int]:
    """The times from now on at which it may begin or end to be late, in order."""
    hours, record = said(state, area), state.areas[area]
    if hours is None:
        return [state.at_ms]
    set_ms = _late_to_set_ms(hours)
    open_ms = state.site.areas[area].late_to_open_ms
    found = {state.utc_ms(record.since_ms) + set_ms}
    if record.excepted.until_ms:
        found |= {record.excepted.until_ms, record.excepted.until_ms + set_ms}
    for span in state.calendar.areas.get(area, ()):
        found |= {span.from_ms, span.until_ms, span.until_ms + set_ms}
        if open_ms is not None:
            found.add(span.from_ms + open_ms)
    now_ms = state.utc_ms(state.at_ms)
    return [state.at_ms, *sorted(ms - state.offset_ms for ms in found if ms > now_ms)]


def broken(state: State) -> Iterator[str]:
    """What must hold: whatever is to change by itself has a deadline for it."""
    for area in state.areas:
        wants = judged(state, area, state.at_ms) is not state.areas[area].late
        if wants and f"schedule:{area}" not in state.deadlines:
            yield f"{area} is late or no longer late, and no deadline runs"
