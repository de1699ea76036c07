"""The one screen: is this site guarded, is an alarm open, or is somebody blind?

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view. The exit code follows
the worst: who cannot see cannot know of alarms, so blind goes above an open alarm.
"""

from enum import IntEnum
from typing import Final

from monitord.core.causes import ASSUMED
from monitord.core.state import State
from monitord.runtime.control import view, view_floods
from monitord.runtime.control.modes import how_it_runs
from monitord.runtime.control.view import View
from monitord.runtime.control.view_incidents import incidents
from monitord.runtime.control.view_outputs import outputs
from monitord.runtime.vitals import DeviceVitals, VitalsFrame
from monitord.vocabulary import DeviceStatus, Looked, PointState

#: A device that answers, and whose last answer is older than this, is stale.
STALE_MS: Final = 3_000
#: A share of missed polls above this is told: the device is polled late.
LATE_SHARE: Final = 0.01
#: How long it is told that nobody looked: until the next weekly report.
NOBODY_LOOKED_MS: Final = 7 * 24 * 3_600_000


class Verdict(IntEnum):
    """The exit code of ``monitord status``; 3 is for "no daemon", said by the command itself."""

    GUARDED = 0
    ALARM = 1
    BLIND = 2


def status(state: State, now_ms: int, frame: VitalsFrame | None, *, degraded: bool) -> View:
    """Everything that is not as it should be, and a verdict."""
    blind = [*_blind_devices(state), *_blind_points(state)]
    held = view.held_back(state)
    open_incidents = incidents(state, now_ms)["incidents"]
    no_site = not state.site.id
    verdict = _verdict(blind=bool(blind or held or no_site), alarm=bool(open_incidents))
    return {
        **view.head(state, now_ms),
        "version": state.version,
        "mode": state.mode.value,
        "run_in": how_it_runs(state),
        "verdict": verdict.name.lower(),
        "exit_code": int(verdict),
        "in_words": _words(verdict, len(open_incidents), len(blind), len(held), no_site=no_site),
        "watched": _watched(state),
        "flood": view_floods.flood(state),
        "open": open_incidents,
        "blind": blind,
        "was_blind": _was_blind(state),
        "retired": _retired(state),
        "nobody_looked": _nobody_looked(state, now_ms),
        "site_held": _site_held(state),
        "held_back": held,
        "maintenance": view_floods.maintenance(state, now_ms),
        "erasures": _erasures(state),
        "outputs": [o for o in outputs(state, now_ms)["outputs"] if o["is"] != "off"],
        "late": [] if frame is None else _late(frame),
        "stale": [] if frame is None else _stale(state, frame),
        "store": {
            "degraded": degraded or bool(state.degraded),
            "reason": state.degraded,
            "disk_low": state.disk_low,
            "reserve_spent": state.reserve_spent,
            "giving_way": state.giving_way,
        },
        "areas": view.areas(state),
    }


def _verdict(*, blind: bool, alarm: bool) -> Verdict:
    if blind:
        return Verdict.BLIND
    return Verdict.ALARM if alarm else Verdict.GUARDED


def _words(verdict: Verdict, alarms: int, blind: int, held: int, *, no_site: bool) -> str:
    if no_site:
        return "No site has been accepted: nothing is watched"
    if verdict is Verdict.GUARDED:
        return "Guarded: everything answers and nothing is open"
    parts = [
        f"{count} {word}"
        for count, word in (
            (alarms, "open incident" + "s" * (alarms != 1)),
            (blind, "blind"),
            (held, "held back"),
        )
        if count
    ]
    return "Not all is seen: " * (verdict is Verdict.BLIND) + ", ".join(parts)


def _watched(state: State) -> View:
    devices = state.devices.values()
    points = state.points.values()
    return {
        "devices": len(state.devices),
        "devices_answering": sum(d.status is DeviceStatus.OK for d in devices),
        "points": len(state.points),
        "points_retired": len(state.retired),
        "points_known": sum(p.state is not PointState.UNKNOWN for p in points),
    }


