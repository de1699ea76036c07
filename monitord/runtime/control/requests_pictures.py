"""The requests for pictures: see :mod:`monitord.runtime.control.pictures`."""

from typing import Literal

from monitord.runtime.control.request import Command, Request


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


class ShowEvidence(Request, frozen=True, tag="evidence"):
    """What lies in the evidence store, incident by incident, and what is held."""


class HoldEvidence(Command, frozen=True, tag="evidence-hold"):
    """The pictures of incident ``number`` stay beyond their end; ``until`` (RFC 3339 with its
    zone) somebody looks at that again. Needs the PIN; ``reason`` is personal text."""

    number: int
    until: str
    reason: str


class ReleaseEvidence(Command, frozen=True, tag="evidence-release"):
    """They are held no longer. Needs the PIN."""

    number: int


AnyPictureRequest = (
    ShowPicture | ShowCamera | CamerasTaken | ShowEvidence | HoldEvidence | ReleaseEvidence
)
