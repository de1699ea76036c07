"""The requests for pictures: see :mod:`monitord.runtime.control.pictures`."""

from typing import Literal

from monitord.runtime.control.request import Request


class ShowPicture(Request, frozen=True, tag="picture"):
    """A picture of the evidence store, by its number."""

    picture: int


class ShowCamera(Request, frozen=True, tag="camera"):
    """What a camera sees now, or ``usual``ly, to whoever is signed on in that ``session``."""

    camera: str
    session: str
    which: Literal["small", "large", "usual"] = "small"


class CamerasTaken(Request, frozen=True, tag="cameras-taken"):
    """When the newest small picture of each of these ``cameras`` was taken, 64 at most."""

    cameras: list[str]
    session: str


AnyPictureRequest = ShowPicture | ShowCamera | CamerasTaken
