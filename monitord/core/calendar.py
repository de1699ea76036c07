"""The calendar: when an area may be unset and a post must be manned, as spans of UTC.

Whoever knows holidays and time zones works the spans out, outside; the core compares integers.
Nothing laid for a moment means: the area must be set, and whether the post is manned is not
known. Fewer than 48 hours ahead is a fault (design 5.2); the deadline follows UTC through every
step of the clock (law 6).
"""

from collections.abc import Iterator
from typing import Any, Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import handover_times, lateness
from monitord.core.concern import Evolve
from monitord.core.site import Site, Span
from monitord.core.site_records import Calendar
from monitord.core.state import State

#: Less than this ahead is a fault.
AHEAD_MS: Final = 48 * 3_600_000
#: How long the spans of a new site, or after a leap of the clock, may take to be laid.
LAY_MS: Final = 120_000

_DEADLINE: Final = "calendar:spans"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Take what was worked out for the site that is guarded; tell when it comes to its end."""
    match fact:
        case f.CalendarRead() if fact.site_hash == state.site_hash and asks(state.site):
            yield ev.CalendarLaid(
                site_hash=fact.site_hash,
                from_ms=fact.from_ms,
                until_ms=fact.until_ms,
                areas={name: spans for name, spans in fact.areas.items() if name in state.areas},
                posts={n: spans for n, spans in fact.posts.items() if n in state.site.posts},
                missing=fact.missing,
                handovers={n: s for n, s in fact.handovers.items() if n in state.site.posts},
            )
        case f.TimePassed() if state.due(now_ms, "calendar", fact):
            yield ev.CalendarRanShort(until_ms=state.calendar.until_ms)
        case _:
            pass


def asks(site: Site) -> bool:
    """Whether the site has any hours or rota at all."""
    areas, posts = site.setup.get("areas") or {}, site.setup.get("posts") or {}
    return any("open" in hours for hours in areas.values()) or any(
        post.get("rota") or post.get("handover") for post in posts.values()
    )


def is_due(state: State) -> bool:
    """The spans are of another site, or of another time."""
    return asks(state.site) and state.calendar.site_hash != state.site_hash


def open_span(state: State, area: str, utc_ms: int) -> Span | None:
    """The time in which the area may be unset: the one that runs, else the next one laid."""
    return span_at(state.calendar.areas.get(area, ()), utc_ms)


def span_at(spans: tuple[Span, ...], utc_ms: int) -> Span | None:
    """The span that runs at this moment, else the next one, else none."""
    return next((span for span in spans if utc_ms < span.until_ms), None)


def is_outside_hours(state: State, area: str) -> bool:
    """Whether this is none of its hours. No hours, or none that are laid: it is always outside."""
    if lateness.said(state, area) is None:
        return False
    utc_ms = state.utc_ms(state.at_ms)
    span = open_span(state, area, utc_ms)
    return span is None or utc_ms < span.from_ms


def begin_anew(state: State) -> None:
    """A start, or another site: whoever lays the spans has the whole time for it again."""
    state.deadlines.pop(_DEADLINE, None)
    realign(state)


def realign(state: State) -> None:
    """Set the deadlines anew: of the calendar itself, and of what is late by it."""
    _realign(state)
    lateness.realign_all(state)
    handover_times.realign(state)


def _realign(state: State) -> None:
    """One that waits for new spans stays, however often the clock steps."""
    calendar = state.calendar
    waits_ms = state.deadlines.pop(_DEADLINE, None) if is_due(state) else None
    state.deadlines.pop(_DEADLINE, None)
    if not asks(state.site):
        state.calendar = Calendar()
        return
    ends_ms = calendar.until_ms - AHEAD_MS
    if not calendar.from_ms <= state.utc_ms(state.at_ms) < ends_ms:
        calendar.site_hash = ""  # laid for another time
    if calendar.short:
        return
    if is_due(state):
        state.deadlines[_DEADLINE] = state.at_ms + LAY_MS if waits_ms is None else waits_ms
    else:
        state.deadlines[_DEADLINE] = ends_ms - state.offset_ms


def site_changed(state: State, old: Site) -> None:
    """Keep the spans of those whose hours are the same, until all is laid anew."""
    calendar, new = state.calendar, state.site
    calendar.areas = {
        name: spans
        for name, spans in calendar.areas.items()
        if _said(old, "areas", name) == _said(new, "areas", name)
    }
    calendar.posts = {
        name: spans
        for name, spans in calendar.posts.items()
        if _said(old, "posts", name) == _said(new, "posts", name)
    }
    calendar.handovers = {
        name: spans
        for name, spans in calendar.handovers.items()
        if _said(old, "posts", name) == _said(new, "posts", name)
    }
    begin_anew(state)


def _said(site: Site, section: str, name: str) -> tuple[Any, ...] | None:
    hours = (site.setup.get(section) or {}).get(name)
    if hours is None:
        return None
    said = tuple(hours.get(key) for key in ("open", "exceptions", "rota", "handover"))
    return (*said, site.timezone, site.setup.get("country"))


def _laid(state: State, event: ev.CalendarLaid) -> None:
    state.calendar = Calendar(
        site_hash=event.site_hash,
        from_ms=event.from_ms,
        until_ms=event.until_ms,
        areas=dict(event.areas),
        posts=dict(event.posts),
        missing=event.missing,
        handovers=dict(event.handovers),
    )
    realign(state)


def _ran_short(state: State, event: ev.CalendarRanShort) -> None:
    state.calendar.short = True
    realign(state)


EVOLVE: Evolve = {ev.CalendarLaid: _laid, ev.CalendarRanShort: _ran_short}
