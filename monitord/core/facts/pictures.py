"""Facts of pictures: what a camera gave, or why it gave nothing."""

import msgspec

from monitord.core.facts.base import Fact
from monitord.core.facts.people import Command
from monitord.vocabulary import PictureMoment


class Shot(msgspec.Struct, frozen=True):
    """A picture in the evidence store, named by its ``sha256``.

    ``age_ms`` is how long before now it was taken, ``device_ms`` the camera's own clock in UTC
    milliseconds. ``smaller``: it is not the file that the camera gave.
    """

    sha256: str
    size: int
    age_ms: int = 0
    device_ms: int | None = None
    preset: str = ""
    smaller: bool = False


class PicturesCame(Fact, frozen=True):
    """What came of one look that an incident asked for; without a shot, ``why`` in words.

    Of footage: the spans that are ``missing`` (UTC, milliseconds), or ``why`` nobody knows."""

    incident: int
    camera: str
    moment: PictureMoment
    shots: tuple[Shot, ...] = ()
    why: str = ""
    missing: tuple[tuple[int, int], ...] = ()


class ViewPictures(Command, frozen=True):
    """Somebody looks at pictures of ``what``: one of :mod:`monitord.core.viewing`."""

    what: str
