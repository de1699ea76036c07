"""Floods, and points that chatter (T1.7, T1.8, E7): told, never held back.

A flood begins with the eleventh alarm in ten minutes and ends when ten minutes held fewer than
five (deadline ``flood:site``). What people do not see, because it is held back, counts for no
flood. A point chatters from its third activation within a minute until it was quiet for ten
minutes (``chatter:POINT``); its first activation and how many there were are kept.

Neither changes what an alarm is or which incident it joins; what a flood changes of calls is in
:mod:`held_calls`. A chattering point
stays live: it is proposed for shelving, and one of a hold-up, a fire or a tamper not even that.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import ChatterRecord
from monitord.core.state import State
from monitord.vocabulary import HIGHLY_MANAGED, Condition

WINDOW_MS: Final = 600_000
#: A flood is more than this many alarms in the window, and over below ``CALM``.
FLOOD: Final = 10
CALM: Final = 5
CHATTER: Final = 3
CHATTER_WINDOW_MS: Final = 60_000
SETTLED_MS: Final = 600_000

SITE: Final = "site"
_FLOOD_KEY: Final = f"flood:{SITE}"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Whether a flood or a chattering begins or ends."""
    if isinstance(fact, f.TimePassed):
        if state.due(now_ms, "flood", fact):
            yield ev.FloodEnded(count=state.flood.count)
        for point in state.due(now_ms, "chatter", fact):
            yield ev.PointSettled(point=point, count=state.chattering[point].count)
    for event in so_far:
        match event:
            case ev.AlarmOccurred():
                yield from _chattered(state, now_ms, event)
            case ev.SiteAccepted():
                for point in [name for name in state.chattering if name not in state.site.points]:
                    yield ev.PointSettled(point=point, count=state.chattering[point].count)
            case _:
                pass
    recent = state.flood.recent
    if state.flood.since_ms is None and len(recent) > FLOOD and now_ms - recent[0] < WINDOW_MS:
        yield ev.FloodBegan(count=len(recent), from_ms=recent[0])


def _chattered(state: State, now_ms: int, event: ev.AlarmOccurred) -> Iterator[ev.AnyEvent]:
    record = state.points.get(event.source)
    if record is None or event.condition is not Condition.ACTIVE:
        return
    if event.source in state.chattering or len(record.activations) < CHATTER:
        return
    first_ms = record.activations[0]
    if now_ms - first_ms <= CHATTER_WINDOW_MS:
        yield ev.PointChattered(
            point=event.source,
            count=CHATTER,
            from_ms=first_ms,
            may_shelve=event.category not in HIGHLY_MANAGED,
        )


def count(state: State, event: ev.AlarmOccurred) -> None:
    """Part of evolving ``AlarmOccurred``: one more alarm, and one more activation."""
    if state.presented(event.alarm):
        state.flood.recent = [*state.flood.recent[-FLOOD:], state.at_ms]
        if state.flood.since_ms is not None:
            state.flood.count += 1
            _await_calm(state)
    point = state.points.get(event.source)
    if point is None or event.condition is not Condition.ACTIVE:
        return
    point.activations = [*point.activations[1 - CHATTER :], state.at_ms]
    chatter = state.chattering.get(event.source)
    if chatter is not None:
        chatter.count += 1
        state.deadlines[f"chatter:{event.source}"] = state.at_ms + SETTLED_MS


def _await_calm(state: State) -> None:
    """When the fifth alarm from the end leaves the window, fewer than five are in it."""
    state.deadlines[_FLOOD_KEY] = state.flood.recent[-CALM] + WINDOW_MS


def _began(state: State, event: ev.FloodBegan) -> None:
    state.flood.since_ms, state.flood.count = state.at_ms, event.count
    _await_calm(state)


def _ended(state: State, event: ev.FloodEnded) -> None:
    state.flood.since_ms, state.flood.count = None, 0
    state.called = {}
    state.deadlines.pop(_FLOOD_KEY, None)


def _chatters(state: State, event: ev.PointChattered) -> None:
    state.chattering[event.point] = ChatterRecord(
        from_ms=event.from_ms, count=event.count, may_shelve=event.may_shelve
    )
    state.deadlines[f"chatter:{event.point}"] = state.at_ms + SETTLED_MS


def _settled(state: State, event: ev.PointSettled) -> None:
    state.chattering.pop(event.point, None)
    state.deadlines.pop(f"chatter:{event.point}", None)


def broken(state: State) -> Iterator[str]:
    """What must hold of them in every state."""
    if (state.flood.since_ms is not None) != (_FLOOD_KEY in state.deadlines):
        yield "a flood that has no end, or an end without a flood"
    for name, chatter in state.chattering.items():
        point = state.site.points.get(name)
        if f"chatter:{name}" not in state.deadlines:
            yield f"{name} chatters and has no end"
        if chatter.may_shelve and point is not None and point.category in HIGHLY_MANAGED:
            yield f"{name} is proposed for shelving although it is a {point.category}"


EVOLVE: Evolve = {
    ev.FloodBegan: _began,
    ev.FloodEnded: _ended,
    ev.PointChattered: _chatters,
    ev.PointSettled: _settled,
}
