"""What the points of a camera are now, by what it has told of its properties.

A point may be made of several properties (each source's motion): it is active while one of them
is. Of what the camera has not told since it was subscribed to, nothing is known; and motion that
lasts too long without another word is doubted, because many cameras forget to tell its end.
Pure: no input, no output; the caller says what time it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from monitord.driver import UNKNOWN, Point, Quality, Reading
from monitord_drivers.onvif.config import OnvifConfig, OnvifPointConfig
from monitord_drivers.onvif.meaning import Meaning
from monitord_drivers.onvif.messages import Message

#: Properties of one point that are told apart; a camera that names more is taken at its last ones.
_PROPERTIES_MAX: Final = 64
_CROSSINGS_MAX: Final = 1_000


@dataclass(slots=True)
class _State:
    value: bool | None
    at_s: float


class Tracked:
    """One point."""

    def __init__(self, point: str, meaning: Meaning) -> None:
        self.point, self.meaning = point, meaning
        self._states: dict[object, _State] = {}
        self._last: Message | None = None
        self._doubt = ""
        self.listening = False

    def forget(self) -> None:
        """Nothing is known of it any more."""
        self._states.clear()
        self._last = None
        self._doubt = ""
        self.listening = False

    def take(self, message: Message, now_s: float) -> bool:
        """Whether that changed what is known."""
        if message.operation == "Deleted":
            return self._states.pop(message.subject, None) is not None
        value = self.meaning.state(message.data)
        if value is None:
            return False
        before = self.value
        if len(self._states) >= _PROPERTIES_MAX and message.subject not in self._states:
            self._states.pop(next(iter(self._states)))
        self._states[message.subject] = _State(value, now_s)
        self._last, self._doubt = message, ""
        return self.value != before

    def doubt(self, now_s: float, longest_s: float) -> bool:
        """Whether something has lasted too long to be believed since the last time."""
        if self.meaning.sense.lasting:
            return False
        old = [s for s in self._states.values() if s.value and now_s - s.at_s >= longest_s]
        for state in old:
            state.value = None
        if old:
            self._doubt = f"active for {longest_s:.0f} s without another word from the camera"
        return bool(old)

    @property
    def value(self) -> bool | None:
        """Active, normal, or not known."""
        values = [state.value for state in self._states.values()]
        if self.meaning.sense.once:
            return False if self.listening else None
        if True in values:
            return True
        return None if None in values or not values else False

    def reading(self) -> Reading:
        """As the runtime is to hear it."""
        value, last = self.value, self._last
        if value is None:
            words = self._doubt or "the camera has not told this since it was subscribed to"
            return Reading(self.point, UNKNOWN, quality=Quality.UNKNOWN, raw=words)
        told = None if last is None else last.text
        return Reading(
            self.point, value, device_ms=None if last is None else last.device_ms, raw=told
        )


class Tracker:
    """All points of one camera that its events make."""

    def __init__(self, points: Sequence[Point], config: OnvifConfig) -> None:
        self._points = [
            Tracked(point.id, point.config.meaning(config))
            for point in points
            if isinstance(point.config, OnvifPointConfig)
        ]
        self._longest_s = float(config.motion_max)
        self._crossings: dict[str, int] = {}

    def forget(self) -> None:
        """The subscription is another one: everything is to be learnt anew."""
        for tracked in self._points:
            tracked.forget()

    def listening(self) -> None:
        """What only happens is known not to be happening from now on."""
        for tracked in self._points:
            tracked.listening = True

    def all(self) -> list[Reading]:
        """Every point as it is known."""
        return [tracked.reading() for tracked in self._points]

    def take(self, told: Iterable[Message], now_s: float) -> list[Reading]:
        """The readings that these messages bring, in their order."""
        readings = []
        for message in told:
            for tracked in self._points:
                if not tracked.meaning.fits(message.topic, message.source):
                    continue
                if tracked.meaning.sense.once:
                    readings += self._happened(tracked, message)
                elif tracked.take(message, now_s):
                    readings.append(tracked.reading())
        return readings

    def doubt(self, now_s: float) -> list[Reading]:
        """What has lasted too long to be believed."""
        return [each.reading() for each in self._points if each.doubt(now_s, self._longest_s)]

    def _happened(self, tracked: Tracked, message: Message) -> list[Reading]:
        """A crossing has no end, and is never told again: two that are alike are two."""
        if message.operation in ("Initialized", "Deleted"):
            return []
        if tracked.meaning.state(message.data) is False and "ObjectId" not in message.data:
            return []
        items = sorted({**message.source, **message.data}.items())
        alike = f"{message.topic}|{message.device_ms}|{items}"
        number = self._crossings.get(alike, 0) + 1
        if len(self._crossings) >= _CROSSINGS_MAX and alike not in self._crossings:
            self._crossings.pop(next(iter(self._crossings)))
        self._crossings[alike] = number
        return [
            Reading(
                tracked.point,
                True,
                device_ms=message.device_ms,
                once=True,
                key=f"{alike}|{number}",
                raw=message.text,
            )
        ]
