"""What is not as it should be: since when, who knows, and what covers it meanwhile.

A tired guard reads one line of each. Pure; the worst first: what is not written down, what is
blind, what may not get out, what is held back, what is late, what waits for somebody.
"""

from collections.abc import Callable, Iterator

import msgspec

from monitord.channels.words import SCHEDULE, SCHEDULE_ACTION
from monitord.console.words_standing import ATTENTION, COVER, STANDING
from monitord.core.paths import PREFIX
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.core.stations import attention
from monitord.runtime.control import view, view_areas, view_floods
from monitord.runtime.control.view import View
from monitord.runtime.control.view_plans import is_overdue
from monitord.vocabulary import (
    Attention,
    Category,
    DeviceStatus,
    PathState,
    PointState,
)

Name = Callable[[str], str]


class Line(msgspec.Struct, frozen=True):
    """``tone``: blind, held, late or open, for shape and colour. ``since`` is RFC 3339 in UTC."""

    tone: str
    what: str
    why: str
    since: str | None = None
    knows: str = ""
    cover: str = ""


def lines(state: State, now_ms: int, whole: View, name: Name) -> list[Line]:
    """``whole`` is the view of the status."""
    return [
        *_store(state, whole),
        *_blind(state, whole, name),
        *_paths(state, name),
        *_stations(state),
        *_held(state, now_ms, name),
        *_late(state),
        *_to_do(state, now_ms, whole, name),
    ]


def _store(state: State, whole: View) -> Iterator[Line]:
    store = whole["store"]
    if store["degraded"]:
        yield Line("blind", STANDING["store"], store["reason"] or STANDING["store_why"])
    elif store["disk_low"]:
        yield Line("late", STANDING["disk"], STANDING["disk_why"])


def _blind(state: State, whole: View, name: Name) -> Iterator[Line]:
    for blind in whole["blind"]:
        source = blind.get("device") or blind["point"]
        places = ", ".join(view.place(state, area)["place"] for area in blind["areas"])
        yield Line(
            "blind",
            f"{blind['name']}: {places}" if places else blind["name"],
            blind["cause_words"] + _points(blind["points"]),
            blind["since"],
            _knows(state, source, name),
            cover(state, source, blind["areas"]),
        )


def _points(count: int) -> str:
    return f", {count} points" if count > 1 else ""


def cover(state: State, source: str, areas: list[str]) -> str:
    """What else watches there for the same: points of others that are read and not held back.

    Power is none of it: a supply that is well sees nobody.
    """
    points = state.site.points.values()
    gone = {p.category for p in points if source in (p.id, p.device)} - {
        Category.NONE,
        Category.POWER,
    }
    others = [
        point
        for point in points
        if point.area in areas and point.category in gone and source not in (point.id, point.device)
    ]
    live = [point for point in others if _is_live(state, point.id, point.device)]
    if not live:
        return COVER["nothing"]
    return COVER["some"].format(live=len(live), all=len(others))


def _is_live(state: State, point: str, device: str) -> bool:
    seen, behind = state.points.get(point), state.devices.get(device)
    held = {point, device} & {s.source for s in state.suppressions.values()}
    return (
        seen is not None
        and behind is not None
        and seen.state in (PointState.NORMAL, PointState.ACTIVE)
        and behind.status is DeviceStatus.OK
        and not held
    )


def _knows(state: State, source: str, name: Name) -> str:
    """Who has taken the incident that this is part of."""
    for incident in state.open_incidents():
        if any(alarm.rpartition("/")[0] == source for alarm in incident.alarms):
            return _owner(incident, name)
    return ""


def _owner(incident: IncidentRecord, name: Name) -> str:
    if not incident.owner:
        return STANDING["nobody_knows"].format(number=incident.number)
    return STANDING["knows"].format(who=name(incident.owner), number=incident.number)


def _paths(state: State, name: Name) -> Iterator[Line]:
    for channel, record in state.paths.items():
        if record.state in (PathState.LOST, PathState.RETURNING):
            since = view.moment(state, record.since_ms)
            words = STANDING["path"].format(channel=channel)
            knows = _knows(state, PREFIX + channel, name)
            yield Line("blind", words, STANDING["path_why"], since, knows)


def _stations(state: State) -> Iterator[Line]:
    for station in state.site.stations.values():
        now = attention(state, station.id)
        if now is not Attention.ATTENDED:
            record = state.stations.get(station.id)
            since = None if record is None else view.moment(state, record.since_ms)
            yield Line("late", station.name, ATTENTION[now], since)


def _held(state: State, now_ms: int, name: Name) -> Iterator[Line]:
    ledger = view_areas.suppressions(state, now_ms)
    for held in ledger["held_back"]:
        words = STANDING["held"].format(how=held["how"], who=name(held["by"]), why=held["reason"])
        areas = [held["area"]] if held["area"] else []
        covered = cover(state, held["source"], areas)
        yield Line("held", f"{held['name']}: {held['place']}", words, held["since"], "", covered)
    for asked in ledger["not_proven"]:
        words = STANDING["failed" if asked["failed"] else "unproven"]
        why = words.format(why=asked["missing"])
        yield Line("blind", f"{asked['name']}: {asked['place']}", why, asked["since"])


def _late(state: State) -> Iterator[Line]:
    for area, record in state.areas.items():
        if record.late is not None:
            why = f"{SCHEDULE[record.late]}. {SCHEDULE_ACTION[record.late]}"
            yield Line("late", view.place(state, area)["place"], why)


def _to_do(state: State, now_ms: int, whole: View, name: Name) -> Iterator[Line]:
    for mend in view_floods.maintenance(state, now_ms):
        point = state.site.points.get(mend["source"])
        named = point.name if point is not None and point.name else mend["source"]
        words = STANDING[mend["why"]].format(count=mend["count"])
        yield Line("late", named, words, mend["since"])
    held = whole["site_held"]
    if held is not None:
        why = STANDING["site_by"].format(who=name(held["by"])) if held["by"] else ""
        yield Line("late", STANDING["site"], why or STANDING["site_start"], held["since"])
    for plan in state.site.plans.values():
        if is_overdue(state, plan.review, now_ms):
            words = STANDING["plan_why"].format(day=plan.review, owner=plan.owner)
            yield Line("late", STANDING["plan"].format(plan=plan.id), words)
    for closed in whole["nobody_looked"]:
        words = STANDING["nobody_looked"].format(number=closed["incident"])
        yield Line("late", closed["place"], words, closed["closed"])