def _blind_devices(state: State) -> list[View]:
    return [
        {
            "device": seen["id"],
            "name": seen["name"],
            "areas": seen["areas"],
            "points": seen["points"],
            "status": seen["status"],
            "since": seen["blind_from"],
            "cause": seen["cause"],
            "cause_words": seen["cause_words"],
            "detail": seen["detail"],
        }
        for compiled in state.site.devices.values()
        if (seen := view.device(state, compiled))["status"] != DeviceStatus.OK
    ]


def _blind_points(state: State) -> list[View]:
    """Points of devices that do answer, and which nobody can read all the same."""
    found = []
    for compiled in state.site.points.values():
        record, device = state.points.get(compiled.id), state.devices.get(compiled.device)
        if record is None or device is None or device.status is not DeviceStatus.OK:
            continue
        if record.state is PointState.UNKNOWN:
            found.append(
                {
                    "point": compiled.id,
                    "name": compiled.name or compiled.id,
                    "areas": [compiled.area],
                    "points": 1,
                    "status": "unknown",
                    "since": view.moment(state, record.since_ms),
                    "cause": None,
                    "cause_words": "its device answers, but this point cannot be read",
                    "detail": "",
                }
            )
    return found


def _was_blind(state: State) -> list[View]:
    """Devices that answer again: from when to when nobody saw their points last."""
    return [
        {
            "device": seen["id"],
            "name": seen["name"],
            "from": seen["blind_from"],
            "until": seen["blind_until"],
        }
        for compiled in state.site.devices.values()
        if (seen := view.device(state, compiled))["status"] == DeviceStatus.OK
        and seen["blind_from"] < seen["blind_until"]
    ]


def _nobody_looked(state: State, now_ms: int) -> list[View]:
    """Incidents of the last days that were closed as assumed false: nobody knows what it was."""
    return [
        {
            "incident": record.number,
            **view.place(state, record.area),
            "closed": view.moment(state, record.closed_ms),
            "by": record.closed_by,
            "from_outside": record.looked is Looked.OUTSIDE,
        }
        for record in state.incidents.values()
        if record.cause == ASSUMED
        and record.closed_ms is not None
        and record.closed_ms > now_ms - NOBODY_LOOKED_MS
    ]


def _site_held(state: State) -> View | None:
    """The changed site file that waits for a second person; ``by`` is empty for a start's."""
    held = state.site_held
    if held is None:
        return None
    return {"number": held.number, "by": held.by, "since": view.moment(state, held.since_ms)}


def _erasures(state: State) -> list[View]:
    """What was ordered to be erased and is not gone yet; ``person`` is empty for single texts."""
    return [
        {"order": order, "person": erasure.person, "since": view.moment(state, erasure.since_ms)}
        for order, erasure in state.erasures.items()
    ]


def _retired(state: State) -> list[View]:
    """Points that left the site file, and what must be closed before they are forgotten."""
    return [
        {
            "point": name,
            "name": record.point.name or name,
            **view.place(state, record.point.area),
            "since": view.moment(state, record.since_ms),
            "incidents": [
                i.number
                for i in state.open_incidents()
                if any(alarm.rpartition("/")[0] == name for alarm in i.alarms)
            ],
            "held_back": [held["how"] for held in view.held_back(state, (name,))],
        }
        for name, record in state.retired.items()
    ]


def _late(frame: VitalsFrame) -> list[View]:
    return [
        {"device": d.device, "missed": d.missed, "polls": d.polls, "blocked_ms": d.blocked_ms}
        for d in frame.devices
        if d.missed > LATE_SHARE * (d.polls + d.missed)
    ]


def _stale(state: State, frame: VitalsFrame) -> list[View]:
    return [
        {"device": d.device, "age_ms": d.age_ms}
        for d in frame.devices
        if _is_ok(state, d) and (d.age_ms is None or d.age_ms > STALE_MS)
    ]


def _is_ok(state: State, vitals: DeviceVitals) -> bool:
    record = state.devices.get(vitals.device)
    return record is not None and record.status is DeviceStatus.OK
