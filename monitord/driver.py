"""What a driver author imports, and nothing else.

A driver speaks its device's protocol. Cadence, timeouts, retries, back-off, isolation and health
belong to the runtime: a driver never sleeps to wait for the next poll, never retries, never
catches an error just to go on. It raises one of the faults below, and the runtime does the rest.
"""

from abc import ABC
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from monitord.search import About, Found, Profile, Search, Sought
from monitord.vocabulary import Cause, Kind, PointState, Quality

__all__ = [
    "UNKNOWN",
    "About",
    "AuthFault",
    "Cause",
    "ConfigFault",
    "Counted",
    "DeviceFault",
    "Driver",
    "Emit",
    "Found",
    "Frame",
    "Item",
    "Kind",
    "Line",
    "OwnPoint",
    "Paired",
    "Picture",
    "Point",
    "PointState",
    "PollCost",
    "Profile",
    "Quality",
    "Reading",
    "Search",
    "Secret",
    "Sought",
    "Value",
]

ConfigT = TypeVar("ConfigT", bound=BaseModel)
PointConfigT = TypeVar("PointConfigT", bound=BaseModel)


class _Unknown:
    """The device does not know this value; never a normal one."""

    _instance: "ClassVar[_Unknown | None]" = None

    def __new__(cls) -> "_Unknown":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()

#: A bare answer for one point: a contact's bit, a measured value, a text, a state, or UNKNOWN.
Value = bool | int | float | str | PointState | _Unknown


class DeviceFault(Exception):
    """Theirs: expected and counted. ``cause`` picks the words that the guard reads."""

    def __init__(self, detail: str, cause: Cause = Cause.SILENT) -> None:
        super().__init__(detail)
        self.detail = detail
        self.cause = cause


class AuthFault(DeviceFault):
    """The device refuses our sign-on; the runtime backs off to its maximum at once."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, Cause.AUTHENTICATION)


class ConfigFault(DeviceFault):
    """What the site file asks of the device does not exist there; retrying cannot help."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, Cause.CONFIGURATION)


class Point(msgspec.Struct, frozen=True):
    """One signal as the driver offers it; ``id`` is the short id, unique in the device."""

    id: str
    config: Any = None


class Reading(msgspec.Struct, frozen=True):
    """A value with more known about it than the value.

    ``once`` has no end (a line crossed); ``by`` is the user or key that the device names;
    ``key`` makes a repeat the same reading; ``raw`` is the text as received, 200 characters.
    ``device_ms`` is the device's own clock, UTC milliseconds: evidence, never used to decide.
    """

    point: str
    value: Any
    quality: Quality = Quality.GOOD
    device_ms: int | None = None
    once: bool = False
    by: str | None = None
    key: str | None = None
    raw: str | None = None


class Counted(msgspec.Struct, frozen=True):
    """A contact whose pulses the device counts, with the count in the same answer.

    The runtime sees by it what happened between two polls. ``count`` wraps at ``bits`` bits.
    """

    contact: bool | int | PointState
    count: int
    bits: int = 16


class Paired(msgspec.Struct, frozen=True):
    """A contact that is wired to two inputs, of which one always says the opposite of the other.

    Two that agree are a cable that was cut, shorted or tampered with.
    """

    contact: bool | int
    opposite: bool | int


#: What ``poll`` answers for one point.
Item = Value | Reading | Counted | Paired


