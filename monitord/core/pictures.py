"""Pictures of an incident: which cameras are looked through for it, and what came of that (G5).

An alarm asks the cameras of its point in their order, then the others of its area; the camera
itself where the alarm is about one. Who does not answer is passed over in words, and the next one
is asked instead: a dead camera never costs the picture. Nothing here waits for a picture, and no
call does.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from monitord.core import aiming, evidence
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.picture_records import FootageRecord, LookRecord, PictureRecord
from monitord.core.records import IncidentRecord
from monitord.core.site import Device
from monitord.core.state import State
from monitord.vocabulary import DeviceStatus, PictureMoment

#: So many cameras are looked through for one alarm; the others stand by for those that fail.
AT_ONCE: Final = 2
#: The same camera is not asked again for the same incident before.
AGAIN_MS: Final = 10_000
#: The picture after the alarm is taken so much later.
AFTER_MS: Final = 10_000
#: Its recording must have what lies so long before an alarm, and after it (I1).
FOOTAGE_BEFORE_MS: Final = 30_000
FOOTAGE_AFTER_MS: Final = 5_000
#: Spans of missing footage that are kept of one alarm.
GAPS_MAX: Final = 8
#: The rung that a camera has which records by itself.
RECORDING: Final = "recording"
#: Asks of one camera for one incident: a detector that flickers all night fills no disk.
ASKS_MAX: Final = 12
#: Cameras of one incident: a fire that goes through the house.
CAMERAS_MAX: Final = 16
#: Pictures that one ask may bring for one moment.
OF_A_MOMENT_MAX: Final = 3

_FIRST: Final = (PictureMoment.ALARM, PictureMoment.BEFORE)
_ARRIVED: Final = PictureMoment.ARRIVED
_ITSELF: Final = (PictureMoment.ALARM, PictureMoment.USUAL, PictureMoment.BEFORE)
#: As a priority: of an incident for which no camera may be turned.
NOBODY_IS_LESS: Final = 99
#: Why a picture that was taken is not kept.
NO_ROOM: Final = "the store of pictures is full of what is held, or of incidents that are open"
#: Why a camera was not even asked.
SILENT: Final = "it does not answer"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Who is to be looked through, and what came of it."""
    match fact:
        case f.PicturesCame():
            yield from _came(state, now_ms, fact)
        case f.TimePassed():
            yield from _afterwards(state, now_ms, fact)
        case _:
            pass
    for event in so_far:
        match event:
            case ev.IncidentOpened():
                yield from _look(state, now_ms, event.incident, event.first_out, event.area)
            case ev.IncidentJoined():
                yield from _look(state, now_ms, event.incident, event.alarm, event.area)
            case ev.IncidentClosed():
                yield from _over(state, event.incident)
            case ev.CameraArrived():
                yield from _arrived(state, event)
            case ev.CameraNotTurned() if not event.home:
                yield _missed(state.aims[event.camera].incident, event.camera, _ARRIVED, event.why)
            case _:
                pass


def cameras_for(state: State, source: str, area: str) -> list[str]:
    """The cameras that may show what ``source`` tells of, the best first."""
    site = state.site
    point = site.points.get(source)
    itself = source if point is None else point.device
    named = () if point is None else point.setup.get("cameras", ())
    around = [name for name, one in site.devices.items() if area and area in one.areas]
    return [name for name in dict.fromkeys((itself, *named, *around)) if _sees(state, name)]


def is_blind(state: State, camera: str) -> bool:
    """Whether it is known not to answer."""
    record = state.devices.get(camera)
    return record is not None and record.status is DeviceStatus.SILENT


def is_camera(device: Device) -> bool:
    """Whether it is looked through."""
    return bool(device.setup.get("pictures"))


def _sees(state: State, device: str) -> bool:
    known = state.site.devices.get(device)
    return known is not None and is_camera(known)


def _look(state: State, now_ms: int, number: int, alarm: str, area: str) -> Iterator[ev.AnyEvent]:
    """Ask the first cameras that answer; of those before them it is told that they do not."""
    incident, source, asked, instead = state.incidents[number], alarm.rpartition("/")[0], 0, ""
    record = state.alarms.get(alarm)
    priority = int(incident.priority if record is None else record.priority)
    if _is_silent(incident):
        priority = NOBODY_IS_LESS
    for camera in cameras_for(state, source, area):
        known = incident.looks.get(camera)
        if asked == AT_ONCE or (known is None and len(incident.looks) >= CAMERAS_MAX):
            return
        preset = aiming.preset_for(state, source, camera)
        blind = is_blind(state, camera)
        if passed := SILENT if blind else aiming.elsewhere(state, camera, preset, priority):
            instead = instead or camera
            if known is None:
                yield _ask(number, camera, _FIRST[:1], source, area)
                yield _missed(number, camera, PictureMoment.ALARM, passed, passed=True)
            continue
        asked += 1
        if known is None:
            moments = _ITSELF if source in (camera, *_points(state, camera)) else _FIRST
            yield _ask(number, camera, moments, source, area, instead)
            yield from _turn(state, incident, camera, preset, priority)
        elif now_ms - known.at_ms >= AGAIN_MS and known.count < ASKS_MAX:
            yield _ask(number, camera, _FIRST[:1], source, area, instead)
            yield from _turn(state, incident, camera, preset, priority)
        instead = ""


