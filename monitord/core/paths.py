"""Outward paths: the channels that leave the site, and what it means that none gets through (A4).

A path is a channel with ``outside: true``. It counts as lost when it has failed and nothing got
through for ``path-lost-after``, and as returned when it has worked for as long again: one that
flaps is one fault and confirms nothing. One lost path is a technical fault; all of them, when there
are two or more, while an area is guarded, are a tamper of the top class, because an intruder who
cuts one wire cuts the other. ``MOVES`` holds what becomes of a path; nothing else decides it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.records import PathRecord
from monitord.core.state import State
from monitord.vocabulary import PRIORITY_OF_CATEGORY, Category, Condition, PathState, Priority

#: The source of a path's own fault begins so; that of all of them is ``ALL``.
PREFIX: Final = "monitord.path."
ALL: Final = "monitord.paths"
PATHS_MIN: Final = 2


class Given(StrEnum):
    """What is heard of a path."""

    FAILED = "failed"
    WORKED = "worked"
    DUE = "due"


MOVES: Final[Mapping[tuple[PathState, Given], PathState]] = {
    **{(state, given): state for state in PathState for given in Given},
    (PathState.WELL, Given.FAILED): PathState.FAILING,
    (PathState.FAILING, Given.WORKED): PathState.WELL,
    (PathState.FAILING, Given.DUE): PathState.LOST,
    (PathState.LOST, Given.WORKED): PathState.RETURNING,
    (PathState.RETURNING, Given.FAILED): PathState.LOST,
    (PathState.RETURNING, Given.DUE): PathState.WELL,
}
_WAITS: Final = frozenset({PathState.FAILING, PathState.RETURNING})
_LOST: Final = frozenset({PathState.LOST, PathState.RETURNING})


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What was heard of a path, whose time is over, and what the loss of all of them means."""
    match fact:
        case f.PathLost() if _is_path(state, fact.channel):
            yield from _move(state, now_ms, fact.channel, Given.FAILED, fact.reason)
        case f.PathReturned() if _is_path(state, fact.channel):
            yield from _move(state, now_ms, fact.channel, Given.WORKED, "")
        case f.TimePassed():
            for channel in state.due(now_ms, "path", fact):
                yield from _move(state, now_ms, channel, Given.DUE, "")
        case _:
            pass
    if any(isinstance(event, ev.SiteAccepted) for event in so_far):
        for channel in [name for name in state.paths if not _is_path(state, name)]:
            yield from _to(channel, PathState.WELL, None, "it is no path any more")
            yield from _alarm(state, PREFIX + channel, Condition.FAULT, wanted=False)
    if state.paths or alarm_id(ALL, Condition.TAMPER) in state.alarms:
        guarded = any(area.state.counts_as_set for area in state.areas.values())
        lost = guarded and all_lost(state)
        yield from _alarm(state, ALL, Condition.TAMPER, wanted=lost)


def sources(state: State) -> tuple[str, ...]:
    """The sources of alarms about paths that are there."""
    return (ALL, *(PREFIX + channel for channel in state.paths))


def all_lost(state: State) -> bool:
    """Nothing gets out: each of two or more paths is lost."""
    paths = [name for name in state.site.channels if _is_path(state, name)]
    lost = [name for name in paths if name in state.paths and state.paths[name].state in _LOST]
    return len(paths) >= PATHS_MIN and len(lost) == len(paths)


def _is_path(state: State, channel: str) -> bool:
    known = state.site.channels.get(channel)
    return known is not None and known.outside


def _move(
    state: State, now_ms: int, channel: str, given: Given, reason: str
) -> Iterator[ev.AnyEvent]:
    record = state.paths.get(channel)
    before = PathState.WELL if record is None else record.state
    after = MOVES[before, given]
    if after is before:
        return
    until_ms = now_ms + state.site.path_lost_ms if after in _WAITS else None
    yield from _to(channel, after, until_ms, reason)
    yield from _alarm(state, PREFIX + channel, Condition.FAULT, wanted=after in _LOST)


def _to(channel: str, after: PathState, until_ms: int | None, reason: str) -> Iterator[ev.AnyEvent]:
    yield ev.PathChanged(channel=channel, state=after, until_ms=until_ms, reason=reason)


def _alarm(
    state: State, source: str, condition: Condition, *, wanted: bool
) -> Iterator[ev.AnyEvent]:
    name = alarm_id(source, condition)
    record = state.alarms.get(name)
    if wanted is (record is not None and record.active):
        return
    if not wanted:
        yield ev.AlarmCleared(alarm=name)
        return
    tamper = condition is Condition.TAMPER
    category = Category.TAMPER if tamper else Category.TECHNICAL
    yield ev.AlarmOccurred(
        alarm=name,
        source=source,
        condition=condition,
        category=category,
        area="",
        priority=Priority.CRITICAL if tamper else PRIORITY_OF_CATEGORY[category],
        latching=tamper,
    )


def _changed(state: State, event: ev.PathChanged) -> None:
    key = f"path:{event.channel}"
    state.deadlines.pop(key, None)
    if event.until_ms is not None:
        state.deadlines[key] = event.until_ms
    if event.state is PathState.WELL:
        state.paths.pop(event.channel, None)
    else:
        state.paths[event.channel] = PathRecord(state=event.state, since_ms=state.at_ms)


EVOLVE: Evolve = {ev.PathChanged: _changed}
