"""Facts of cameras that turn."""

from monitord.core.facts.base import Fact
from monitord.vocabulary.aiming import AimProof


class CameraAimed(Fact, frozen=True):
    """What came of a turn: ``why`` it is not there, or what proves that it is, None for nothing."""

    camera: str
    preset: str
    home: bool = False
    proof: AimProof | None = None
    why: str = ""
