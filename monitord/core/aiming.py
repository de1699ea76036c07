"""Where cameras look: turned to the preset of an alarm, and home again with proof (I3).

A camera that was turned away watches its usual place no more. So it is turned for one incident at
a time, the most urgent; others are told that it looks elsewhere. It is turned home when that
incident is closed or has had it for long enough, and until that is proven it is a fault that
stands, and is tried again. Nothing here waits for a head, and no call does.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.picture_records import AimRecord
from monitord.core.state import State
from monitord.vocabulary import PRIORITY_OF_CATEGORY, Category, Condition
from monitord.vocabulary.aiming import AimStage

#: The source of the fault of a camera that did not come home: this and its id.
PREFIX: Final = "monitord.camera."
#: A turn of which nothing was heard for so long is one that nobody knows the end of.
ANSWER_MS: Final = 30_000
#: For so long an incident has a camera, unless another alarm of it asks again.
HOLD_MS: Final = 10 * 60_000
#: One that did not come home is turned again after so long, then after twice as long, and so on.
AGAIN_MS: Final = 60_000
AGAIN_MAX_MS: Final = 3_600_000
SILENT: Final = "nobody knows where it looks: nothing was heard of its turn"
UNPROVEN: Final = "nothing proves that it is back: it does not tell where it stands"

_ASKED: Final = (AimStage.TURNING, AimStage.RETURNING)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What came of a turn, and what is due."""
    match fact:
        case f.CameraAimed():
            yield from _answered(state, fact)
        case f.DeviceReturned():
            aim = state.aims.get(fact.device)
            if aim is not None:  # who speaks to it now may not know that it was turned
                yield _again(aim, "it was lost meanwhile")
        case f.TimePassed():
            for camera in state.due(now_ms, "aim", fact):
                yield from _due(state, state.aims[camera])
        case _:
            pass
    if any(isinstance(event, ev.SiteAccepted) for event in so_far):
        for camera in tuple(state.aims):
            if not home_of(state, camera):
                yield from _fault(state, camera, wanted=False)
                yield ev.CameraForgotten(camera=camera)


