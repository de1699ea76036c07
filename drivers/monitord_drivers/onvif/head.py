"""The head of a camera that can turn: to its presets, and whether it stands there.

Where a head stands is compared with the place that the camera itself keeps for the preset. A
camera that tells neither is not believed to have arrived: its picture has to show it. Imported
only where a camera is spoken to.
"""

import math
from typing import Final, NamedTuple

from monitord.driver import DeviceFault
from monitord_drivers.onvif.answers import Node, missing, printable
from monitord_drivers.onvif.session import Session

#: Of a whole turn of 1 to either side: how far from its preset a head may stand.
TOLERANCE: Final = 0.02
_PRESETS_MAX: Final = 256


class _Preset(NamedTuple):
    token: str
    name: str
    place: tuple[float, ...] | None


class Head:
    """Of one camera, from ``open`` to ``close``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._presets: list[_Preset] | None = None

    async def turn(self, preset: str) -> None:
        """Begin to turn there. Raises ``DeviceFault``."""
        known = await self._known(preset)
        params = {"ProfileToken": self._profile, "PresetToken": known.token}
        await self._session.call("ptz", "GotoPreset", params)

    async def is_at(self, preset: str) -> bool | None:
        """Whether it stands there; None where it does not tell. Raises ``DeviceFault``."""
        known = await self._known(preset)
        told = await self._session.call("ptz", "GetStatus", {"ProfileToken": self._profile})
        moves = told.find("MoveStatus")
        if moves is not None and any(each.text.upper() == "MOVING" for each in moves.children):
            return False
        place = _place(told.find("Position"))
        if place is None or known.place is None:
            return None
        return math.dist(place[:2], known.place[:2]) <= TOLERANCE and (
            len(place) != len(known.place) or abs(place[-1] - known.place[-1]) <= TOLERANCE
        )

    @property
    def _profile(self) -> str:
        if not self._session.profile:
            raise DeviceFault(self._session.no_picture or "the camera has no media profile")
        return self._session.profile

    async def _known(self, preset: str) -> _Preset:
        """By its token or its name. What the camera has is asked once in a connection."""
        if self._presets is None:
            told = await self._session.call("ptz", "GetPresets", {"ProfileToken": self._profile})
            self._presets = [_preset(each) for each in told.all("Preset")][:_PRESETS_MAX]
        for one in self._presets:
            if preset in (one.token, one.name):
                return one
        known = ", ".join(printable(one.name or one.token, 40) for one in self._presets[:16])
        self._presets = None  # somebody may set it
        raise missing(f"preset '{preset}'; it has {known or 'none'}")


def _preset(node: Node) -> _Preset:
    return _Preset(
        node.attributes.get("token", ""), node.at("Name"), _place(node.find("PTZPosition"))
    )


def _place(node: Node | None) -> tuple[float, ...] | None:
    """Pan, tilt and, where it has one, zoom."""
    turn = None if node is None else node.find("PanTilt")
    if node is None or turn is None:
        return None
    zoom = node.find("Zoom")
    texts = [turn.attributes.get("x"), turn.attributes.get("y")]
    texts += [] if zoom is None else [zoom.attributes.get("x")]
    try:
        place = tuple(float(text or "nan") for text in texts)
    except ValueError:
        return None
    return place if all(map(math.isfinite, place)) else None
