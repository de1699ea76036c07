"""The areas with what is open and held back in each, and the ledger of what is held back.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from monitord.core.calendar import span_at
from monitord.core.records import AreaRecord, PointRecord, SuppressionRecord
from monitord.core.setting import prevents
from monitord.core.site import Area, Span
from monitord.core.site_records import Calendar
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.vocabulary import OPENINGS, Category, PointState


def areas(state: State, now_ms: int) -> View:
    """Every area and every post with a rota, in the order of the site file."""
    listed = [_area(state, area, now_ms) for area in state.site.areas.values()]
    posts = _posts(state, state.utc_ms(now_ms))
    return {**view.head(state, now_ms), "areas": listed, "posts": posts}


def one_area(state: State, area: str, now_ms: int) -> View:
    """One area as the list has it."""
    return _area(state, state.site.areas[area], now_ms)


def _area(state: State, area: Area, now_ms: int) -> View:
    """``set_by`` is the point that is followed; ``not_normal`` what speaks against setting it."""
    record = state.areas.get(area.id, AreaRecord())
    followed = state.site.points.get(area.set_by or "")
    return {
        **view.place(state, area.id),
        "state": record.state.value,
        "counts_as_set": state.area_counts_as_set(area.id),
        "since": view.moment(state, record.since_ms),
        "set_by": "monitord" if followed is None else followed.id,
        "set_by_name": "monitord" if followed is None else followed.name or followed.id,
        **passing(state, area.id, now_ms),
        "hours": _hours(state, area.id, state.utc_ms(now_ms)),
        **_schedule(state, record, now_ms),
        "not_normal": _not_normal(state, area),
        "prevents_setting": [
            {"point": name, "why": why} for name, why in prevents(state, area.id).items()
        ],
        "incidents": [i.number for i in state.open_incidents() if area.id in i.areas],
        "cannot_confirm": list(record.excluded),
        "held_back": _held_in(state, area),
        "openings": _openings(state, area),
    }


def passing(state: State, area: str, now_ms: int) -> View:
    """Who leaves or comes in, and how long they have; an alarm that may still be aborted.

    ``phase``: steady, exit, entry, or abort. Whole seconds, rounded up; None where nothing runs.
    """
    record = state.areas.get(area, AreaRecord())
    due_ms = state.deadlines.get(f"entering:{area}")
    phase = record.phase.value
    if due_ms is None:
        held = [i for i in state.open_incidents() if i.area == area and i.outside_from_ms]
        due_ms = min((i.outside_from_ms or 0 for i in held), default=None)
        phase = phase if due_ms is None else "abort"
    way_in = state.site.points.get(record.way_in)
    return {
        "phase": phase,
        "seconds_left": None if due_ms is None else max(0, -(-(due_ms - now_ms) // 1000)),
        "way_in": None if way_in is None else way_in.name or way_in.id,
        "settling": _settling(state, area, now_ms),
    }


def _settling(state: State, area: str, now_ms: int) -> list[View]:
    """Panels whose power came back: their intrusion detectors alarm after that (T2.8)."""
    found = []
    for name in dict.fromkeys(state.site.points[p].device for p in state.site.areas[area].points):
        due_ms = state.deadlines.get(f"warm:{name}")
        if due_ms is not None:
            left = max(0, -(-(due_ms - now_ms) // 1000))
            shown = state.site.devices[name].name or name
            found.append({"device": name, "name": shown, "seconds_left": left})
    return found


def _hours(state: State, area: str, utc_ms: int) -> View:
    """When it may be unset: ``open`` now, ``closed`` now, ``never``, or ``unknown`` (guarded)."""
    said = (state.site.setup.get("areas") or {}).get(area) or {}
    running, times = _times(state.calendar, state.calendar.areas.get(area), utc_ms)
    word = {True: "open", False: "closed", None: "unknown"}[running]
    return {
        "may_be_unset": word if "open" in said else "never",
        "open": said.get("open"),
        **times,
        "exceptions": said.get("exceptions") or [],
    }


def _schedule(state: State, record: AreaRecord, now_ms: int) -> View:
    """The exception that runs, and what the area is late for; None where nothing is."""
    said = record.excepted
    runs = state.utc_ms(now_ms) < said.until_ms
    exception = {"until": rfc3339(said.until_ms), "by": said.by, "reason": said.reason}
    return {
        "exception": exception if runs else None,
        "late": None if record.late is None else record.late.value,
    }


def _posts(state: State, utc_ms: int) -> list[View]:
    """Posts with a rota: whether somebody must be there now (None: not known), and until when."""
    found = []
    for name, said in (state.site.setup.get("posts") or {}).items():
        if not said.get("rota"):
            continue
        running, times = _times(state.calendar, state.calendar.posts.get(name), utc_ms)
        minimum = state.site.posts[name].minimum
        found.append(
            {"post": name, "manned": running, "rota": said["rota"], "minimum": minimum, **times}
        )
    return found


def _times(
    calendar: Calendar, spans: tuple[Span, ...] | None, utc_ms: int
) -> tuple[bool | None, View]:
    """Whether a span runs now (None: nobody has laid any for this moment), and the times of it.

    ``until`` is the end of the one that runs, ``next`` the beginning of the next one; None beyond
    ``laid_until``.
    """
    if spans is None or not calendar.from_ms <= utc_ms < calendar.until_ms:
        return None, {"until": None, "next": None, "laid_until": None}
    span = span_at(spans, utc_ms)
    running = span is not None and span.from_ms <= utc_ms
    ends = running and span is not None and span.until_ms < calendar.until_ms
    return running, {
        "until": rfc3339(span.until_ms) if span is not None and ends else None,
        "next": rfc3339(span.from_ms) if span is not None and not running else None,
        "laid_until": rfc3339(calendar.until_ms),
    }


def _not_normal(state: State, area: Area) -> list[View]:
    """Detectors of the area that are active, tampered with, faulty or unknown (law 4)."""
    found = []
    for name in area.points:
        point = state.site.points[name]
        record = state.points.get(name, PointRecord())
        if point.category is Category.NONE or record.state is PointState.NORMAL:
            continue
        found.append(
            {
                "point": name,
                "name": point.name or name,
                "state": record.state.value,
                "since": view.moment(state, record.since_ms),
            }
        )
    return found


def _openings(state: State, area: Area) -> list[View]:
    """The envelope: every contact of an opening, and what was declared and has none.

    ``state`` of the latter is unknown for ever: nobody can tell whether it is shut.
    """
    declared = (state.site.setup.get("openings") or {}).get(area.id) or []
    names = {said["point"]: said["name"] for said in declared if said["point"]}
    found: list[View] = []
    for point in area.points:
        compiled, record = state.site.points[point], state.points.get(point, PointRecord())
        if compiled.kind not in OPENINGS:
            continue
        found.append(
            {
                "name": names.get(point) or compiled.name or point,
                "point": point,
                "kind": compiled.kind.value,
                "state": record.state.value,
                "since": view.moment(state, record.since_ms),
            }
        )
    unknown = PointState.UNKNOWN.value
    return found + [
        {"name": said["name"], "point": None, "kind": None, "state": unknown, "since": None}
        for said in declared
        if not said["point"]
    ]


def _held_in(state: State, area: Area) -> list[View]:
    """What is held back of this area: its points, and devices that have one there."""
    if not state.suppressions:
        return []
    devices = {state.site.points[name].device for name in area.points}
    return view.held_back(state, (*area.points, *sorted(devices)))


def suppressions(state: State, now_ms: int) -> View:
    """The ledger (law 8), what ends first above."""
    ledger = sorted(state.suppressions.values(), key=lambda s: (s.until_utc_ms, s.source))
    return {
        **view.head(state, now_ms),
        "held_back": [line(state, s, now_ms) for s in ledger],
        "not_proven": [_not_proven(state, point) for point in state.restores],
    }


def _not_proven(state: State, point: str) -> View:
    """Held back, reset or left out until a moment ago: why it is not known to be live again."""
    asked = state.restores[point]
    compiled = state.site.points.get(point)
    return {
        "source": point,
        "name": compiled.name if compiled and compiled.name else point,
        **view.place(state, _area_of(state, point)),
        "asked": asked.why,
        "missing": asked.missing.value,
        "since": view.moment(state, asked.since_ms),
        "failed": asked.failed,
    }


def line(state: State, held: SuppressionRecord, now_ms: int) -> View:
    """One line of the ledger. ``whole``: its tamper and fault too, not only what it senses.
    ``maintenance`` is the number of the grant under which it is held back."""
    point = state.site.points.get(held.source)
    device = state.site.devices.get(held.source)
    named = point or device
    left_ms = held.until_utc_ms - state.utc_ms(now_ms)
    return {
        "source": held.source,
        "name": named.name if named and named.name else held.source,
        **view.place(state, _area_of(state, held.source)),
        "how": held.how.value,
        "by": held.by,
        "reason": held.reason,
        "since": view.moment(state, held.since_ms),
        "until": rfc3339(held.until_utc_ms),
        "left_s": max(0, -(-left_ms // 1000)),
        "whole": held.whole,
        "one_shot": held.one_shot,
        "maintenance": held.grant or None,
    }


def _area_of(state: State, source: str) -> str:
    point = state.site.points.get(source)
    if point is not None:
        return point.area
    device = state.site.devices.get(source)
    return device.areas[0] if device is not None and len(device.areas) == 1 else ""
