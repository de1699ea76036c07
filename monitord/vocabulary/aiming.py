"""Words of cameras that turn."""

from enum import StrEnum


class AimStage(StrEnum):
    """How far the turning of a camera is that looks away from its home."""

    TURNING = "turning"
    THERE = "there"
    RETURNING = "returning"
    #: Nobody knows where it looks.
    LOST = "lost"


class AimProof(StrEnum):
    """What proves that a camera looks where it was told to."""

    POSITION = "position"  # its head stands there
    PICTURE = "picture"  # it shows the place
