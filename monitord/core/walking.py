"""The walk test (B2): every detector of an area goes active once, on record, and calls nobody.

Each detector has a line of the ledger for the time of the test, so it has a name, a reason and an
end like everything that is held back. Hold-up, fire and tamper have none: they are live always. So
are power, weather, climate and water levels: nobody sets them off on a walk, and what they say
meanwhile is true. The test ends by hand, with its last line, or when its area is set, and names
each detector that was not seen.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import WalkTestRecord
from monitord.core.rights import refusal
from monitord.core.state import State
from monitord.core.suppression import LASTS_MS_MAX
from monitord.vocabulary import (
    ATTACK,
    HIGHLY_MANAGED,
    Category,
    Kind,
    PointState,
    SetState,
    Suppression,
)

_LIVE_ALWAYS = HIGHLY_MANAGED | {
    Category.NONE,
    Category.POWER,
    Category.WEATHER,
    Category.CLIMATE,
}
_SET = frozenset({SetState.SET, SetState.PART_SET})


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Begin and end; and who was seen meanwhile."""
    match fact:
        case f.StartWalkTest():
            refused = refusal(state, fact) or _refused(state, now_ms, fact)
            yield from (refused,) if refused else _begin(state, fact)
        case f.EndWalkTest():
            refused = refusal(state, fact)
            if refused is None and fact.area not in state.walk_tests:
                text = f"There is no walk test in {fact.area}"
                refused = ev.CommandRefused(code="unknown", text=text)
            over = "the walk test is over"
            yield from (refused,) if refused else _end(state, fact.area, over, fact.by)
        case _:
            yield from _watch(state, so_far)


def testable(state: State, area: str) -> tuple[str, ...]:
    """The detectors of an area that a walk test is about."""
    here = (state.site.points[name] for name in state.site.areas[area].points)
    return tuple(
        point.id
        for point in here
        if point.category not in _LIVE_ALWAYS and point.kind is not Kind.WATER_LEVEL
    )


def not_seen(test: WalkTestRecord) -> tuple[str, ...]:
    """Those that have not gone active yet."""
    return tuple(point for point in test.points if point not in test.seen)


def _refused(state: State, now_ms: int, fact: f.StartWalkTest) -> ev.CommandRefused | None:
    longest_ms = LASTS_MS_MAX[Suppression.TEST]
    code, text = "bad-input", ""
    if fact.area not in state.site.areas:
        words = ", ".join(state.site.areas)
        code, text = "unknown", f"There is no area {fact.area}; the areas are: {words}"
    elif fact.area in state.walk_tests:
        code, text = "running", f"A walk test in {fact.area} is running: end it first"
    elif not fact.reason.strip():
        text = "Say why: the reason is shown until it ends"
    elif not 0 < fact.until_utc_ms - state.utc_ms(now_ms) <= longest_ms:
        text = f"The end must lie ahead, and within {longest_ms // 3_600_000} hours"
    elif not testable(state, fact.area):
        text = f"{fact.area} has no detector that a walk test is about"
    elif (number := _attacked(state, fact.area)) is not None:
        code = "active"
        text = f"Incident {number} is open there: close it first, or its next detector calls nobody"
    return ev.CommandRefused(code=code, text=text) if text else None


def _attacked(state: State, area: str) -> int | None:
    """The open incident in whose area somebody may still be at work."""
    there = (
        incident.number
        for incident in state.open_incidents()
        if area in incident.areas and not ATTACK.isdisjoint(incident.categories)
    )
    return next(there, None)


def _begin(state: State, fact: f.StartWalkTest) -> Iterator[ev.AnyEvent]:
    points = testable(state, fact.area)
    yield ev.WalkTestBegan(
        area=fact.area, by=fact.by, until_utc_ms=fact.until_utc_ms, points=points
    )
    for point in points:
        yield ev.AlarmSuppressed(
            source=point,
            how=Suppression.TEST,
            until_utc_ms=fact.until_utc_ms,
            by=fact.by,
            reason=fact.reason,
        )


def _end(state: State, area: str, why: str, by: str = "") -> Iterator[ev.AnyEvent]:
    test = state.walk_tests[area]
    for point in _running(state, test):
        yield ev.AlarmUnsuppressed(source=point, how=Suppression.TEST, why=why, by=by)
    yield _ended(area, test, by)


def _watch(state: State, so_far: tuple[ev.AnyEvent, ...]) -> Iterator[ev.AnyEvent]:
    if not state.walk_tests:
        return
    for event in so_far:
        match event:
            case ev.PointStateChanged() if event.state is PointState.ACTIVE:
                for area, test in state.walk_tests.items():
                    if event.point in test.points and event.point not in test.seen:
                        yield ev.DetectorSeen(area=area, point=event.point)
            case ev.AlarmUnsuppressed() if event.how is Suppression.TEST:
                for area, test in tuple(state.walk_tests.items()):
                    if not _running(state, test):
                        yield _ended(area, test)
            case ev.AreaChanged() if event.area in state.walk_tests and _guards_now(state, event):
                yield from _end(state, event.area, f"{event.area} was set")
            case _:
                pass


def _guards_now(state: State, event: ev.AreaChanged) -> bool:
    """It was unset and is not any more: a test that somebody forgot must not leave it open."""
    return event.state in _SET and state.areas[event.area].before is SetState.UNSET


def _running(state: State, test: WalkTestRecord) -> list[str]:
    return [p for p in test.points if f"{p}:{Suppression.TEST}" in state.suppressions]


def _ended(area: str, test: WalkTestRecord, by: str = "") -> ev.WalkTestEnded:
    return ev.WalkTestEnded(area=area, not_seen=not_seen(test), seen=len(test.seen), by=by)


def _on_began(state: State, event: ev.WalkTestBegan) -> None:
    state.walk_tests[event.area] = WalkTestRecord(
        by=event.by,
        since_ms=state.at_ms,
        until_utc_ms=event.until_utc_ms,
        points=list(event.points),
    )


def _on_seen(state: State, event: ev.DetectorSeen) -> None:
    state.walk_tests[event.area].seen[event.point] = state.at_ms


def _on_ended(state: State, event: ev.WalkTestEnded) -> None:
    test = state.walk_tests.pop(event.area)
    test.ended_ms = state.at_ms
    state.walked[event.area] = test


def renamed(state: State, was: str, now: str) -> None:
    """A tested point has another name: the test goes on with it."""
    for test in (*state.walk_tests.values(), *state.walked.values()):
        test.points = [now if point == was else point for point in test.points]
        if was in test.seen:
            test.seen[now] = test.seen.pop(was)


def broken(state: State) -> Iterator[str]:
    """What must hold: a walk test that runs holds something back, and so has an end."""
    for area, test in state.walk_tests.items():
        if not _running(state, test):
            yield f"the walk test in {area} has no end"


EVOLVE: Evolve = {
    ev.WalkTestBegan: _on_began,
    ev.DetectorSeen: _on_seen,
    ev.WalkTestEnded: _on_ended,
}
