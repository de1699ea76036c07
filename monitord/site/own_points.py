"""Points that a device has unasked: what its driver says of itself, and its picture.

A section of that id in the site file refines one (its area, its name, its words); what its driver
reads there is nobody's to say.
"""

from typing import Any, Final

from pydantic import BaseModel

from monitord.driver import Driver, OwnPoint
from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.vocabulary import Kind

#: Whether the picture of a camera is still one of its place; the runtime looks and judges.
PICTURE: Final = OwnPoint("picture", Kind.MASK, "Picture")
_NOT_SEEN: Final = "Camera does not see its place"
_COMPARE: Final = (
    "Compare its picture with the usual one and send somebody to the camera; watch its place "
    "meanwhile by another camera or a guard."
)


def has_eyes(driver: type[Driver[Any]]) -> bool:
    """Whether its devices can be looked through, beside being listened to."""
    return driver.frame is not Driver.frame and driver.listen is not Driver.listen


def own_points(
    driver: type[Driver[Any]] | None, typed: BaseModel | None, *, looked_at: bool
) -> dict[str, OwnPoint]:
    """By short id; none of a device whose section is wrong. ``looked_at``: it has ``pictures``."""
    if driver is None or typed is None:
        return {}
    own = list(driver.own_points(typed))
    if looked_at and has_eyes(driver):
        own.append(PICTURE)
    return {point.id: point for point in own}


def said_of(own: OwnPoint, device: str) -> dict[str, str]:
    """The section that stands for one of which the site file says nothing, of ``device``."""
    if own is PICTURE:
        return {"kind": own.kind.value, "name": device, "what": _NOT_SEEN, "action": _COMPARE}
    return {"kind": own.kind.value, "name": f"{device}: {own.name[:1].lower()}{own.name[1:]}"}


def lint_eyes(draft: Draft, found: Findings) -> None:
    """Pictures are asked of what can see."""
    for device_id, device in draft.devices.items():
        driver, model = device.driver, device.model
        if driver is not None and model.pictures is not None and not has_eyes(driver):
            found.error(
                draft.mark("devices", device_id, "pictures"),
                f"a device of driver {model.driver} sees nothing",
                "take `pictures` out, or use a camera's driver",
            )
    for device_id, point_id, _, point in draft.points():
        for index, camera in enumerate(point.model.cameras):
            seen_by = draft.devices.get(camera)
            if seen_by is not None and seen_by.driver is not None and not has_eyes(seen_by.driver):
                found.warning(
                    draft.mark("devices", device_id, "points", point_id, "cameras", index),
                    f"{camera} is no camera: its driver {seen_by.model.driver} sees nothing",
                    "name the camera that looks there; no picture comes with this alarm",
                )
