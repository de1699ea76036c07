"""Whether what a scenario expects has come true: one judge for both clocks.

Pure: it is given what was seen, by a simulated world or by a rehearsal in real time, each with
the milliseconds since the scenario began, and how late it is now.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from monitord.core import events as ev
from monitord.core.site import Site
from monitord.testing.scenario import Expectation
from monitord.vocabulary import Condition, Looked


class Dialled(Protocol):
    """A call that went out: when, to whom, with which words."""

    @property
    def at_ms(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def text(self) -> str: ...


class Happened(NamedTuple):
    """Something that the daemon recorded."""

    at_ms: int
    event: ev.AnyEvent


class Seen(NamedTuple):
    """All that was seen so far. ``until_ms``: how far the scenario has got.

    ``handover`` gives what stood on the handover sheet of a moment that has gone by.
    """

    site: Site
    dials: Sequence[Dialled]
    events: Sequence[Happened]
    until_ms: int
    handover: Callable[[int], Collection[str]]


class Verdict(NamedTuple):
    """``met`` is None while it may still turn either way; ``at_ms`` is when it was decided."""

    expectation: Expectation
    met: bool | None
    at_ms: int | None = None


def judge(expected: Expectation, seen: Seen, *, over: bool) -> Verdict:
    """Look at one expectation. ``over``: nothing more will come."""
    if expected.what == "counted":
        if not over:
            return Verdict(expected, met=None)
        return Verdict(expected, met=count(expected.whom, seen) == expected.how_many)
    from_ms = expected.of_ms
    if expected.what == "handover":
        if seen.until_ms <= from_ms:
            return Verdict(expected, met=False if over else None)
        return Verdict(expected, met=expected.point in seen.handover(from_ms), at_ms=from_ms)
    first = min(_times(expected, seen, from_ms), default=None)
    if expected.within_ms is None:
        if first is not None:
            return Verdict(expected, met=False, at_ms=first)
        return Verdict(expected, met=True if over else None)
    limit_ms = from_ms + expected.within_ms
    if first is not None and first <= limit_ms:
        if expected.until_proven:
            return _stands(expected, seen, first, over=over)
        return Verdict(expected, met=True, at_ms=first)
    return Verdict(expected, met=False if over or seen.until_ms > limit_ms else None)


def count(what: str, seen: Seen) -> int:
    """How many of ``what`` (:data:`monitord.testing.scenario.COUNTED`) there were so far."""
    if what == "calls":
        return sum(dial.at_ms >= 0 for dial in seen.dials)
    return sum(_is_counted(what, h.event) for h in seen.events if h.at_ms >= 0)


def _is_counted(what: str, event: ev.AnyEvent) -> bool:
    match what, event:
        case "alarms", ev.AlarmOccurred():
            return True
        case "incidents", ev.IncidentOpened():
            return True
        case "suppressions", ev.AlarmSuppressed():
            return True
        case "late-to-set", ev.AlarmOccurred(condition=Condition.LATE_TO_SET):
            return True
        case "false-calls", ev.FalseCallCounted():
            return True
        case "nobody-looked", ev.IncidentClosed():
            return event.looked in (Looked.NOBODY, Looked.OUTSIDE)
        case _:
            return False


def _stands(expected: Expectation, seen: Seen, first_ms: int, *, over: bool) -> Verdict:
    """Whether the alarm went on until its point was proven, or to the end of the scenario."""
    proven = False
    for happened in seen.events:
        event = happened.event
        if happened.at_ms < first_ms:
            continue
        if isinstance(event, ev.RestoreProven):
            proven = proven or event.point == expected.point
        ended = isinstance(event, ev.AlarmCleared) and event.alarm == (
            f"{expected.point}/{expected.whom}"
        )
        if ended:
            return Verdict(expected, met=proven, at_ms=first_ms if proven else happened.at_ms)
    return Verdict(expected, met=True if over else None, at_ms=first_ms if over else None)


def _counts(expected: Expectation, events: Sequence[Happened]) -> Iterable[Happened]:
    """Those that happened while the point of the expectation was as it says; else all."""
    proven = True
    for happened in events:
        event = happened.event
        if isinstance(event, ev.RestoreAwaited | ev.RestoreProven):
            if event.point == expected.point:
                proven = isinstance(event, ev.RestoreProven)
        elif expected.while_proven in (None, proven):
            yield happened


def _times(expected: Expectation, seen: Seen, from_ms: int) -> Iterable[int]:
    what = expected.what.removeprefix("never ")
    if what == "called":
        return (
            dial.at_ms
            for dial in seen.dials
            if dial.at_ms >= from_ms and _is_call(expected, dial, seen.site)
        )
    return (
        happened.at_ms
        for happened in _counts(expected, seen.events)
        if happened.at_ms >= from_ms and _is_event(what, expected, happened.event)
    )


def _is_call(expected: Expectation, dial: Dialled, site: Site) -> bool:
    person = site.people.get(dial.person)
    names = {dial.person, *((str(person.role),) if person else ())}
    right = not expected.whom or expected.whom in names
    return right and all(word in dial.text for word in expected.says)


def _is_event(what: str, expected: Expectation, event: ev.AnyEvent) -> bool:
    match what, event:
        case "alarm", ev.AlarmOccurred():
            kind = expected.whom in ("", event.category, event.condition)
            return kind and expected.point in ("", event.source)
        case "acknowledged", ev.IncidentAcknowledged():
            return expected.whom in ("", event.by)
        case "confirmed", ev.IncidentConfirmed():
            return expected.whom in event.by
        case "refused", ev.CommandRefused():
            return expected.whom == event.code
        case "closed", ev.IncidentClosed() if expected.within_ms is not None:
            return expected.whom == event.cause
        case "closed", ev.IncidentClosed():
            return expected.whom in ("", event.by)
        case _:
            return False
