"""Every camera: whether it sees its place, what is wrong with it in words, the rungs of its health.

Pure. What a camera sees now is no state and is not in here: the page asks for it by itself, and
says of each picture how old it is.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from monitord.console.seen import Vitals
from monitord.console.shown.finding import Asked, has, rows
from monitord.console.shown.points import Seen, seen
from monitord.console.shown.standings import Eye, Stands
from monitord.core import facts as f
from monitord.core.picture_records import AimRecord
from monitord.core.pictures import is_camera
from monitord.core.records import DeviceRecord, PointRecord
from monitord.core.rights import MAY
from monitord.core.site import Device, Point
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.vocabulary import Cause, DeviceStatus, Kind
from monitord.vocabulary.aiming import AimStage

ALL: Final = "all"
AMISS: Final = "amiss"
#: Cameras of one page; the daemon is asked for as many pictures at a time.
ON_A_PAGE: Final = 64
#: What a look may take, and the one that is forgiven when it fails: after two looks and this, a
#: picture is not one of now.
LATE_MS: Final = 5_000
TURNED: Final = "turned to {preset} for incident {number}: its usual place is not watched"
ON_ITS_WAY: Final = "on its way back to {preset}: its usual place is not watched yet"
NOT_BACK: Final = "turned away and not back, its usual place is not watched: {why}"

#: A camera tells of itself by these; whatever else it has is a detector like any other.
_OF_ITSELF: Final = frozenset({Kind.MASK, Kind.TAMPER, Kind.EVENT})
#: The gravest first: a lens that is covered, then what nobody knows.
_RANK: Final = (
    Stands.ACTIVE,
    Stands.TAMPER,
    Stands.UNKNOWN,
    Stands.FAULT,
    Stands.STALE,
    Stands.HELD,
    Stands.NORMAL,
)
_WELL: Final = frozenset({Stands.HELD, Stands.NORMAL})


class Rung(msgspec.Struct, frozen=True):
    """One thing that a camera must be well in; ``words`` where it is not."""

    id: str
    name: str
    stands: Stands
    since: str
    words: str


class Camera(msgspec.Struct, frozen=True):
    """One camera. ``faults`` are words for people; ``bound_ms``: older is no picture of now."""

    id: str
    name: str
    places: list[str]
    stands: Stands
    since: str
    faults: list[str]
    cause: Cause | None
    bound_ms: int
    held: list[View]

    @property
    def amiss(self) -> bool:
        """Whether somebody should look at it."""
        return self.stands not in _WELL


def listing(state: State, vitals: Mapping[str, Vitals], asked: Asked) -> View:
    """One page of them, in the order of the site file: a guard knows a picture by its place."""
    eye = Eye(state, vitals)
    known = [_camera(state, eye, device) for device in cameras_of(state)]
    wanted = [
        one
        for one in known
        if (asked.show != AMISS or one.amiss) and has(asked.words, one.id, one.name, *one.places)
    ]
    page = rows(wanted, asked.page, ON_A_PAGE)
    return {
        "cameras": page.listed,
        "amiss": [one for one in known if one.amiss],
        "count": len(known),
        "found": page.total,
        "page": page.page,
        "last_page": page.pages,
    }


def one(state: State, vitals: Mapping[str, Vitals], device: Device, now_ms: int) -> View:
    """One camera whole: its rungs, the facts that it tells, when it answered last."""
    eye = Eye(state, vitals)
    points = [state.site.points[name] for name in device.points if name in state.site.points]
    record = state.devices.get(device.id, DeviceRecord())
    told: Seen = seen(state, now_ms, device.id, vitals)
    return {
        "camera": _camera(state, eye, device),
        "answers": record.status is DeviceStatus.OK,
        "answered": told,
        "rungs": [_rung(state, eye, point) for point in points if point.kind in _OF_ITSELF],
        "facts": [
            (_short(point, device), str(value))
            for point in points
            if point.kind is Kind.VALUE
            and (value := state.points.get(point.id, _NEVER).value) is not None
        ],
        "driver": device.driver,
    }


def cameras_of(state: State) -> list[Device]:
    """Those that are looked through."""
    return [device for device in state.site.devices.values() if is_camera(device)]


def may_look(role: str) -> bool:
    """Whether the daemon would give them pictures of now."""
    return role in MAY[f.ViewPictures]


def _camera(state: State, eye: Eye, device: Device) -> Camera:
    record = state.devices.get(device.id, DeviceRecord())
    answers = record.status is DeviceStatus.OK
    shown = view.device(state, device)
    points = [state.site.points[name] for name in device.points if name in state.site.points]
    rungs = [_rung(state, eye, point) for point in points if point.kind in _OF_ITSELF]
    worst = min((rung.stands for rung in rungs), key=_RANK.index, default=Stands.UNKNOWN)
    aim = state.aims.get(device.id)
    if aim is not None:  # what it sees may be well; its place is not what it sees
        worst = min((worst, Stands.FAULT), key=_RANK.index)
    stands = worst if answers else Stands.UNKNOWN
    said = [rung.words for rung in rungs if rung.words] if answers else [_lost(shown)]
    since = [rung.since for rung in rungs if rung.stands is stands]
    if aim is not None:
        said.append(_away(aim))
        since += [view.moment(state, aim.since_ms)] if stands is Stands.FAULT else []
    return Camera(
        id=device.id,
        name=device.name or device.id,
        places=[view.place(state, area)["place"] for area in device.areas],
        stands=stands,
        since=(min(since) if since else shown["since"]) if answers else shown["blind_from"],
        faults=list(dict.fromkeys(filter(None, said))),
        cause=None if answers else record.cause,
        bound_ms=2 * int(device.setup["pictures"]["every_ms"]) + LATE_MS,
        held=view.held_back(state, (device.id, *(point.id for point in points))),
    )


def _away(aim: AimRecord) -> str:
    """Where a camera looks that does not look at its home; nobody may take it for a view of it."""
    if aim.stage is AimStage.LOST:
        return NOT_BACK.format(why=aim.why)
    words = ON_ITS_WAY if aim.home else TURNED
    return words.format(preset=aim.preset, number=aim.incident)


def _lost(shown: View) -> str:
    words: str = shown["cause_words"]
    detail = shown["detail"]
    return f"{words} ({detail})" if words and detail else words or detail


def _rung(state: State, eye: Eye, point: Point) -> Rung:
    record = state.points.get(point.id, _NEVER)
    stands = eye.stands(point)
    stands = Stands.NORMAL if stands is Stands.TELLS else stands
    words = record.said if stands not in _WELL else ""
    if not words and stands not in _WELL:
        words = point.what if stands is Stands.ACTIVE else ""
    device = state.site.devices[point.device]
    return Rung(
        id=point.id,
        name=_short(point, device),
        stands=stands,
        since=view.moment(state, record.since_ms),
        words=words,
    )


def _short(point: Point, device: Device) -> str:
    """Its own name without the camera's before it."""
    name = point.name.removeprefix(f"{device.name}: ").removeprefix(f"{device.id}: ")
    short = point.id.rpartition(".")[2] if name in ("", device.name, device.id) else name
    return f"{short[:1].upper()}{short[1:]}".replace("-", " ")


_NEVER: Final = PointRecord()