class Secret(BaseModel):
    """What a ``Config`` declares for a password: ``{credential: NAME}`` in the site file.

    The runtime fills in ``text`` before it makes the driver; while a site file is only checked it
    is empty. It is in no journal, feed or log, and must not get there: ``reveal`` it late.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra=lambda schema: schema["properties"].pop("text"),
    )

    credential: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    text: SecretStr = SecretStr("")

    def reveal(self) -> str:
        """The secret itself."""
        return self.text.get_secret_value()


class Picture(msgspec.Struct, frozen=True):
    """A picture that lies on disk: written, synced and named by its sha256, then told."""

    path: str
    sha256: str
    taken_ms: int
    device_ms: int | None = None


class Frame(msgspec.Struct, frozen=True):
    """What a device with eyes sees now: ``jpeg`` as the device gave it, nothing decoded, or
    ``image``, a numpy array of uint8, grey (height, width) or BGR (height, width, 3).

    ``device_ms`` is the device's own clock, UTC milliseconds; ``preset`` names where it looks.
    """

    jpeg: bytes = b""
    image: Any = None
    device_ms: int | None = None
    preset: str = ""


class OwnPoint(msgspec.Struct, frozen=True):
    """A point that every such device has, unasked: its clock, its stream. See ``own_points``.

    One that only says whether the device is well is of kind ``event``: it is ``normal`` or
    ``fault``, with the words for the guard in ``Reading.raw``.
    """

    id: str
    kind: Kind
    name: str


class PollCost(msgspec.Struct, frozen=True):
    """What a poll of a device that answers takes of its connection: ``words`` say of what."""

    busy_ms: float
    words: str = ""


class Line(Protocol):
    """One connection that several devices share."""

    async def close(self) -> None:
        """Let go of the connection; never raises."""


#: Tells readings, in order; True once all of them are stored. See ``Driver.listen``.
Emit = Callable[[Sequence[Reading]], Awaitable[bool]]


class Driver(ABC, Generic[ConfigT]):
    """Base of all drivers: implement ``points`` and ``poll`` (or ``listen``), and say your config.

    ``Config`` validates the device's section of the site file (its own keys only), ``PointConfig``
    one point's section. ``poll_ms`` and ``timeout_ms`` are defaults that a site may change; what
    holds for its device, the runtime sets on the driver before ``open``.

    A driver with ``listen`` promises a longest silence: ``silence_ms``, a default too, is how long
    a device that is well may say nothing. ``can_wait = False`` says that the device cannot be
    slowed down (UDP): what does not fit is then told once per point, with its count.
    """

    Config: ClassVar[type[BaseModel]]
    PointConfig: ClassVar[type[BaseModel]]
    poll_ms: int = 200
    timeout_ms: int = 1_000
    silence_ms: int = 0
    can_wait: ClassVar[bool] = True
    isolate: ClassVar[bool] = False
    #: What a worker of this driver may hold of the machine's memory, in MiB, beside 24 MiB for each
    #: of its devices. 512 at most.
    memory_mib: ClassVar[int] = 64
    #: What ``monitord probe ADDRESS`` reads unasked: sections of points by the name of their kind.
    #: Of each as many as the device has, halved until it answers.
    samples: ClassVar[Mapping[str, Sequence[Mapping[str, Any]]]] = {}

    def __init__(self, config: ConfigT, points: Sequence[Point]) -> None:
        self.config = config
        self._points = tuple(points)

    @classmethod
    async def connect(cls, address: str) -> Line:
        """Open a connection that several devices share; called once per address."""
        raise TypeError(f"{cls.__name__} has no shared connections")

    @classmethod
    async def seek(cls, search: Search) -> Sought:
        """Find devices, for ``monitord discover``; nobody signs on. Raises ``DeviceFault``."""
        raise TypeError(f"{cls.__name__} cannot seek")

    @classmethod
    async def introduce(cls, found: Found, user: str, password: str) -> About:
        """What a found device says of itself; nothing is changed there. One sign-on that is
        refused is not tried again. Raises ``DeviceFault`` where it says nothing at all.
        """
        raise TypeError(f"{cls.__name__} cannot seek")

    @classmethod
    def cost(cls, config: ConfigT, points: Sequence[Point], *, shared: bool) -> PollCost | None:
        """What a poll will take, for ``monitord check``; None where that cannot be told.

        ``shared``: other devices of the site have the same address. Nothing is opened. Raises
        ``ConfigFault`` for points that such a device can never be asked for.
        """
        return None

    @classmethod
    def own_points(cls, config: ConfigT) -> Sequence[OwnPoint]:
        """Points beside those of the site file; a section of that id there refines one.

        They are among ``points()``, with None for their ``config``.
        """
        return ()

    def points(self) -> Sequence[Point]:
        """The points of this device, in the order in which ``poll`` answers."""
        return self._points

    async def open(self, line: Line | None = None) -> None:
        """Connect, or prepare to speak over ``line``. Raises ``DeviceFault``."""

    async def poll(self) -> Sequence[Item]:
        """One item per point, in the order of ``points()``. Raises ``DeviceFault``."""
        raise TypeError(f"{type(self).__name__} is not polled")

    async def listen(self, emit: Emit) -> None:
        """For devices that speak first: call ``emit`` until the connection ends.

        Each call of ``emit`` is a sign of life, an empty one too. It returns True when the
        readings are stored: answer the device then, and only then. On False stay silent; the
        device repeats, and ``Reading.key`` makes that harmless. Where the driver has ``poll`` as
        well, that is asked once after each ``open``, before ``listen``: the whole state.
        """
        raise TypeError(f"{type(self).__name__} does not listen")

    async def write(self, output: str, value: bool) -> None:
        """Switch an output. Raises ``DeviceFault``."""
        raise TypeError(f"{type(self).__name__} has no outputs")

    async def frame(self) -> Frame:
        """What it sees now, for devices with eyes. Raises ``DeviceFault``.

        The runtime asks as often as the site says, checks what comes, and keeps what an alarm
        needs; whoever implements this need not implement ``picture``.
        """
        raise TypeError(f"{type(self).__name__} has no eyes")

    async def aim(self, preset: str) -> None:
        """Begin to turn to a preset, by its name, for devices with a head. Raises ``DeviceFault``,
        with the cause ``DEVICE`` when it refuses and stays where it was.
        """
        raise TypeError(f"{type(self).__name__} has no head")

    async def aimed(self, preset: str) -> bool | None:
        """Whether it stands at that preset; None where the device does not tell where it stands.

        The runtime asks a few times a second while it turns. Raises ``DeviceFault``.
        """
        raise TypeError(f"{type(self).__name__} has no head")

    async def footage(self, from_ms: int, until_ms: int) -> Sequence[tuple[int, int]]:
        """The spans between these moments (UTC, milliseconds) that were not recorded, 32 at most;
        for devices that record. Raises ``DeviceFault`` where that cannot be told.

        The runtime asks after an alarm, so that a missing clip is known before anybody wants it.
        """
        raise TypeError(f"{type(self).__name__} records nothing")

    async def picture(self, want: str) -> Picture:
        """Take a picture."""
        raise TypeError(f"{type(self).__name__} has no eyes")

    async def close(self) -> None:
        """Let go of everything; never raises."""
