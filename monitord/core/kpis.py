"""How well the alarms of a site can be handled: the usual figures, out of the journal alone (T1.9).

Pure: entries in, whole numbers out, so that the same journal gives the same figures for ever. It
is a replica (law 3): what was held back when it occurred was in front of nobody and is not
counted. Times are UTC; hours and ten minutes are counted from the first moment of the report.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from monitord.core import events as ev
from monitord.core.causes import ASSUMED
from monitord.core.state import State
from monitord.core.step import evolve
from monitord.vocabulary import Category, Looked, Priority

TEN_MINUTES_MS: Final = 600_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
#: More alarms than this in an hour, or in ten minutes, are more than people can handle.
HOUR_MAX: Final = 30
TEN_MINUTES_MAX: Final = 10
FLEETING_MS: Final = 60_000
STANDING_MS: Final = DAY_MS
BAD_ACTORS: Final = 10
#: Causes of nothing: said so, or taken for it and nobody looked.
FALSE: Final = frozenset({"false-alarm", ASSUMED})
TEST: Final = "test"
#: An incident was answered within so many seconds (T3.4).
ANSWER_BUCKETS_S: Final = (30, 60, 90, 180)


class Answers(msgspec.Struct):
    """Incidents of a category: how many, how many were answered, and how many within a bucket."""

    incidents: int = 0
    answered: int = 0
    within: dict[int, int] = msgspec.field(
        default_factory=lambda: dict.fromkeys(ANSWER_BUCKETS_S, 0)
    )


class Times(msgspec.Struct):
    """Incidents of a priority, and how long until half and nine in ten of the answers (H6).

    By the nearest rank: a time that somebody really took. None where nobody answered.
    """

    incidents: int = 0
    answered: int = 0
    p50_ms: int | None = None
    p90_ms: int | None = None


class Kpis(msgspec.Struct):
    """Counts from ``from_ms`` until ``until_ms``; a share is one of them over another."""

    from_ms: int
    until_ms: int
    alarms: int = 0
    hours: int = 0
    hours_over: int = 0
    windows: int = 0
    windows_over: int = 0
    peak: int = 0
    floods: int = 0
    flood_ms: int = 0
    top: dict[str, int] = {}
    chattering: int = 0
    fleeting: int = 0
    standing_by_day: list[int] = []
    priorities: dict[Priority, int] = {}
    unauthorised: int = 0
    answers: dict[Category, Answers] = {}
    #: Incidents that were closed, by cause; those that nobody looked into, and only from outside.
    causes: dict[str, int] = {}
    nobody_looked: int = 0
    outside_only: int = 0
    #: False calls by police reference, and those that the police have withdrawn.
    false_calls: dict[str, int] = {}
    withdrawn: list[str] = []
    times: dict[Priority, Times] = {}
    #: What was closed, and what of it was false; tests are neither.
    closed: int = 0
    false: int = 0
    #: People who must be at their posts at once, by the last site file; one where it names none.
    positions: int = 1


def kpis(
    entries: Iterable[ev.Entry], from_ms: int, until_ms: int, begin: State | None = None
) -> Kpis:
    """The figures of that time.

    ``entries`` are all, from the first of the journal on, or all behind the state ``begin``,
    which is changed.
    """
    counting = _Counting(from_ms, until_ms, begin or State())
    for entry in entries:
        if entry.utc_ms >= until_ms:
            break
        counting.take(entry)
    return counting.done()


class _Counting:
    """What is remembered while the entries pass."""

    def __init__(self, from_ms: int, until_ms: int, begin: State) -> None:
        self.state = begin
        self.found = Kpis(from_ms, until_ms)
        self.sources: Counter[str] = Counter()
        self.per_window: Counter[int] = Counter()
        self.per_hour: Counter[int] = Counter()
        self.raised: dict[str, int] = {}
        self.active = {
            name: begin.utc_ms(alarm.occurred_ms)
            for name, alarm in begin.alarms.items()
            if alarm.active
        }
        self.opened: dict[int, tuple[Category, Priority, int]] = {}
        self.took_ms: dict[Priority, list[int]] = {}
        since_ms = begin.flood.since_ms
        self.flood_ms = None if since_ms is None else begin.utc_ms(since_ms)
        self.day_ms = from_ms + DAY_MS

    def take(self, entry: ev.Entry) -> None:
        self._days(entry.utc_ms)
        self.state.at_ms = entry.at_ms
        for event in entry.events:
            evolve(self.state, event)
            self._event(event, entry.utc_ms)

    def _days(self, now_ms: int) -> None:
        while self.day_ms <= min(now_ms, self.found.until_ms):
            old = sum(self.day_ms - ms > STANDING_MS for ms in self.active.values())
            self.found.standing_by_day.append(old)
            self.day_ms += DAY_MS

    def _event(self, event: ev.AnyEvent, now_ms: int) -> None:
        counts = now_ms >= self.found.from_ms
        match event:
            case ev.AlarmOccurred():
                self.active.setdefault(event.alarm, now_ms)
                if counts and self.state.presented(event.alarm):
                    self._alarm(event, now_ms)
            case ev.AlarmAcknowledged():
                self.raised.pop(event.alarm, None)
            case ev.AlarmCleared():
                self.active.pop(event.alarm, None)
                raised_ms = self.raised.pop(event.alarm, None)
                self.found.fleeting += raised_ms is not None and now_ms - raised_ms < FLEETING_MS
            case ev.FloodBegan():
                self.flood_ms = now_ms
                self.found.floods += counts
            case ev.FloodEnded():
                self._flood_over(now_ms)
            case ev.PointChattered() if counts:
                self.found.chattering += 1
            case ev.AlarmSuppressed() if counts:
                self.found.unauthorised += not (event.by or event.permit)
            case ev.IncidentOpened() if counts:
                self.opened[event.incident] = event.category, event.priority, now_ms
                self.found.answers.setdefault(event.category, Answers()).incidents += 1
                self.found.times.setdefault(event.priority, Times()).incidents += 1
            case ev.IncidentClosed() if counts:
                self.found.causes[event.cause] = self.found.causes.get(event.cause, 0) + 1
                self.found.closed += event.cause != TEST
                self.found.false += event.cause in FALSE
                self.found.nobody_looked += event.looked is Looked.NOBODY
                self.found.outside_only += event.looked is Looked.OUTSIDE
            case ev.FalseCallCounted() if counts:
                calls = self.found.false_calls
                calls[event.reference] = calls.get(event.reference, 0) + 1
            case ev.PoliceWithdrawn() if counts:
                self.found.withdrawn.append(event.reference)
            case ev.IncidentAcknowledged():
                self._answered(event.incident, now_ms)
            case _:
                pass

    def _alarm(self, event: ev.AlarmOccurred, now_ms: int) -> None:
        since_ms = now_ms - self.found.from_ms
        self.found.alarms += 1
        self.sources[event.source] += 1
        self.per_window[since_ms // TEN_MINUTES_MS] += 1
        self.per_hour[since_ms // HOUR_MS] += 1
        self.raised[event.alarm] = now_ms
        priorities = self.found.priorities
        priorities[event.priority] = priorities.get(event.priority, 0) + 1

    def _flood_over(self, now_ms: int) -> None:
        if self.flood_ms is not None:
            self.found.flood_ms += max(0, now_ms - max(self.flood_ms, self.found.from_ms))
            self.flood_ms = None

    def _answered(self, incident: int, now_ms: int) -> None:
        """The first answer alone counts."""
        opened = self.opened.pop(incident, None)
        if opened is None:
            return
        category, priority, opened_ms = opened
        self.took_ms.setdefault(priority, []).append(now_ms - opened_ms)
        answers = self.found.answers[category]
        answers.answered += 1
        for seconds in ANSWER_BUCKETS_S:
            answers.within[seconds] += now_ms - opened_ms <= seconds * 1000

    def done(self) -> Kpis:
        found = self.found
        self._days(found.until_ms)
        self._flood_over(found.until_ms)
        lasted_ms = found.until_ms - found.from_ms
        found.hours, found.windows = -(-lasted_ms // HOUR_MS), -(-lasted_ms // TEN_MINUTES_MS)
        found.hours_over = sum(n > HOUR_MAX for n in self.per_hour.values())
        found.windows_over = sum(n > TEN_MINUTES_MAX for n in self.per_window.values())
        found.peak = max(self.per_window.values(), default=0)
        worst = sorted(self.sources.items(), key=lambda item: (-item[1], item[0]))
        found.top = dict(worst[:BAD_ACTORS])
        for priority, took_ms in self.took_ms.items():
            times = found.times[priority]
            times.answered = len(took_ms)
            times.p50_ms, times.p90_ms = nearest(took_ms, 50), nearest(took_ms, 90)
        posts = self.state.site.posts.values()
        found.positions = max(1, sum(post.minimum for post in posts))
        return found


def nearest(samples: Sequence[int], percent: int) -> int:
    """The smallest of them that so many in a hundred do not exceed."""
    return sorted(samples)[-(-len(samples) * percent // 100) - 1]
