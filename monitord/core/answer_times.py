"""How fast alarms are answered (H6): what the charts of the console draw, out of the journal alone.

Pure: entries in, whole numbers out. By post, never by person: no id of a person is in what comes
out. What was held back was in front of nobody and is not counted; an incident that may not be seen
everywhere is left out, with its alarms, until it is closed (G9). Times are UTC.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.kpis import BAD_ACTORS, TEN_MINUTES_MS, nearest
from monitord.core.state import State
from monitord.core.step import evolve
from monitord.vocabulary import Confirmed, PictureMoment

#: An answer came within so many seconds; what took longer than the last is counted behind it.
BUCKETS_S: Final = (30, 60, 180, 600, 3_600)
#: Where somebody answered who sat at no station: on their phone, or at a page of their own.
ELSEWHERE: Final = ""
#: Detectors decide nothing, and what was raised by hand was known when it began.
_DECIDES: Final = frozenset({Confirmed.SEEN, Confirmed.ON_SCENE})
_STATION: Final = "station:"
_OURS: Final = "monitord."


class Bar(msgspec.Struct):
    """A stretch of the time: its alarms, and the most of them in any ten minutes of it."""

    from_ms: int
    alarms: int = 0
    busiest: int = 0


class Spread(msgspec.Struct):
    """How long something took: how many within each bucket and no earlier one, then the longer.

    ``p50_ms`` and ``p90_ms`` by the nearest rank: times that somebody really took.
    """

    within: list[int]
    p50_ms: int | None = None
    p90_ms: int | None = None

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.within)


class AnswerTimes(msgspec.Struct):
    """From ``from_ms`` until ``until_ms``. ``begins_ms``: the first entry that could be read, None
    where there is none. Of ``incidents`` some may have no answer yet, and some no outcome."""

    from_ms: int
    until_ms: int
    begins_ms: int | None
    alarms: int
    incidents: int
    bars: list[Bar]
    acknowledged: Spread
    decided: Spread
    posts: dict[str, Spread]
    nuisances: dict[str, int]
    #: Until the first picture of an incident was kept; none where no camera looks.
    pictured: Spread = msgspec.field(default_factory=lambda: _spread([]))


def answer_times(
    entries: Iterable[ev.Entry],
    from_ms: int,
    until_ms: int,
    bar_ms: int,
    begin: State | None = None,
) -> AnswerTimes:
    """The figures of that time, in bars of ``bar_ms``, a whole number of ten minutes.

    ``entries`` are all, from the first of the journal on, or all behind the state ``begin``,
    which is changed.
    """
    counting = _Counting(from_ms, begin or State())
    for entry in entries:
        if entry.utc_ms >= until_ms:
            break
        counting.take(entry)
    return counting.done(until_ms, bar_ms)


class _Incident(msgspec.Struct):
    """One that was opened in the time."""

    opened_ms: int
    post: str = ELSEWHERE
    acknowledged_ms: int | None = None
    decided_ms: int | None = None
    pictured_ms: int | None = None


class _Counting:
    """What is remembered while the entries pass."""

    def __init__(self, from_ms: int, state: State) -> None:
        self.state, self.from_ms = state, from_ms
        self.begins_ms: int | None = state.utc_ms(state.at_ms) if state.seq else None
        self.windows: Counter[int] = Counter()
        self.sources: Counter[str] = Counter()
        self.aside: dict[int, list[tuple[int, str]]] = {}
        self.incidents: dict[int, _Incident] = {}

    def take(self, entry: ev.Entry) -> None:
        if self.begins_ms is None:
            self.begins_ms = entry.utc_ms
        counts = entry.utc_ms >= self.from_ms
        self.state.at_ms = entry.at_ms
        shown: list[ev.AlarmOccurred] = []
        for event in entry.events:
            evolve(self.state, event)
            match event:
                case ev.AlarmOccurred() if counts and self.state.presented(event.alarm):
                    shown.append(event)
                case ev.IncidentOpened() if counts:
                    self.incidents[event.incident] = _Incident(entry.utc_ms)
                case ev.IncidentAcknowledged():
                    self._acknowledged(event.incident, entry)
                case ev.PictureKept(moment=PictureMoment.ALARM):
                    self._pictured(event.incident, entry.utc_ms)
                case ev.IncidentConfirmed() if event.how in _DECIDES:
                    self._decided(event.incident, entry.utc_ms)
                case ev.PoliceWereTold() | ev.IncidentClosed():
                    self._decided(event.incident, entry.utc_ms)
                case _:
                    pass
        for alarm in shown:
            self._occurred(alarm, entry.utc_ms)

    def _occurred(self, event: ev.AlarmOccurred, utc_ms: int) -> None:
        window = (utc_ms - self.from_ms) // TEN_MINUTES_MS
        record = self.state.alarms.get(event.alarm)
        number = record.incident if record is not None else None
        source = _told(event.source)
        if number is not None and self._may_be_hidden(number):
            self.aside.setdefault(number, []).append((window, source))
        else:
            self._count(window, source)

    def _count(self, window: int, source: str) -> None:
        self.windows[window] += 1
        self.sources[source] += 1

    def _may_be_hidden(self, number: int) -> bool:
        record = self.state.incidents.get(number)
        return record is not None and record.open and (record.silent or bool(record.hidden_from))

    def _acknowledged(self, number: int, entry: ev.Entry) -> None:
        """The first answer alone counts."""
        known = self.incidents.get(number)
        if known is not None and known.acknowledged_ms is None:
            known.acknowledged_ms = entry.utc_ms
            known.post = self._post(entry.fact)

    def _post(self, fact: f.Fact) -> str:
        seat = fact.session if isinstance(fact, f.Command) else ""
        if not seat.startswith(_STATION):
            return ELSEWHERE
        name = seat.removeprefix(_STATION)
        station = self.state.site.stations.get(name)
        return name if station is None or not station.post else station.post

    def _decided(self, number: int, utc_ms: int) -> None:
        known = self.incidents.get(number)
        if known is not None and known.decided_ms is None:
            known.decided_ms = utc_ms

    def _pictured(self, number: int, utc_ms: int) -> None:
        known = self.incidents.get(number)
        if known is not None and known.pictured_ms is None:
            known.pictured_ms = utc_ms

    def done(self, until_ms: int, bar_ms: int) -> AnswerTimes:
        for number, alarms in self.aside.items():
            if not self._may_be_hidden(number):
                for window, source in alarms:
                    self._count(window, source)
        seen = [i for n, i in self.incidents.items() if not self._may_be_hidden(n)]
        decided = [i.decided_ms - i.opened_ms for i in seen if i.decided_ms is not None]
        pictured = [i.pictured_ms - i.opened_ms for i in seen if i.pictured_ms is not None]
        posts: dict[str, list[int]] = {}
        for one in seen:
            if one.acknowledged_ms is not None:
                took_ms = max(0, one.acknowledged_ms - one.opened_ms)
                posts.setdefault(one.post, []).append(took_ms)
        worst = sorted(self.sources.items(), key=lambda item: (-item[1], item[0]))
        return AnswerTimes(
            self.from_ms,
            until_ms,
            self.begins_ms,
            alarms=self.windows.total(),
            incidents=len(seen),
            bars=self._bars(until_ms, bar_ms),
            acknowledged=_spread([took for each in posts.values() for took in each]),
            decided=_spread([max(0, took_ms) for took_ms in decided]),
            posts={post: _spread(posts[post]) for post in sorted(posts)},
            nuisances=dict(worst[:BAD_ACTORS]),
            pictured=_spread([max(0, took_ms) for took_ms in pictured]),
        )

    def _bars(self, until_ms: int, bar_ms: int) -> list[Bar]:
        bars = [Bar(ms) for ms in range(self.from_ms, until_ms, bar_ms)]
        for window, alarms in self.windows.items():
            bar = bars[window * TEN_MINUTES_MS // bar_ms]
            bar.alarms += alarms
            bar.busiest = max(bar.busiest, alarms)
        return bars


def _told(source: str) -> str:
    """What monitord finds by itself is told by what it is about, and not by whom: it may be
    somebody who has not arrived."""
    if not source.startswith(_OURS):
        return source
    return _OURS + source.removeprefix(_OURS).partition(".")[0]


def _spread(took_ms: Sequence[int]) -> Spread:
    within = [0] * (len(BUCKETS_S) + 1)
    for each in took_ms:
        within[bisect_left(BUCKETS_S, each / 1000)] += 1
    if not took_ms:
        return Spread(within)
    return Spread(within, nearest(took_ms, 50), nearest(took_ms, 90))
