"""Stations: the screens that guard a post, and whether somebody can see and hear them.

A console step of the chain calls a station only while somebody attends it: its page is open and
seen, its sound was proven to be heard a short while ago, and somebody answers there. The page says
what it knows of itself; how long a proof of hearing holds is decided here. Whatever is not known
to be attended is absent: after a start nobody is believed to sit anywhere. When the last station
that a step called is attended no more, the chain goes on at once: nobody is there to answer.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import IncidentRecord, StationRecord
from monitord.core.site import Station
from monitord.core.state import State
from monitord.vocabulary import Attention


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What pages say of themselves, what was heard, and what is over."""
    match fact:
        case f.StationSaid() if fact.station in state.site.stations:
            record = state.stations.get(fact.station, StationRecord())
            if (record.said, record.person) != (fact.attention, fact.person):
                yield ev.StationChanged(
                    station=fact.station, attention=fact.attention, person=fact.person
                )
        case f.StationHeard() if fact.station in state.site.stations:
            yield ev.HearingProven(station=fact.station, by=fact.by, beeps=fact.beeps)
        case f.TimePassed():
            for station in state.due(now_ms, "hearing", fact):
                yield ev.HearingLapsed(station=station)
        case _:
            pass
    if any(isinstance(event, ev.EpochOpened | ev.SiteAccepted) for event in so_far):
        started = any(isinstance(event, ev.EpochOpened) for event in so_far)
        for station in [s for s in state.stations if started or s not in state.site.stations]:
            yield ev.StationChanged(station=station, attention=Attention.ABSENT)


def attention(state: State, station: str) -> Attention:
    """What counts: what the page says, and silent where nobody has proven to hear it."""
    record = state.stations.get(station)
    if record is None:
        return Attention.ABSENT
    if record.said is Attention.ATTENDED and f"hearing:{station}" not in state.deadlines:
        return Attention.SILENT
    return record.said


def attended(
    state: State, target: str, person: str, incident: IncidentRecord | None = None
) -> bool:
    """Whether a console step that names ``target`` would be seen and heard by anybody.

    A post is reached at the stations that stand for it, or for none in particular; a person where
    they are signed on. A silent alarm is never told where it was raised (G9).
    """
    for name, station in state.site.stations.items():
        if attention(state, name) is not Attention.ATTENDED:
            continue
        if incident is not None and not may_tell(station, incident):
            continue
        if person and state.stations[name].person == person:
            return True
        if not person and station.post in ("", target):
            return True
    return False


def may_tell(station: Station, incident: IncidentRecord) -> bool:
    """Whether an incident may be shown, sounded and answered there."""
    return not (incident.silent and station.area in incident.areas)


def _on_changed(state: State, event: ev.StationChanged) -> None:
    if event.station not in state.site.stations:
        state.stations.pop(event.station, None)
        state.deadlines.pop(f"hearing:{event.station}", None)
        return
    record = state.stations.setdefault(event.station, StationRecord())
    if record.said is not event.attention:
        record.said, record.since_ms = event.attention, state.at_ms
    record.person = event.person


def _on_proven(state: State, event: ev.HearingProven) -> None:
    record = state.stations.setdefault(event.station, StationRecord())
    record.heard_ms = state.at_ms
    until_ms = state.at_ms + state.site.stations[event.station].hearing_ms
    state.deadlines[f"hearing:{event.station}"] = until_ms


def _on_lapsed(state: State, event: ev.HearingLapsed) -> None:
    state.deadlines.pop(f"hearing:{event.station}", None)


EVOLVE: Evolve = {
    ev.StationChanged: _on_changed,
    ev.HearingProven: _on_proven,
    ev.HearingLapsed: _on_lapsed,
}
