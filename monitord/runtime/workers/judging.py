"""In a worker: the judge of one camera's pictures. The libraries come in with the first camera."""

import contextlib
from typing import TYPE_CHECKING, Final

from monitord.driver import ConfigFault, DeviceFault, Frame, PointState
from monitord.runtime.building import Order
from monitord.runtime.workers.eyes import Judge, Verdict
from monitord.runtime.workers.frames import PICTURE_MAX

if TYPE_CHECKING:
    from monitord.pictures.checking import Checker

#: A picture that is too large to be handed over is made this wide, and then worse, until it fits.
WIDTHS: Final = (1_920, 1_280, 960, 640)
QUALITY: Final = 80
#: For a wall of cameras, where many stand beside each other: some 10 kB.
SMALL_WIDTH: Final = 384
SMALL_QUALITY: Final = 70
#: Findings by which the place is not seen as it should be, and one that only the sensor has.
_NOT_TAMPER: Final = frozenset({"noise"})


def judge_of(order: Order, memory: bytes) -> Judge:
    """A judge for the device of this order, with what an earlier one learned of its place.

    Raises ``ConfigFault`` where no library is there, or for limits that are none.
    """
    try:
        from monitord.pictures.checking import Checker, settings_of
        from monitord.pictures.decoding import BadPicture
        from monitord.pictures.references import from_bytes
    except ImportError as error:
        raise ConfigFault(
            f"pictures cannot be checked without {error.name}: pip install 'monitord[camera]'"
        ) from None
    places = {}
    if memory:
        with contextlib.suppress(BadPicture):  # damaged: learned anew
            places = from_bytes(memory)
    try:
        settings = settings_of(order.limits)
    except ValueError as error:
        raise ConfigFault(f"limits of its pictures: {error}") from None
    return PictureJudge(Checker(settings, places))


class PictureJudge:
    """The picture checks as the eyes ask for them."""

    def __init__(self, checker: "Checker") -> None:
        self._checker = checker
        self._known = _lights(checker)

    def judge(self, frame: Frame, at_ms: int) -> Verdict:
        """The gravest of what is open after this picture."""
        from monitord.pictures import decoding

        try:
            grey = decoding.decode(frame.jpeg) if frame.jpeg else decoding.fit(frame.image)
        except decoding.BadPicture as bad:
            raise DeviceFault(str(bad)) from None
        self._checker.look(grey, at_ms, frame.preset)
        for finding, words in self._checker.open.items():
            is_tamper = finding.value not in _NOT_TAMPER
            return Verdict(PointState.ACTIVE if is_tamper else PointState.FAULT, words)
        return Verdict(PointState.NORMAL, settled=self._checker.settled)

    def jpeg_of(self, frame: Frame) -> tuple[bytes, bool]:
        """The camera's own file where it has one that is not too large."""
        if frame.jpeg and len(frame.jpeg) <= PICTURE_MAX:
            return frame.jpeg, False
        from monitord.pictures import decoding, packing

        try:
            for width in WIDTHS:
                jpeg = packing.packed(frame.jpeg or frame.image, width, QUALITY)
                if len(jpeg) <= PICTURE_MAX:
                    return jpeg, bool(frame.jpeg)
        except decoding.BadPicture as bad:
            raise DeviceFault(str(bad)) from None
        raise DeviceFault("its picture is too large, whatever is done to it")

    def small_of(self, frame: Frame) -> bytes:
        """As a wall of cameras shows it."""
        from monitord.pictures import decoding, packing

        try:
            return packing.packed(frame.jpeg or frame.image, SMALL_WIDTH, SMALL_QUALITY)
        except decoding.BadPicture as bad:
            raise DeviceFault(str(bad)) from None

    def reference(self) -> bytes:
        """The founding picture of where it looks now."""
        place = self._checker.places.get(self._checker.preset)
        return place.references[0].jpeg() if place is not None and place.references else b""

    def learned(self) -> bytes:
        """The places, when one more light of one was learned."""
        from monitord.pictures.references import to_bytes

        known = _lights(self._checker)
        if known == self._known:
            return b""
        self._known = known
        return to_bytes(self._checker.places)


def _lights(checker: "Checker") -> dict[str, tuple[int, ...]]:
    """Which pictures of each place it knows, by identity."""
    return {
        preset: tuple(id(one) for one in place.references)
        for preset, place in checker.places.items()
        if place.references
    }
