"""How cameras misbehave on the network: a closed list, and which of it is wrong now.

What spoils the picture stands in ``spoil``; what a make of camera does always, in ``quirks``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_FOR_S_MAX: Final = 86_400.0
_BYTES_MAX: Final = 1 << 30
HUGE_BYTES: Final = 100 * 1024 * 1024


class CameraFault(StrEnum):
    """What is wrong with the camera."""

    REFUSE_LOGIN = "refuse-login"  # no password is right any more
    HANG = "hang"  # takes requests, never answers
    GARBAGE = "garbage"  # an answer that is no XML, a picture that is no JPEG
    ERROR_500 = "error-500"  # the web server's own error page
    HUGE = "huge"  # an answer of ``amount`` bytes, 100 MiB where none is given
    XML_BOMB = "xml-bomb"  # entities that unfold to gigabytes
    EXTERNAL_ENTITY = "external-entity"  # an entity that asks the reader to fetch something
    SUBSCRIPTIONS_FULL = "subscriptions-full"  # no further subscription
    RENEW_REFUSED = "renew-refused"  # a lease cannot be renewed
    MINUTES_AS_SECONDS = "minutes-as-seconds"  # PT10M is taken for ten seconds
    SUBSCRIPTION_LOST = "subscription-lost"  # a pull is told that there is no such subscription
    NO_INITIAL_STATE = "no-initial-state"  # tells no states after subscribing
    STUCK_MOTION = "stuck-motion"  # motion that began never ends
    SNAPSHOT_LIES = "snapshot-lies"  # a JPEG that says it is 65500 x 65500
    SNAPSHOT_ENDLESS = "snapshot-endless"  # a picture without an end
    SNAPSHOT_TYPE = "snapshot-type"  # a sign-on page with status 200 in place of the picture
    SNAPSHOT_CUT = "snapshot-cut"  # the connection ends in the middle of the picture
    OTHER_CAMERA = "other-camera"  # another device answers at this address
    RECORDING_STOPPED = "recording-stopped"  # the job is idle, and nothing new is recorded
    FOOTAGE_DELETED = "footage-deleted"  # nothing older than an hour is kept
    PRESET_STUCK = "preset-stuck"  # says yes to a preset and does not move
    PRESET_REFUSED = "preset-refused"  # says no to a preset
    MOTOR_STALLS = "motor-stalls"  # begins to turn and stops half way
    POSITION_UNTOLD = "position-untold"  # does not say where its head is
    RELAY_STUCK = "relay-stuck"  # says yes to a relay and does not switch it
    STREAM_STALL = "stream-stall"  # plays on without a picture
    STREAM_SILENT = "stream-silent"  # takes the connection and never answers
    STREAM_DROP = "stream-drop"  # closes the connection while playing
    STREAM_REFUSED = "stream-refused"  # 503 to DESCRIBE
    STREAM_SESSION = "stream-session"  # knows nothing of the session that it gave


#: Faults that one operation can have alone: ``operation`` names it, or "snapshot".
OF_ANSWERS: Final = (
    CameraFault.HANG,
    CameraFault.GARBAGE,
    CameraFault.ERROR_500,
    CameraFault.HUGE,
    CameraFault.XML_BOMB,
    CameraFault.EXTERNAL_ENTITY,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. It ends after ``for_s``, after ``count`` requests, or when it is cleared.

    ``operation`` limits it to that SOAP operation, or to "snapshot". Raises ``ValueError`` for a
    figure that makes no sense.
    """

    kind: CameraFault
    for_s: float | None = None
    count: int | None = None
    operation: str | None = None
    amount: int | None = None

    def __post_init__(self) -> None:
        if self.for_s is not None and not 0 < self.for_s <= _FOR_S_MAX:
            raise ValueError(f"a fault for {self.for_s} s: more than 0, at most a day")
        if self.count is not None and self.count < 1:
            raise ValueError("a fault for fewer than one request is none")
        if self.amount is not None and not 0 <= self.amount <= _BYTES_MAX:
            raise ValueError(f"{self.amount} bytes: at most {_BYTES_MAX}")
        if self.operation is not None and self.kind not in OF_ANSWERS:
            raise ValueError(f"{self.kind} is of the whole camera, not of one operation")


@dataclass(slots=True)
class _Active:
    fault: Fault
    until_s: float | None
    left: int | None


class Faults:
    """What is wrong with one camera; ``now_s`` only moves forward."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._active: dict[tuple[CameraFault, str | None], _Active] = {}

    def begin(self, fault: Fault) -> None:
        """Begin a fault, in place of an earlier one of the same kind and operation."""
        until_s = None if fault.for_s is None else self._now_s() + fault.for_s
        self._active[fault.kind, fault.operation] = _Active(fault, until_s, fault.count)

    def clear(self, kind: CameraFault | None = None) -> None:
        """End every fault, or those of one kind."""
        self._active = (
            {} if kind is None else {k: v for k, v in self._active.items() if k[0] != kind}
        )

    def now(self) -> list[Fault]:
        """What is wrong now."""
        self._end_those_over()
        return [held.fault for held in self._active.values()]

    def take(self, kind: CameraFault, operation: str | None = None) -> Fault | None:
        """The fault of that kind, for that operation or for all; one of its requests is used."""
        self._end_those_over()
        for key in ((kind, operation), (kind, None)):
            held = self._active.get(key)
            if held is not None:
                if held.left is not None:
                    held.left -= 1
                return held.fault
        return None

    def has(self, kind: CameraFault) -> bool:
        """Whether that is wrong now; nothing is used."""
        self._end_those_over()
        return any(key[0] is kind for key in self._active)

    def _end_those_over(self) -> None:
        now_s = self._now_s()
        self._active = {
            key: held
            for key, held in self._active.items()
            if held.left != 0 and (held.until_s is None or now_s < held.until_s)
        }
