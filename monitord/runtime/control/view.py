"""What a state says, as plain dicts: the one source of every screen and of every ``--json``.

Pure. Times are RFC 3339 in UTC, spans are whole seconds or milliseconds with the unit in the
name. Unknown is never counted, drawn or coloured as normal (law 4). No personal text: people are
their ids.
"""

from typing import Any

from monitord.core.records import DeviceRecord, PointRecord, RetiredRecord
from monitord.core.site import Device, Point
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.vocabulary import AreaPhase, Cause, DeviceStatus, PointState, SetState

View = dict[str, Any]

_CAUSE: dict[Cause, str] = {
    Cause.SILENT: "it does not answer",
    Cause.REFUSED: "nobody listens at its address",
    Cause.PROTOCOL: "it answers something that was not asked",
    Cause.CONFIGURATION: "it does not have what the site file asks of it",
    Cause.AUTHENTICATION: "it refuses our sign-on",
    Cause.DEVICE: "it says that it has failed",
    Cause.BUSY: "it has been saying 'later' for too long",
    Cause.GATEWAY: "the gateway before it has no way to it",
    Cause.TARGET: "the gateway answers, the unit behind it does not",
    Cause.DRIVER: "its driver failed: a fault of the program, not of the device",
}


def cause_in_words(cause: Cause | None) -> str:
    """Why a device does not answer, as a guard would say it."""
    return "it has not answered since the start" if cause is None else _CAUSE[cause]


def moment(state: State, at_ms: int) -> str:
    """Engine time as RFC 3339 in UTC."""
    return rfc3339(state.utc_ms(at_ms))


def site_name(state: State) -> str:
    """The site's own name, else its id."""
    name = state.site.setup.get("name")
    return name if isinstance(name, str) and name else state.site.id


def head(state: State, now_ms: int) -> View:
    """What stands above every view: which site, when, and how far the journal is."""
    return {
        "site": {"id": state.site.id, "name": site_name(state), "timezone": state.site.timezone},
        "now": moment(state, now_ms),
        "position": state.position,
        "epoch": state.epoch,
    }


def site(state: State, now_ms: int) -> View:
    """What is guarded: ids, names and order; no addresses, no secrets, no personal text."""
    known = state.site
    return {
        **head(state, now_ms),
        "hash": state.site_hash,
        "areas": [{"id": a.id, "name": a.name, "gate": a.gate} for a in known.areas.values()],
        "devices": [{"id": d.id, "name": d.name} for d in known.devices.values()],
        "people": [{"id": x.id, "role": x.role.value} for x in known.people.values()],
        "chains": [
            {
                "id": chain.id,
                "decide_s": chain.decide_ms // 1000,
                "steps": [
                    {"call": list(s.call), "by": list(s.by), "wait_s": s.wait_ms // 1000}
                    for s in chain.steps
                ],
            }
            for chain in known.chains.values()
        ],
    }


def place(state: State, area_id: str) -> View:
    """Where it is and where responders should come."""
    area = state.site.areas.get(area_id)
    return {
        "area": area_id,
        "place": area.name if area else area_id or site_name(state),
        "gate": area.gate if area else "",
    }


def points(state: State, now_ms: int, listed: list[View]) -> View:
    """``listed`` (views of points) under a head, with counts by state."""
    counts = {s.value: sum(p["state"] == s for p in listed) for s in PointState}
    return {**head(state, now_ms), "counts": counts, "points": listed}


def point(state: State, compiled: Point) -> View:
    """One point: what it is, what it says, since when, and who holds it back."""
    record = state.points.get(compiled.id, PointRecord())
    return {
        "id": compiled.id,
        "device": compiled.device,
        "name": compiled.name or compiled.id,
        "what": compiled.what,
        "kind": compiled.kind.value,
        "category": compiled.category.value,
        **place(state, compiled.area),
        "state": record.state.value,
        "since": moment(state, record.since_ms),
        "last_known": record.known.value,
        "value": record.value,
        "crossed": [limit.value for limit in record.crossed],
        "unit": compiled.setup.get("unit") or "",
        "need": compiled.setup.get("need"),
        "overdue": record.overdue,
        "last_active": None if record.active_utc_ms is None else rfc3339(record.active_utc_ms),
        "held_back": [h["how"] for h in held_back(state, (compiled.id, compiled.device))],
        "retired": False,
    }


def retired(state: State, record: RetiredRecord) -> View:
    """A point that has left the site file, in the words of :func:`point`; unknown since then."""
    return {
        **point(state, record.point),
        "state": PointState.UNKNOWN.value,
        "since": moment(state, record.since_ms),
        "last_known": record.known.value,
        "retired": True,
    }


def devices(state: State, now_ms: int) -> View:
    """Every device, in the order of the site file."""
    return {
        **head(state, now_ms),
        "devices": [device(state, d) for d in state.site.devices.values()],
    }


def device(state: State, compiled: Device) -> View:
    """One device. ``blind_from`` to ``blind_until`` is when nobody saw its points last."""
    record = state.devices.get(compiled.id, DeviceRecord())
    answers = record.status is DeviceStatus.OK
    settles = state.deadlines.get(f"warm:{compiled.id}")
    return {
        "id": compiled.id,
        "name": compiled.name or compiled.id,
        "driver": compiled.driver,
        "areas": list(compiled.areas),
        "points": len(compiled.points),
        "status": record.status.value,
        "since": moment(state, record.since_ms),
        "overdue": record.overdue,
        "cause": None if record.cause is None else record.cause.value,
        "cause_words": "" if answers else cause_in_words(record.cause),
        "detail": record.detail,
        "blind_from": moment(state, record.blind_from_ms),
        "blind_until": moment(state, record.since_ms) if answers else None,
        "settles_until": None if settles is None else moment(state, settles),
    }


def areas(state: State) -> dict[str, list[View]]:
    """The areas by what they are: ``set``, ``unset``, ``unknown`` (which is guarded as set)."""
    found: dict[str, list[View]] = {"set": [], "unset": [], "unknown": []}
    for area in state.site.areas.values():
        record = state.areas.get(area.id)
        known = SetState.UNKNOWN if record is None else record.state
        view = {
            **place(state, area.id),
            "state": known.value,
            "since": None if record is None else moment(state, record.since_ms),
            "phase": AreaPhase.STEADY.value if record is None else record.phase.value,
            "late": None if record is None or record.late is None else record.late.value,
        }
        group = "set" if known is SetState.PART_SET else known.value
        found[group].append(view)
    return found


def held_back(state: State, sources: tuple[str, ...] | None = None) -> list[View]:
    """Who holds what back, why and until when (law 8); all, or that of ``sources``."""
    return [
        {
            "source": s.source,
            "how": s.how.value,
            "since": moment(state, s.since_ms),
            "until": rfc3339(s.until_utc_ms),
            "by": s.by,
            "reason": s.reason,
            "maintenance": s.grant or None,
        }
        for s in state.suppressions.values()
        if sources is None or s.source in sources
    ]