def decide_after_incidents(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Whoever has a camera lets go of it at the end."""
    for event in so_far:
        if isinstance(event, ev.IncidentClosed):
            for aim in tuple(state.aims.values()):
                if aim.incident == event.incident and aim.stage is not AimStage.RETURNING:
                    yield _home(state, aim, f"incident {event.incident} was closed")


def home_of(state: State, camera: str) -> str:
    """The preset where a camera always looks; empty for one that is never turned."""
    device = state.site.devices.get(camera)
    pictures = None if device is None else device.setup.get("pictures")
    return str(pictures.get("home") or "") if pictures else ""


def preset_for(state: State, source: str, camera: str) -> str:
    """Where a camera is to look when ``source`` alarms; empty: its home."""
    point = state.site.points.get(source)
    presets = {} if point is None else point.setup.get("presets", {})
    preset, home = str(presets.get(camera, "")), home_of(state, camera)
    return preset if home and preset != home else ""


def elsewhere(state: State, camera: str, preset: str, priority: int) -> str:
    """Why it cannot show that for an alarm of this priority, in words; empty where it can."""
    aim = state.aims.get(camera)
    if aim is None or aim.stage is AimStage.RETURNING:
        return ""
    if aim.stage is AimStage.LOST:
        return "" if preset else aim.why
    if preset == aim.preset or priority < aim.priority:
        return ""
    return f"it looks at {aim.preset} for incident {aim.incident}"


def turn(
    state: State, camera: str, preset: str, incident: int, priority: int
) -> Iterator[ev.AnyEvent]:
    """Have it look there for that incident, which may have it."""
    aim = state.aims.get(camera)
    if not preset:
        if aim is not None and aim.stage in (AimStage.TURNING, AimStage.THERE):
            yield _home(state, aim, f"incident {incident} needs its usual view")
        return
    urgent = priority if aim is None or aim.preset != preset else min(priority, aim.priority)
    yield ev.CameraTurned(
        camera=camera, preset=preset, incident=incident, priority=urgent, why=f"incident {incident}"
    )


def _home(state: State, aim: AimRecord, why: str) -> ev.CameraTurned:
    return ev.CameraTurned(
        camera=aim.camera,
        preset=home_of(state, aim.camera) or aim.preset,
        incident=aim.incident,
        priority=aim.priority,
        home=True,
        why=why,
    )


def _again(aim: AimRecord, why: str) -> ev.CameraTurned:
    """The same once more."""
    return ev.CameraTurned(
        camera=aim.camera,
        preset=aim.preset,
        incident=aim.incident,
        priority=aim.priority,
        home=aim.home,
        why=why,
        again=True,
    )


def _answered(state: State, fact: f.CameraAimed) -> Iterator[ev.AnyEvent]:
    """Only the answer to what was asked last counts, and once."""
    aim = state.aims.get(fact.camera)
    if aim is None or aim.stage not in _ASKED:
        return
    if (fact.preset, fact.home) != (aim.preset, aim.home):
        return
    if not aim.home:
        if fact.why:
            yield from _not_there(state, aim, fact.why)
        else:
            yield ev.CameraArrived(camera=fact.camera, preset=fact.preset, proof=fact.proof)
    elif fact.why or fact.proof is None:
        yield from _not_home(state, aim, fact.why or UNPROVEN)
    else:
        yield ev.CameraReturned(camera=fact.camera, proof=fact.proof)
        yield from _fault(state, fact.camera, wanted=False)


def _due(state: State, aim: AimRecord) -> Iterator[ev.AnyEvent]:
    match aim.stage:
        case AimStage.TURNING:
            yield from _not_there(state, aim, SILENT)
        case AimStage.RETURNING:
            yield from _not_home(state, aim, SILENT)
        case AimStage.THERE:
            yield _home(state, aim, "it was away for long enough")
        case AimStage.LOST:
            yield _home(state, aim, "it did not come home")


def _not_there(state: State, aim: AimRecord, why: str) -> Iterator[ev.AnyEvent]:
    """It did not get to where the alarm is: home is the next best, and is proven."""
    yield ev.CameraNotTurned(camera=aim.camera, preset=aim.preset, why=why)
    yield _home(state, aim, why)


def _not_home(state: State, aim: AimRecord, why: str) -> Iterator[ev.AnyEvent]:
    yield ev.CameraNotTurned(camera=aim.camera, preset=aim.preset, home=True, why=why)
    yield from _fault(state, aim.camera, wanted=True)


def _fault(state: State, camera: str, *, wanted: bool) -> Iterator[ev.AnyEvent]:
    name = alarm_id(PREFIX + camera, Condition.FAULT)
    alarm = state.alarms.get(name)
    active = alarm is not None and alarm.active
    if wanted is active:
        return
    if not wanted:
        yield ev.AlarmCleared(alarm=name)
        return
    device = state.site.devices.get(camera)
    yield ev.AlarmOccurred(
        alarm=name,
        source=PREFIX + camera,
        condition=Condition.FAULT,
        category=Category.TECHNICAL,
        area="" if device is None else (*device.areas, "")[0],
        priority=PRIORITY_OF_CATEGORY[Category.TECHNICAL],
        latching=False,
    )


def broken(state: State) -> Iterator[str]:
    """What must hold: whatever was turned away is on its way home, or will be."""
    for camera in state.aims:
        if f"aim:{camera}" not in state.deadlines:
            yield f"the camera {camera} looks away, and nothing will turn it home"


def _on_turned(state: State, event: ev.CameraTurned) -> None:
    aim = state.aims.get(event.camera)
    state.aims[event.camera] = AimRecord(
        camera=event.camera,
        preset=event.preset,
        home=event.home,
        incident=event.incident,
        priority=event.priority,
        since_ms=state.at_ms if aim is None else aim.since_ms,
        stage=AimStage.RETURNING if event.home else AimStage.TURNING,
        why="" if aim is None else aim.why,
        until_ms=aim.until_ms if aim is not None and event.again else state.at_ms + HOLD_MS,
        again=event.again,
        tries=aim.tries if aim is not None and event.home else 0,
    )
    state.deadlines[f"aim:{event.camera}"] = state.at_ms + ANSWER_MS


def _on_arrived(state: State, event: ev.CameraArrived) -> None:
    aim = state.aims[event.camera]
    aim.stage, aim.why = AimStage.THERE, ""
    state.deadlines[f"aim:{event.camera}"] = max(aim.until_ms, state.at_ms)


def _on_not_turned(state: State, event: ev.CameraNotTurned) -> None:
    aim = state.aims[event.camera]
    aim.stage, aim.why, aim.tries = AimStage.LOST, event.why, aim.tries + event.home
    wait_ms = min(AGAIN_MS << max(0, min(aim.tries, 10) - 1), AGAIN_MAX_MS)
    state.deadlines[f"aim:{event.camera}"] = state.at_ms + wait_ms


def _on_returned(state: State, event: ev.CameraReturned) -> None:
    del state.aims[event.camera]
    state.deadlines.pop(f"aim:{event.camera}", None)


def _on_forgotten(state: State, event: ev.CameraForgotten) -> None:
    del state.aims[event.camera]
    state.deadlines.pop(f"aim:{event.camera}", None)


EVOLVE: Evolve = {
    ev.CameraTurned: _on_turned,
    ev.CameraArrived: _on_arrived,
    ev.CameraNotTurned: _on_not_turned,
    ev.CameraReturned: _on_returned,
    ev.CameraForgotten: _on_forgotten,
}