def _turn(
    state: State, incident: IncidentRecord, camera: str, preset: str, priority: int
) -> Iterator[ev.AnyEvent]:
    """The first picture is of where it looks now. Whoever had the camera gets the next one.

    A head that turns is seen: nobody who threatens somebody learns by it that help is called.
    """
    if _is_silent(incident):
        return
    aim = state.aims.get(camera)
    taken = aim is not None and not aim.home and aim.preset != preset
    loser = state.incidents.get(aim.incident) if aim is not None and taken else None
    yield from aiming.turn(state, camera, preset, incident.number, priority)
    look = None if loser is None else loser.looks.get(camera)
    if loser is None or look is None or loser is incident or loser.closed_ms is not None:
        return
    why = f"it was turned away for incident {incident.number}, which is more urgent"
    yield _missed(loser.number, camera, _ARRIVED, why, passed=True)
    yield from _instead(state, loser, look)


def _is_silent(incident: IncidentRecord) -> bool:
    return incident.silent or bool(incident.hidden_from)


def _arrived(state: State, event: ev.CameraArrived) -> Iterator[ev.AnyEvent]:
    aim = state.aims[event.camera]
    incident = state.incidents.get(aim.incident)
    look = None if incident is None else incident.looks.get(event.camera)
    if incident is None or look is None or incident.closed_ms is not None:
        return
    kept = [state.pictures[one] for one in look.pictures if one in state.pictures]
    if not (aim.again and any(one.moment is _ARRIVED for one in kept)):
        yield _ask(aim.incident, event.camera, (_ARRIVED,), look.source, look.area)


def _ask(
    incident: int,
    camera: str,
    moments: tuple[PictureMoment, ...],
    source: str,
    area: str,
    instead: str = "",
) -> ev.PicturesAsked:
    return ev.PicturesAsked(
        incident=incident,
        camera=camera,
        moments=moments,
        source=source,
        area=area,
        instead=instead,
    )


def _missed(
    incident: int, camera: str, moment: PictureMoment, why: str, *, passed: bool = False
) -> ev.PictureMissed:
    return ev.PictureMissed(incident=incident, camera=camera, moment=moment, why=why, passed=passed)


def _points(state: State, camera: str) -> tuple[str, ...]:
    return state.site.devices[camera].points


def _came(state: State, now_ms: int, fact: f.PicturesCame) -> Iterator[ev.AnyEvent]:
    """What was asked for, once; what nobody asked for is no evidence of anything."""
    incident = state.incidents.get(fact.incident)
    look = None if incident is None else incident.looks.get(fact.camera)
    if incident is None or look is None or fact.moment not in look.waiting:
        return
    if fact.moment is PictureMoment.FOOTAGE:
        yield ev.FootageChecked(
            incident=fact.incident,
            camera=fact.camera,
            missing=fact.missing[:GAPS_MAX],
            why=fact.why,
        )
        return
    first = look.count == 1 and fact.moment is PictureMoment.ALARM
    shots = fact.shots[:OF_A_MOMENT_MAX]
    if shots and not evidence.has_room(state, shots):
        yield _missed(fact.incident, fact.camera, fact.moment, NO_ROOM)
        return
    for shot in shots:
        yield ev.PictureKept(
            picture=state.pictures_kept + 1,
            incident=fact.incident,
            camera=fact.camera,
            moment=fact.moment,
            sha256=shot.sha256,
            size=shot.size,
            taken_utc_ms=state.utc_ms(now_ms - shot.age_ms),
            device_ms=shot.device_ms,
            preset=shot.preset,
            smaller=shot.smaller,
        )
    if not fact.shots:
        yield _missed(fact.incident, fact.camera, fact.moment, fact.why)
        if first:
            yield from _instead(state, incident, look)


