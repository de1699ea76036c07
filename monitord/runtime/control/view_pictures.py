"""The cameras of an incident and what they gave: pictures by number, or why there is none (G5).

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from typing import Final

from monitord.core.picture_records import FootageRecord, LookRecord, PictureRecord
from monitord.core.pictures import cameras_for, is_blind
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control.view import View, device, moment
from monitord.vocabulary import DeviceStatus, PictureMoment

#: More than that nobody looks through beside an alarm.
CAMERAS_MAX: Final = 4


def looks(state: State, record: IncidentRecord) -> list[View]:
    """The cameras that were looked through, and those named for the place: first what has a
    picture, then what still may give one; who does not answer stands last."""
    source = record.first_out.rpartition("/")[0]
    point = state.site.points.get(source)
    named = () if point is None else point.setup.get("cameras", ())
    names = dict.fromkeys((*record.looks, *named, *cameras_for(state, source, record.area)))
    found = [_camera(state, record, name) for name in names if name in state.site.devices]
    found.sort(key=lambda one: (one["picture"] is None, one["missed"] != "", not one["answers"]))
    return found[: max(CAMERAS_MAX, sum(one["picture"] is not None for one in found))]


def _camera(state: State, record: IncidentRecord, name: str) -> View:
    known = device(state, state.site.devices[name])
    look = record.looks.get(name, LookRecord(name, "", "", 0))
    pictures = [state.pictures[one] for one in look.pictures if one in state.pictures]
    shown = [_picture(one) for one in sorted(pictures, key=lambda one: one.taken_utc_ms)]
    return {
        "camera": name,
        "name": known["name"],
        "answers": known["status"] == DeviceStatus.OK and not is_blind(state, name),
        "since": known["blind_from"],
        "missed": look.missed,
        "awaited": bool(look.waiting),
        "looks_at": _looks_at(state, name),
        "picture": _first(pictures),
        "pictures": shown,
        "footage": None if look.footage is None else _footage(look.footage),
        "asked": None if look.count == 0 or not look.at_ms else moment(state, look.at_ms),
    }


def _footage(record: FootageRecord) -> View:
    """Whether its own recording has the alarm; ``missing`` are spans that it lacks."""
    return {
        "from": rfc3339(record.from_utc_ms),
        "until": rfc3339(record.until_utc_ms),
        "told": record.told,
        "missing": [[rfc3339(begin), rfc3339(end)] for begin, end in record.missing],
        "why": record.why,
    }


def _looks_at(state: State, camera: str) -> View | None:
    """Where a camera looks that does not look at its home, since when and for whom; else None."""
    aim = state.aims.get(camera)
    if aim is None:
        return None
    return {
        "preset": aim.preset,
        "stage": aim.stage.value,
        "since": moment(state, aim.since_ms),
        "incident": aim.incident,
        "why": aim.why,
    }


def _first(pictures: list[PictureRecord]) -> View | None:
    """The one to show where there is room for one: of the preset that the alarm asked for, else
    the first of the alarm itself."""
    for when in (PictureMoment.ARRIVED, PictureMoment.ALARM, PictureMoment.AFTER):
        for one in pictures:
            if one.moment is when:
                return _picture(one)
    return None


def _picture(record: PictureRecord) -> View:
    """``clock_off_ms`` is how far the camera's clock is ahead of ours, None where it has none."""
    off_ms = None if record.device_ms is None else record.device_ms - record.taken_utc_ms
    return {
        "number": record.number,
        "moment": record.moment.value,
        "taken": rfc3339(record.taken_utc_ms),
        "clock_off_ms": off_ms,
        "preset": record.preset,
        "sha256": record.sha256,
        "smaller": record.smaller,
    }
