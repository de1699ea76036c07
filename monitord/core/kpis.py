"""How well the alarms of a site can be handled: the usual figures, out of the journal alone (T1.9).

Pure: entries in, whole numbers out, so that the same journal gives the same figures for ever. It
is a replica (law 3): what was held back when it occurred was in front of nobody and is not
counted. Times are UTC; hours and ten minutes are counted from the first moment of the report.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from monitord.core import events as ev
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
#: An incident was answered within so many seconds (T3.4).
ANSWER_BUCKETS_S: Final = (30, 60, 90, 180)


class Answers(msgspec.Struct):
    """Incidents of a category: how many, how many were answered, and how many within a bucket."""

    incidents: int = 0
    answered: int = 0
    within: dict[int, int] = msgspec.field(
        default_factory=lambda: dict.fromkeys(ANSWER_BUCKETS_S, 0)
    )


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


def kpis(entries: Iterable[ev.Entry], from_ms: int, until_ms: int) -> Kpis:
    """The figures of that time; ``entries`` are all, from the first of the journal on."""
    counting = _Counting(from_ms, until_ms)
    for entry in entries:
        if entry.utc_ms >= until_ms:
            break
        counting.take(entry)
    return counting.done()


class _Counting:
    """What is remembered while the entries pass."""

    def __init__(self, from_ms: int, until_ms: int) -> None:
        self.state = State()
        self.found = Kpis(from_ms, until_ms)
        self.sources: Counter[str] = Counter()
        self.per_window: Counter[int] = Counter()
        self.per_hour: Counter[int] = Counter()
        self.raised: dict[str, int] = {}
        self.active: dict[str, int] = {}
        self.opened: dict[int, tuple[Category, int]] = {}
        self.flood_ms: int | None = None
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
                self.opened[event.incident] = event.category, now_ms
                self.found.answers.setdefault(event.category, Answers()).incidents += 1
            case ev.IncidentClosed() if counts:
                self.found.causes[event.cause] = self.found.causes.get(event.cause, 0) + 1
                self.found.nobody_looked += event.looked is Looked.NOBODY
                self.found.outside_only += event.looked is Looked.OUTSIDE
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
        category, opened_ms = self.opened.pop(incident, (None, 0))
        if category is None:
            return
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
        return found