def _instead(state: State, incident: IncidentRecord, look: LookRecord) -> Iterator[ev.AnyEvent]:
    """The next camera that may show it, where the one that was asked gave nothing."""
    for camera in cameras_for(state, look.source, look.area):
        preset = aiming.preset_for(state, look.source, camera)
        priority = NOBODY_IS_LESS if _is_silent(incident) else int(incident.priority)
        elsewhere = aiming.elsewhere(state, camera, preset, priority)
        if camera in incident.looks or elsewhere or is_blind(state, camera):
            continue
        if len(incident.looks) < CAMERAS_MAX:
            yield _ask(incident.number, camera, _FIRST, look.source, look.area, look.camera)
            yield from _turn(state, incident, camera, preset, priority)
        return


def _afterwards(state: State, now_ms: int, fact: f.TimePassed) -> Iterator[ev.AnyEvent]:
    for name in state.due(now_ms, "picture", fact):
        number, _, camera = name.partition("/")
        incident = state.incidents.get(int(number))
        look = None if incident is None else incident.looks.get(camera)
        if incident is None or look is None or not _sees(state, camera):
            yield ev.PictureLeft(incident=int(number), camera=camera)
            continue
        yield _ask_after(state, incident.number, look)


def _ask_after(state: State, incident: int, look: LookRecord) -> ev.PicturesAsked:
    """A last picture; and whether what it records by itself has the alarm."""
    asked = _ask(incident, look.camera, (PictureMoment.AFTER,), look.source, look.area)
    if f"{look.camera}.{RECORDING}" not in state.site.points:
        return asked
    return msgspec.structs.replace(
        asked,
        moments=(PictureMoment.AFTER, PictureMoment.FOOTAGE),
        from_utc_ms=state.utc_ms(look.at_ms) - FOOTAGE_BEFORE_MS,
        until_utc_ms=state.utc_ms(look.at_ms) + FOOTAGE_AFTER_MS,
    )


def _over(state: State, number: int) -> Iterator[ev.AnyEvent]:
    """A closed incident: nothing more is taken for it."""
    for camera in tuple(state.incidents[number].looks):
        if _after(number, camera) in state.deadlines:
            yield ev.PictureLeft(incident=number, camera=camera)


def _after(incident: int, camera: str) -> str:
    return f"picture:{incident}/{camera}"


def _on_asked(state: State, event: ev.PicturesAsked) -> None:
    looks = state.incidents[event.incident].looks
    look = looks.get(event.camera)
    deadline = _after(event.incident, event.camera)
    if look is None:
        look = looks[event.camera] = LookRecord(
            event.camera, event.source, event.area, state.at_ms, 0
        )
        state.deadlines[deadline] = state.at_ms + AFTER_MS
    elif PictureMoment.AFTER in event.moments:
        state.deadlines.pop(deadline, None)
    if PictureMoment.FOOTAGE in event.moments:
        look.footage = FootageRecord(event.from_utc_ms, event.until_utc_ms)
    if _ARRIVED not in event.moments:  # that one is of an ask before
        look.at_ms, look.count = state.at_ms, look.count + 1
    look.waiting += [moment for moment in event.moments if moment not in look.waiting]


def _on_kept(state: State, event: ev.PictureKept) -> None:
    state.pictures_kept = event.picture
    state.pictures[event.picture] = PictureRecord(
        number=event.picture,
        incident=event.incident,
        camera=event.camera,
        moment=event.moment,
        sha256=event.sha256,
        size=event.size,
        kept_ms=state.at_ms,
        taken_utc_ms=event.taken_utc_ms,
        device_ms=event.device_ms,
        preset=event.preset,
        smaller=event.smaller,
    )
    look = state.incidents[event.incident].looks[event.camera]
    look.pictures.append(event.picture)
    look.missed = ""
    _heard(look, event.moment)


def _on_missed(state: State, event: ev.PictureMissed) -> None:
    look = state.incidents[event.incident].looks[event.camera]
    if event.moment in (PictureMoment.ALARM, PictureMoment.AFTER, _ARRIVED):
        look.missed = event.why
    _heard(look, event.moment)
    if event.passed or (event.why == SILENT and not look.waiting):
        state.deadlines.pop(_after(event.incident, event.camera), None)


def _heard(look: LookRecord, moment: PictureMoment) -> None:
    if moment in look.waiting:
        look.waiting.remove(moment)


def _on_checked(state: State, event: ev.FootageChecked) -> None:
    look = state.incidents[event.incident].looks[event.camera]
    if look.footage is not None:
        look.footage.told = True
        look.footage.missing, look.footage.why = event.missing, event.why
    _heard(look, PictureMoment.FOOTAGE)


def _on_left(state: State, event: ev.PictureLeft) -> None:
    state.deadlines.pop(_after(event.incident, event.camera), None)


EVOLVE: Evolve = {
    ev.PicturesAsked: _on_asked,
    ev.FootageChecked: _on_checked,
    ev.PictureKept: _on_kept,
    ev.PictureMissed: _on_missed,
    ev.PictureLeft: _on_left,
}
