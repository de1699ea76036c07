"""``/metrics``: what is measured, as Prometheus reads it. By a token, as all of the API.

By loopback alone would be by nobody in particular: behind a proxy everybody comes from there.
While the link is lost it says that alone: a figure that is missing is unknown, never zero.
"""

from collections.abc import Iterator
from typing import Any, Final

from litestar import Response, get

from monitord.console.api.asking import Asker
from monitord.console.api.telling import Tools, Who
from monitord.console.desk import Desk
from monitord.console.link import Reply
from monitord.core.records import AreaRecord, DeviceRecord, PointRecord
from monitord.core.state import State
from monitord.vocabulary import DeviceStatus, PointState, SetState

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"

#: Each figure: its kind, what it is, and then its values by label.
Values = Iterator[tuple[dict[str, str], float]]
Figure = tuple[str, str, str, Values]


@get("/metrics")
async def metrics(desk: Tools, asker: Who) -> Response[str]:
    """Every figure that is known now."""
    measured = await _measured(desk)
    text = "".join(_text(figure) for figure in _figures(desk, asker, measured))
    return Response(text, media_type=MEDIA)


async def _measured(desk: Desk) -> Reply:
    """What the daemon alone knows; empty while the link is lost."""
    if not desk.replica.fresh:
        return {}
    return await desk.link.ask("gauges")


def _figures(desk: Desk, asker: Asker, measured: Reply) -> Iterator[Figure]:
    replica = desk.replica
    fresh = replica.fresh and replica.state is not None
    yield "link_up", "gauge", "1 while this console follows the daemon", _one(fresh)
    places = desk.places
    yield "streams", "gauge", "programs that follow", _one(places.all - places.free)
    if fresh and replica.state is not None:
        yield "store_degraded", "gauge", "1 while the journal takes nothing", _one(replica.degraded)
        yield from _of_state(asker.sees(replica.state))
        yield from of_pictures(replica.state, replica.now_ms())
        yield from _of_daemon(measured)


def _of_state(state: State) -> Iterator[Figure]:
    yield "journal_epoch", "gauge", "starts of the daemon so far", _one(state.epoch)
    yield "journal_entries", "counter", "entries of the journal so far", _one(state.seq)
    points = [state.points.get(name, PointRecord()).state for name in state.site.points]
    yield "points", "gauge", "points by state", _by("state", PointState, points)
    devices = [state.devices.get(name, DeviceRecord()).status for name in state.site.devices]
    yield "devices", "gauge", "devices by whether they answer", _by("status", DeviceStatus, devices)
    areas = [state.areas.get(name, AreaRecord()).state for name in state.site.areas]
    yield "areas", "gauge", "areas by whether they are set", _by("state", SetState, areas)
    yield "held_back", "gauge", "lines of the ledger", _one(len(state.suppressions))
    taken = [str(incident.acknowledged).lower() for incident in state.open_incidents()]
    told = _by("acknowledged", ("false", "true"), taken)
    yield "incidents_open", "gauge", "open incidents by whether somebody has them", told
    calls = [
        "under-way" if call.outcome is None else call.outcome.value
        for incident in state.open_incidents()
        for call in incident.calls.values()
    ]
    counted = _by("outcome", sorted(set(calls)), calls)
    yield "calls", "gauge", "calls of the open incidents by how far they came", counted


def of_pictures(state: State, now_ms: int) -> Iterator[Figure]:
    """That pictures go when they must: no record leaves the state before its file is gone."""
    records = state.pictures.values()
    yield "pictures", "gauge", "pictures in the evidence store", _one(len(records))
    ended = sum(record.expired for record in records)
    yield "pictures_expired", "gauge", "of these, at their end and not gone yet", _one(ended)
    if records:
        age_s = (now_ms - min(record.kept_ms for record in records)) / 1_000
        yield "oldest_snapshot_age_seconds", "gauge", "age of the oldest picture", _one(age_s)


def _of_daemon(measured: Reply) -> Iterator[Figure]:
    devices: list[dict[str, Any]] = measured.get("devices", [])
    for name, kind, said, field, unit in (
        ("device_answer_age_seconds", "gauge", "since its last answer", "age_ms", 1_000),
        ("device_latency_seconds", "gauge", "of its last answer", "latency_us", 1_000_000),
        ("device_polls_total", "counter", "polls answered", "polls", 1),
        ("device_missed_total", "counter", "polls not made in time", "missed", 1),
        ("device_errors_total", "counter", "polls that failed", "errors", 1),
    ):
        yield name, kind, said, _of_devices(devices, field, unit)
    waiting: dict[str, int] = measured.get("waiting", {})
    told = (({"queue": queue}, float(depth)) for queue, depth in waiting.items())
    yield "waiting", "gauge", "what waits in the daemon, by queue", told


def _of_devices(devices: list[dict[str, Any]], field: str, unit: int) -> Values:
    """Without those that have no such figure yet."""
    for device in devices:
        if device[field] is not None:
            yield {"device": device["device"]}, device[field] / unit


def _one(value: float) -> Values:
    yield {}, float(value)


def _by(label: str, words: Any, counted: list[Any]) -> Values:
    for word in words:
        yield {label: str(word)}, float(counted.count(word))


def _text(figure: Figure) -> str:
    name, kind, said, values = figure
    lines = [f"# HELP monitord_{name} {said}", f"# TYPE monitord_{name} {kind}"]
    for labels, value in values:
        inside = ",".join(f'{key}="{word}"' for key, word in labels.items())
        lines.append(f"monitord_{name}{'{' + inside + '}' if inside else ''} {value:.10g}")
    return "\n".join(lines) + "\n"
