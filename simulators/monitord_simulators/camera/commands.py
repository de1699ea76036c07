"""The lines that a tester types to drive simulated cameras.

``CameraDesk`` runs one line against a row of cameras and answers with one line for people. A line
goes to all of them, or with ``camera NAME`` (or its number, from 1) to one.
"""

from collections.abc import Callable, Sequence
from typing import Final

from monitord_simulators.camera.camera import SimulatedCamera
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.scene import Light
from monitord_simulators.camera.spoil import PictureFault
from monitord_simulators.lines import (
    STATES,
    CommandError,
    nearest,
    nothing_left,
    number,
    option,
    parse_duration_ms,
)

_VERBS: Final = """\
motion on                     somebody walks through the picture of every camera
motion camera 2 off           of one; cameras have names and numbers: camera vault
light off                     on, off or night (infrared)
event tns1:RuleEngine/LineDetector/Crossed Rule=line -- ObjectId=7
input 1 on                    digital input 1 or 2
preset door                   the camera turns: home, door or case
turn 60                       somebody turns it by hand, so many pixels from home
fault hang 5s                 a fault for 5 s; without a time until 'clear'
fault hang operation PullMessages count 3
fault cover amount 0.6 over 30s      60 % of the picture, slowly
fault freeze overlay reencoded       frozen behind a clock that runs
clear                         end every fault; clear freeze ends those of one kind
drift 90s                     the clock is so far ahead; drift -90s behind
reboot 2s                     gone for 2 s, subscriptions forgotten
unplug, plug                  gone until it is plugged in
status                        each camera in a line
at 10s fault hang             any of these, 10 s from now
help, quit
"""
HELP: Final = (
    f"{_VERBS}faults of the camera: {', '.join(CameraFault)}\n"
    f"faults of the picture: {', '.join(PictureFault)}"
)

_TURN_PX_MAX: Final = 320
_FAULTS: Final = [*CameraFault, *PictureFault]


class CameraDesk:
    """Runs lines against ``cameras``."""

    def __init__(self, cameras: Sequence[SimulatedCamera]) -> None:
        self._cameras = list(cameras)
        self._verbs: dict[str, Callable[[list[SimulatedCamera], list[str]], str]] = {
            "motion": _motion,
            "light": _light,
            "event": _event,
            "input": _input,
            "preset": _preset,
            "turn": _turn,
            "fault": _fault,
            "clear": _clear,
            "drift": _drift,
            "reboot": _reboot,
            "unplug": _unplug,
            "plug": _plug,
            "status": _status,
            "help": lambda cameras, words: HELP,
        }

    def run(self, line: str) -> str:
        """Run one line and say what was done. Raises ``CommandError``; nothing is done then."""
        words = line.split()
        if not words:
            return ""
        verb = self._verbs.get(words[0])
        if verb is None:
            raise CommandError(f"'{words[0]}' is no command{nearest(words[0], self._verbs)}")
        cameras, rest = self._choose(words[1:])
        try:
            return verb(cameras, rest)
        except CommandError:
            raise
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _choose(self, words: list[str]) -> tuple[list[SimulatedCamera], list[str]]:
        wanted, rest = option(words, "camera", "a name or a number")
        if wanted is None:
            return self._cameras, rest
        if wanted.isdigit() and 1 <= int(wanted) <= len(self._cameras):
            return [self._cameras[int(wanted) - 1]], rest
        found = [camera for camera in self._cameras if camera.name == wanted]
        if not found:
            known = [camera.name for camera in self._cameras]
            raise CommandError(f"there is no camera '{wanted}'{nearest(wanted, known)}")
        return found, rest


def _motion(cameras: list[SimulatedCamera], words: list[str]) -> str:
    moving = _state(words, "motion on")
    for camera in cameras:
        camera.motion(moving)
    return f"{_count(cameras)}: {'motion' if moving else 'no motion'}"


def _light(cameras: list[SimulatedCamera], words: list[str]) -> str:
    if len(words) != 1 or words[0] not in list(Light):
        raise CommandError("write: light on, light off or light night")
    for camera in cameras:
        camera.scene.light = Light(words[0])
    return f"{_count(cameras)}: light {words[0]}"


def _event(cameras: list[SimulatedCamera], words: list[str]) -> str:
    example = "event TOPIC Source=Value -- Data=Value"
    if not words or any("=" not in word for word in words[1:] if word != "--"):
        raise CommandError(f"write: {example}")
    topic, *items = words
    middle = items.index("--") if "--" in items else 0
    source, data = items[:middle], items[middle + 1 if "--" in items else 0 :]
    for camera in cameras:
        camera.event(topic, _items(source), _items(data))
    return f"{_count(cameras)}: {topic}"


