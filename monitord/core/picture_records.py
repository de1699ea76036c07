"""The records of pictures: what was asked of a camera for an incident, and what is kept."""

import msgspec

from monitord.core.facts import TextRef
from monitord.vocabulary import PictureMoment
from monitord.vocabulary.aiming import AimStage


class FootageRecord(msgspec.Struct):
    """What was asked of a camera's recording, UTC; ``told`` once it answered: ``missing`` spans of
    it, or ``why`` that is not known."""

    from_utc_ms: int
    until_utc_ms: int
    told: bool = False
    missing: tuple[tuple[int, int], ...] = ()
    why: str = ""


class LookRecord(msgspec.Struct):
    """One camera of an incident. ``waiting`` are the moments that nothing was heard of yet;
    ``count`` how often it was asked, ``missed`` why it gave nothing last, empty where it did."""

    camera: str
    source: str
    area: str
    at_ms: int
    count: int = 1
    waiting: list[PictureMoment] = []
    pictures: list[int] = []
    missed: str = ""
    #: Of the last alarm; None where it records nothing, or was not asked yet.
    footage: FootageRecord | None = None


class AimRecord(msgspec.Struct):
    """A camera that looks away from its home, since ``since_ms``: to ``preset`` for an incident of
    that priority; with ``home`` it is on its way back. ``why`` it did not get there last. At
    ``until_ms`` it is turned home in any case; ``again``: it was there before, and then lost."""

    camera: str
    preset: str
    incident: int
    priority: int
    since_ms: int
    stage: AimStage
    home: bool = False
    why: str = ""
    until_ms: int = 0
    again: bool = False
    #: How often in a row it did not come home.
    tries: int = 0


class PictureRecord(msgspec.Struct):
    """A picture in the evidence store. ``device_ms`` is the camera's own clock, evidence alone."""

    number: int
    incident: int
    camera: str
    moment: PictureMoment
    sha256: str
    size: int
    kept_ms: int
    taken_utc_ms: int
    device_ms: int | None = None
    preset: str = ""
    smaller: bool = False
    #: It has reached its end, and its file is to go.
    expired: bool = False
    #: Why its file is there all the same; empty: it is not known to be.
    stays: str = ""


class HoldRecord(msgspec.Struct):
    """The pictures of an incident stay until somebody releases them, whatever their end.
    ``review_utc_ms``: when somebody is to look at that again; ``overdue``: nobody has."""

    by: str
    since_ms: int
    review_utc_ms: int
    reason: TextRef
    overdue: bool = False
