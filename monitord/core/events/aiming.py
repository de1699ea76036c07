"""Events of cameras that turn."""

from monitord.core.events.base import Event
from monitord.vocabulary.aiming import AimProof


class CameraTurned(Event, frozen=True):
    """The camera is to look at a preset, for an incident; ``home``: where it always looks.
    ``again``: as before, for who speaks to it now may not know."""

    camera: str
    preset: str
    incident: int
    priority: int
    home: bool = False
    why: str = ""
    again: bool = False


class CameraArrived(Event, frozen=True):
    """It has turned away; without a ``proof`` it does not tell where it stands."""

    camera: str
    preset: str
    proof: AimProof | None = None


class CameraNotTurned(Event, frozen=True):
    """It did not get there, or nobody knows; ``home``: it did not come back."""

    camera: str
    preset: str
    why: str
    home: bool = False


class CameraReturned(Event, frozen=True):
    """It looks where it always does, and this proves it."""

    camera: str
    proof: AimProof


class CameraForgotten(Event, frozen=True):
    """It left the site file, or is turned no more."""

    camera: str


AnyAimEvent = CameraTurned | CameraArrived | CameraNotTurned | CameraReturned | CameraForgotten