def _items(words: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def _input(cameras: list[SimulatedCamera], words: list[str]) -> str:
    token = f"input-{words[0]}" if words else ""
    if any(token not in camera.device.inputs for camera in cameras):
        raise CommandError("write: input 1 on; there are inputs 1 and 2")
    state = _state(words[1:], "input 1 on")
    for camera in cameras:
        camera.device.set_input(token, state)
    return f"{_count(cameras)}: input {words[0]} {words[1]}"


def _preset(cameras: list[SimulatedCamera], words: list[str]) -> str:
    if len(words) != 1 or any(words[0] not in camera.device.head.presets for camera in cameras):
        raise CommandError("write: preset door; there are home, door and case")
    for camera in cameras:
        camera.device.go_to(words[0])
    return f"{_count(cameras)}: preset {words[0]}"


def _turn(cameras: list[SimulatedCamera], words: list[str]) -> str:
    try:
        [pixels] = map(float, words)
    except ValueError:
        raise CommandError("write: turn 60, or turn -60") from None
    if not abs(pixels) <= _TURN_PX_MAX:
        raise CommandError(f"it turns by {_TURN_PX_MAX} pixels at most")
    for camera in cameras:
        camera.device.turn_by_hand(pixels)
    return f"{_count(cameras)}: turned to {pixels:g}"


def _fault(cameras: list[SimulatedCamera], words: list[str]) -> str:
    if not words:
        raise CommandError("write: fault hang 5s; 'help' lists the faults")
    name = words[0]
    if name not in _FAULTS:
        raise CommandError(f"'{name}' is no fault{nearest(name, _FAULTS)}")
    operation, words = option(words[1:], "operation", "the name of an operation")
    count, words = option(words, "count")
    amount, words = option(words, "amount")
    over, words = option(words, "over", "a time")
    overlay, reencoded = "overlay" in words, "reencoded" in words
    words = [word for word in words if word not in ("overlay", "reencoded")]
    for_s = parse_duration_ms(words.pop(0)) / 1_000 if words else None
    nothing_left(words, "fault hang 5s")
    for camera in cameras:
        camera.fault(
            name,
            for_s=for_s,
            count=None if count is None else number(count),
            operation=operation,
            amount=None if amount is None else float(amount),
            over_s=0.0 if over is None else parse_duration_ms(over) / 1_000,
            overlay=overlay,
            reencoded=reencoded,
        )
    return f"{name} on {_count(cameras)}"


def _clear(cameras: list[SimulatedCamera], words: list[str]) -> str:
    name = words.pop(0) if words else None
    nothing_left(words, "clear freeze")
    if name is not None and name not in _FAULTS:
        raise CommandError(f"'{name}' is no fault{nearest(name, _FAULTS)}")
    for camera in cameras:
        camera.clear(name)
    return f"{_count(cameras)} {'in order' if name is None else f'without {name}'}"


def _drift(cameras: list[SimulatedCamera], words: list[str]) -> str:
    text = words.pop(0) if words else "0s"
    nothing_left(words, "drift 90s")
    seconds = parse_duration_ms(text.removeprefix("-")) / 1_000
    seconds = -seconds if text.startswith("-") else seconds
    for camera in cameras:
        camera.drift_clock(seconds)
    return f"{_count(cameras)}: clock {seconds:g} s ahead"


def _reboot(cameras: list[SimulatedCamera], words: list[str]) -> str:
    text = words.pop(0) if words else "2s"
    nothing_left(words, "reboot 2s")
    away_s = parse_duration_ms(text) / 1_000
    for camera in cameras:
        camera.soon(camera.reboot(away_s))
    return f"{_count(cameras)} rebooting for {away_s:g} s"


def _unplug(cameras: list[SimulatedCamera], words: list[str]) -> str:
    nothing_left(words, "unplug")
    for camera in cameras:
        camera.soon(camera.unplug())
    return f"{_count(cameras)} unplugged"


def _plug(cameras: list[SimulatedCamera], words: list[str]) -> str:
    nothing_left(words, "plug")
    for camera in cameras:
        camera.soon(camera.plug_in())
    return f"{_count(cameras)} plugged in"


def _status(cameras: list[SimulatedCamera], words: list[str]) -> str:
    nothing_left(words, "status")
    return "\n".join(_status_of(camera) for camera in cameras)


def _status_of(camera: SimulatedCamera) -> str:
    faults = [fault.kind.value for fault in camera.device.faults.now()]
    faults += [kind.value for kind in camera.scene.faults]
    return (
        f"{camera.name} port {camera.port}, stream {camera.stream_port}: "
        f"{', '.join(faults) or 'in order'}; light {camera.scene.light.value}; "
        f"{len(camera.device.pull_points)} subscribed, {camera.stream.client_count} watching"
    )


def _state(words: list[str], example: str) -> bool:
    state = STATES.get(words[0]) if len(words) == 1 else None
    if state is None:
        raise CommandError(f"write: {example}, or off")
    return state


def _count(cameras: Sequence[SimulatedCamera]) -> str:
    return cameras[0].name if len(cameras) == 1 else f"{len(cameras)} cameras"
