"""A camera without its socket: everything that it is, knows and does.

The services answer from it; the server puts it on a port; testers turn it by ``camera``.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from monitord_simulators.camera.faults import CameraFault, Faults
from monitord_simulators.camera.moments import DeviceClock, moment
from monitord_simulators.camera.pullpoints import PullPoints
from monitord_simulators.camera.quirks import Quirks
from monitord_simulators.camera.scene import Scene
from monitord_simulators.camera.signon import SignOn
from monitord_simulators.camera.soap import flag
from monitord_simulators.camera.topics import TOPICS, Event, Operation

SOURCE: Final = "video-source-1"
STREAM_SIZE: Final = (320, 180)
MOTION: Final = "tns1:VideoSource/MotionAlarm"
_NEVER: Final = "1970-01-01T00:00:00Z"
_PRESETS_PX: Final = {"home": 0.0, "door": -90.0, "case": 110.0}


@dataclass(slots=True)
class Identity:
    """What the camera says it is."""

    serial: str
    manufacturer: str = "Simulated"
    model: str = "Room 1"
    firmware: str = "1.4.2"
    hardware: str = "R1"


@dataclass(slots=True)
class Recording:
    """What the camera has recorded on its card, UTC milliseconds."""

    from_ms: int
    until_ms: int | None = None  # None: it goes on
    gaps: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Head:
    """Where a camera that can turn was told to look, and how long a turn takes.

    ``stalls``: its motor gives up half way in the turn that is under way.
    """

    presets: dict[str, float] = field(default_factory=lambda: dict(_PRESETS_PX))
    at_preset: str = "home"
    move_s: float = 0.3
    from_px: float = 0.0
    to_px: float | None = None  # None: it stands
    began_s: float = 0.0
    stalls: bool = False


class Device:
    """One camera. ``now_s`` only moves forward; the camera's own clock may be anywhere."""

    def __init__(
        self,
        name: str,
        quirks: Quirks,
        scene: Scene,
        account: tuple[str, str],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.quirks = quirks
        self.scene = scene
        self.now_s = now_s
        self.clock = DeviceClock()
        self.clock.drift_s = quirks.clock_drift_s
        self.sign_on = SignOn(*account, self.clock, quirks.clock_window_s)
        self.faults = Faults(now_s)
        self.pull_points = PullPoints(quirks.pull_points_max, now_s)
        self.identity = Identity(serial=f"SIM-{name}")
        self.inputs = {"input-1": False, "input-2": False}
        self.relays = {"relay-1": False, "relay-2": False}
        self.pulses_s: dict[str, float] = {}  # of relays that fall back by themselves
        self.head = Head()
        self.host = ""  # host:port of the web server, once it stands
        self.stream_port = 0
        self.stream_size = STREAM_SIZE
        self.leaked = 0  # how often a reader of ours fetched what an entity named
        self.fall_over: Callable[[], None] = self.power_cycled  # the server reboots in earnest
        self.open_port: Callable[[], str] = lambda: self.host  # the server opens a new one
        self.later: Callable[[float, Callable[[], None]], None] = lambda _s, _do: None
        self.recording = Recording(self.clock.now_ms() - 3 * 86_400_000)
        self._states: dict[tuple[object, ...], Event] = {}
        self._told_idle = False
        self._begin_states()

    @property
    def told_host(self) -> str:
        """The host:port that it tells of itself."""
        return self.quirks.host_told or self.host

    @property
    def told_stream_host(self) -> str:
        """The host:port that it tells of its stream: the port is right in any case."""
        return f"{self.told_host.partition(':')[0]}:{self.stream_port}"

    def subscription_host(self) -> str:
        """The host:port of a subscription that is being made."""
        return self.open_port() if self.quirks.port_per_subscription else self.told_host

    @property
    def source_name(self) -> str:
        """What it calls its video source in events."""
        return self.quirks.source_name or SOURCE

    @property
    def serial(self) -> str:
        """Its serial number, or that of the other one that has taken its place."""
        other = self.faults.has(CameraFault.OTHER_CAMERA)
        return f"{self.identity.serial}-B" if other else self.identity.serial

    def state(self, value: bool) -> str:
        """A state as this make writes it."""
        return str(int(value)) if self.quirks.true_is_one else flag(value)

    def happen(
        self,
        topic: str,
        source: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        operation: Operation | None = None,
    ) -> None:
        """Tell an event, to all that subscribed. A known property is Changed unless said."""
        known = TOPICS.get(topic)
        if operation is None and known is not None and known.is_property:
            operation = Operation.CHANGED
        event = Event(topic, source or {}, data or {}, operation, self.clock.now_ms())
        if self._is_kept_back(event):
            return
        if operation is Operation.DELETED:
            self._states.pop(event.key, None)
        elif operation is not None:
            self._states[event.key] = event
        self.pull_points.put(event)

    def motion(self, moving: bool) -> None:
        """Somebody moves, or nobody any more."""
        source = {"Source": self.source_name}
        self.happen(MOTION, source, {"State": self.state(moving)})

    def states(self) -> list[Event]:
        """Every property as it is, to be told as Initialized."""
        now_ms = self.clock.now_ms()
        return [
            Event(each.topic, each.source, each.data, Operation.INITIALIZED, now_ms)
            for each in self._states.values()
        ]

    def tells_states(self) -> bool:
        """Whether it tells its states to who subscribes."""
        silent = self.faults.has(CameraFault.NO_INITIAL_STATE)
        return self.quirks.initial_states and not silent

    def set_input(self, token: str, state: bool) -> None:
        """Close or open a digital input. Raises ``KeyError`` for one that is not there."""
        if self.inputs[token] != state:
            self.inputs[token] = state
            data = {"LogicalState": self.state(state)}
            self.happen("tns1:Device/Trigger/DigitalInput", {"InputToken": token}, data)

    def set_relay(self, token: str, state: bool) -> None:
        """Switch an output. Raises ``KeyError`` for one that is not there."""
        if self.relays[token] != state and self.faults.take(CameraFault.RELAY_STUCK) is None:
            self.relays[token] = state
            data = {"LogicalState": "active" if state else "inactive"}
            self.happen("tns1:Device/Trigger/Relay", {"RelayToken": token}, data)
            if state and token in self.pulses_s:
                self.later(self.pulses_s[token], partial(self.set_relay, token, False))

    def go_to(self, preset: str) -> None:
        """Begin to turn to a preset. Raises ``KeyError`` for one that is not there."""
        head, place_px = self.head, self.head.presets[preset]
        if self.faults.take(CameraFault.PRESET_STUCK) is not None:
            return
        self.is_turning()
        head.at_preset = preset
        head.from_px, head.to_px = self.scene.pan_px, place_px
        head.began_s, head.stalls = self.now_s(), bool(self.faults.take(CameraFault.MOTOR_STALLS))

    def is_turning(self) -> bool:
        """Whether its head moves; the picture is where the head is by now."""
        head = self.head
        if head.to_px is None:
            return False
        end = 0.5 if head.stalls else 1.0
        part = (self.now_s() - head.began_s) / head.move_s if head.move_s > 0 else end
        self.scene.pan_px = head.from_px + (head.to_px - head.from_px) * min(part, end)
        if part >= end:
            head.to_px = None
        return head.to_px is not None

    def turn_by_hand(self, pixels: float) -> None:
        """Somebody turns it at the recorder: no preset was asked for."""
        self.head.to_px, self.scene.pan_px = None, pixels

    def is_recording(self) -> bool:
        """Whether the job on its card runs."""
        stopped = self.faults.has(CameraFault.RECORDING_STOPPED)
        if stopped != self._told_idle:
            self._told_idle = stopped
            now_ms, kept = self.clock.now_ms(), self.recording
            if kept.until_ms is not None:
                kept.gaps = [*kept.gaps, (kept.until_ms, now_ms)][-100:]
            kept.until_ms = now_ms if stopped else None
            self._tell_job()
        return not stopped

    def power_cycled(self) -> None:
        """What a reboot leaves: no subscriptions, no states but the first ones."""
        self.pull_points.end_all()
        self.sign_on.forget()
        self.relays = dict.fromkeys(self.relays, False)
        self._states.clear()
        self._begin_states()

    def _is_kept_back(self, event: Event) -> bool:
        """Whether this is an end of motion that the camera never tells."""
        ends = all(value in ("false", "0") for value in event.data.values())
        stuck = self.faults.has(CameraFault.STUCK_MOTION) or not self.quirks.motion_ends
        known = self._states.get(event.key)
        began = known is not None and not all(v in ("false", "0") for v in known.data.values())
        return stuck and ends and began and "motion" in event.topic.lower()

    def _begin_states(self) -> None:
        source, off = {"Source": self.source_name}, self.state(False)
        rule = {
            "VideoSourceConfigurationToken": self.source_name,
            "VideoAnalyticsConfigurationToken": "analytics-1",
            "Rule": "motion",
        }
        self.happen(MOTION, source, {"State": off})
        for name in ("GlobalSceneChange", "ImageTooDark", "ImageTooBlurry"):
            self.happen(f"tns1:VideoSource/{name}/ImagingService", source, {"State": off})
        self.happen("tns1:VideoSource/SignalLoss", source, {"State": off})
        self.happen("tns1:RuleEngine/CellMotionDetector/Motion", rule, {"IsMotion": off})
        objects, nothing = {**rule, "Rule": "objects"}, {"ClassTypes": ""}
        self.happen("tns1:RuleEngine/ObjectDetection/Object", objects, nothing)
        for token, state in self.inputs.items():
            data = {"LogicalState": self.state(state)}
            self.happen("tns1:Device/Trigger/DigitalInput", {"InputToken": token}, data)
        for token in self.relays:
            data = {"LogicalState": "inactive"}
            self.happen("tns1:Device/Trigger/Relay", {"RelayToken": token}, data)
        for part in ("Fan", "Storage"):
            failed = {"Failed": off}
            self.happen(f"tns1:Device/HardwareFailure/{part}Failure", {"Token": part}, failed)
        times = {"LastReboot": moment(self.clock.now_ms()), "LastReset": _NEVER}
        for name, when in times.items():
            self.happen(f"tns1:Monitoring/OperatingTime/{name}", {}, {"Status": when})
        self._tell_job()

    def _tell_job(self) -> None:
        state = "Idle" if self._told_idle else "Active"
        source = {"RecordingJobToken": "job-1"}
        self.happen("tns1:RecordingConfig/JobState", source, {"State": state})
