"""Checks of what is watched: openings are journaled, silence alarms, and people are called."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from monitord.core import events as ev
from monitord.core.site import Point
from monitord.testing.evidence import SLACK_MS, STALL_MS, Evidence
from monitord.testing.history import Life
from monitord.testing.script import NEVER_MS, Move, Span, disk_troubled, openings
from monitord.vocabulary import Arming

#: From an alarm to the telephone.
DIAL_MS: Final = 5_000
#: From the first unanswered poll to the alarm of a dead device.
SILENCE_ALARM_MS: Final = 10_000
#: How long an area must have been set for its alarms to be due without a doubt.
SETTLED_MS: Final = 15_000


def openings_are_journaled(evidence: Evidence) -> Iterator[str]:
    """S4: an opening longer than two polls is told, after a start too while it lasts."""
    for name, span in openings(evidence.script):
        point = evidence.site.points[name]
        from_ms = _seen_from(evidence, point, span)
        if from_ms is None:
            continue
        within_ms = evidence.seen_within_ms(point, from_ms)
        if not evidence.told_active(name, from_ms, from_ms + within_ms):
            yield f"{from_ms}: {name} was open and nothing was journaled within {within_ms} ms"


def _seen_from(evidence: Evidence, point: Point, span: Span) -> int | None:
    """When an opening must be noticed: at once, or once somebody looks again while it lasts."""
    from_ms: int | None = span.from_ms
    while from_ms is not None:
        if span.until_ms - from_ms <= 2 * evidence.poll_ms(point.device):
            return None
        within_ms = evidence.seen_within_ms(point, from_ms)
        if _watched(evidence, point.device, from_ms, within_ms):
            return from_ms
        from_ms = evidence.next_watch_ms(from_ms)
    return None


def _watched(evidence: Evidence, device: str, from_ms: int, for_ms: int) -> bool:
    """One life looks at a healthy panel all the while."""
    life = evidence.watching(from_ms)
    return (
        life is not None
        and (life.ended_ms is None or from_ms + for_ms < life.ended_ms)
        and evidence.healthy(device, from_ms, from_ms + for_ms)
    )


def due_alarms_are_dialled(evidence: Evidence) -> Iterator[str]:
    """S1: somebody is called within 5 s of an alarm, or of the restart that followed."""
    for name, span in openings(evidence.script):
        point = evidence.site.points[name]
        due = _due(evidence, point, span)
        if due is None or evidence.open_for(point, due.from_ms):
            continue
        for dial in evidence.history.dials:
            if due.from_ms <= dial.at_ms <= due.until_ms and evidence.same_matter(dial, point):
                break
        else:
            yield f"{due.from_ms}: {name} opened, nobody was called until {due.until_ms}"


def _due(evidence: Evidence, point: Point, span: Span) -> Span | None:
    """From when until when the first call must be made; None where none is due for certain."""
    if not _alarms(evidence, point, span.from_ms):
        return None
    from_ms = _seen_from(evidence, point, span)
    if from_ms is None:
        return None
    within_ms = evidence.seen_within_ms(point, from_ms)
    return Span(span.from_ms, _until(evidence, from_ms + within_ms))


def _until(evidence: Evidence, told_ms: int) -> int:
    """The latest call for something told at ``told_ms``: a crash in between puts it off."""
    until_ms = told_ms + DIAL_MS + evidence.stall_ms(told_ms, told_ms + DIAL_MS)
    for life in evidence.history.lives:
        if life.ended_ms is not None and told_ms - STALL_MS <= life.ended_ms <= until_ms:
            again_ms = evidence.next_watch_ms(life.ended_ms)
            until_ms = NEVER_MS if again_ms is None else again_ms + DIAL_MS + STALL_MS
    return until_ms


def _alarms(evidence: Evidence, point: Point, at_ms: int) -> bool:
    """Whether an opening of this point is an alarm beyond doubt: always, or set for a while."""
    if point.arming is not Arming.WHILE_SET:
        return point.arming is Arming.ALWAYS
    set_by = evidence.site.areas[point.area].set_by
    if set_by is None:
        return True
    moves = evidence.script.moves.get(set_by, ())
    device = evidence.site.points[set_by].device
    return _settled(moves, at_ms) and _watched(
        evidence, device, at_ms - SETTLED_MS, SETTLED_MS + DIAL_MS
    )


def _settled(moves: tuple[Move, ...], at_ms: int) -> bool:
    return any(
        moves[i].at_ms + SETTLED_MS < at_ms and at_ms + DIAL_MS < moves[i + 1].at_ms
        for i in range(0, len(moves) - 1, 2)
    )


def silence_raises_an_alarm(evidence: Evidence) -> Iterator[str]:
    """S5: a panel that cannot be read is an alarm within 10 s, or within 10 s of a start."""
    told = [(seen.at_ms, seen.entry) for seen in evidence.history.seen]
    # A crash right after the sync leaves alarms that are on record and were never told.
    kept = [(evidence.history.stored_ms.get(e.position, 0), e) for e in evidence.entries]
    raised = [
        (at_ms, event.source)
        for at_ms, entry in (*told, *kept)
        for event in entry.events
        if isinstance(event, ev.AlarmOccurred)
    ]
    for device, troubles in evidence.script.troubles.items():
        for trouble in troubles:
            if not trouble.fault.silences:
                continue
            from_ms = _looked_from(evidence, trouble.from_ms, trouble.until_ms)
            if from_ms is None:
                continue
            until_ms = from_ms + SILENCE_ALARM_MS + STALL_MS + SLACK_MS
            if trouble.until_ms > until_ms and not any(
                source == device and trouble.from_ms <= at_ms <= until_ms
                for at_ms, source in raised
            ):
                yield f"{from_ms}: {device} had {trouble.fault} and no alarm until {until_ms}"


def blind_interval_is_on_record(evidence: Evidence) -> Iterator[str]:
    """S11: after a crash every panel's return names a moment at which somebody still looked.

    Left out where the wall clock was stepped about then, since the word that a daemon leaves is
    in UTC, and where a bad disk may have forgotten the moment.
    """
    for before, life in pairwise(evidence.history.lives):
        looked_ms = _looked_until(evidence, before, life)
        if looked_ms is None or life.ended_ms is None:
            continue
        for seen in evidence.seen_between(life.began_ms, life.ended_ms):
            for event in seen.entry.events:
                if (
                    isinstance(event, ev.DeviceCameBack)
                    and event.blind_from_ms > looked_ms
                    and evidence.healthy(event.device, life.began_ms, seen.at_ms)
                ):
                    yield f"{seen.at_ms}: {event.device} blind from {event.blind_from_ms} only"


def _looked_until(evidence: Evidence, before: Life, life: Life) -> int | None:
    """The end of a life in engine time, where that is known beyond doubt."""
    if before.ended_ms is None or life.watched_ms is None:
        return None
    if disk_troubled(evidence.script, 0, life.watched_ms):
        return None
    if evidence.time_leapt_ms(life.began_ms) == life.began_ms:
        return None
    seen = evidence.seen_between(before.began_ms, before.ended_ms)
    return seen[-1].entry.at_ms + before.ended_ms - seen[-1].at_ms + SLACK_MS if seen else None


def _looked_from(evidence: Evidence, from_ms: int, until_ms: int) -> int | None:
    """The first moment of a trouble from which one life looked for long enough."""
    needs_ms = SILENCE_ALARM_MS + STALL_MS + SLACK_MS
    for life in evidence.history.lives:
        if life.watched_ms is None or life.ended_ms is None:
            continue
        begins_ms = max(from_ms, life.watched_ms)
        if begins_ms + needs_ms < min(life.ended_ms, until_ms):
            return begins_ms
    return None
