"""Events of pictures."""

from monitord.core.events.base import Event
from monitord.vocabulary import PictureMoment


class PicturesAsked(Event, frozen=True):
    """The camera is to be looked through for an incident: for these moments, because of ``source``
    in ``area``. ``instead`` is the camera that should have been and does not see; empty: none.

    With the moment ``footage`` its recording is asked for what lies between these times."""

    incident: int
    camera: str
    moments: tuple[PictureMoment, ...]
    source: str = ""
    area: str = ""
    instead: str = ""
    from_utc_ms: int = 0
    until_utc_ms: int = 0


class PictureKept(Event, frozen=True):
    """A picture lies in the evidence store. ``taken_utc_ms`` is by our clock, ``device_ms`` by the
    camera's own; see :class:`monitord.core.facts.Shot`."""

    picture: int
    incident: int
    camera: str
    moment: PictureMoment
    sha256: str
    size: int
    taken_utc_ms: int
    device_ms: int | None = None
    preset: str = ""
    smaller: bool = False


class PictureMissed(Event, frozen=True):
    """A camera gave nothing; or, ``passed``, it was passed over: it does not answer, or it looks
    elsewhere."""

    incident: int
    camera: str
    moment: PictureMoment
    why: str
    passed: bool = False


class FootageChecked(Event, frozen=True):
    """What the camera's recording has of an alarm: all but the spans ``missing`` (UTC). ``why``
    where that cannot be told."""

    incident: int
    camera: str
    missing: tuple[tuple[int, int], ...] = ()
    why: str = ""


class PictureLeft(Event, frozen=True):
    """No picture is taken afterwards: the incident is over, or the camera is gone."""

    incident: int
    camera: str


class PicturesViewed(Event, frozen=True):
    """``by`` looks at pictures of ``what``; until then (engine time) that is not told again."""

    by: str
    what: str
    until_ms: int


AnyPictureEvent = (
    PicturesAsked | PictureKept | PictureMissed | FootageChecked | PictureLeft | PicturesViewed
)
