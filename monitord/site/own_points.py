"""Points that a device has unasked: what its driver says of itself, and its picture.

A section of that id in the site file refines one (its area, its name, its words); what its driver
reads there is nobody's to say.
"""

from typing import Any, Final

from pydantic import BaseModel

from monitord.driver import Driver, OwnPoint
from monitord.site.camera_models import LooksAt
from monitord.site.draft import Draft
from monitord.site.findings import Findings, Mark, quoted
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


def has_head(driver: type[Driver[Any]]) -> bool:
    """Whether its devices can be turned to presets."""
    return driver.aim is not Driver.aim and has_eyes(driver)


def lint_eyes(draft: Draft, found: Findings) -> None:
    """Pictures are asked of what can see, and presets of what turns and finds its way home."""
    for device_id, device in draft.devices.items():
        driver, model = device.driver, device.model
        if driver is None or model.pictures is None:
            continue
        if not has_eyes(driver):
            found.error(
                draft.mark("devices", device_id, "pictures"),
                f"a device of driver {model.driver} sees nothing",
                "take `pictures` out, or use a camera's driver",
            )
        elif model.pictures.home and not has_head(driver):
            found.error(
                draft.mark("devices", device_id, "pictures", "home"),
                f"a device of driver {model.driver} turns nowhere",
                "take `home` out",
            )
    for device_id, point_id, _, point in draft.points():
        for index, view in enumerate(point.model.cameras):
            at = draft.mark("devices", device_id, "points", point_id, "cameras", index)
            _view(draft, view, at, found)


def _view(draft: Draft, view: LooksAt, at: Mark, found: Findings) -> None:
    camera = draft.devices.get(view.camera)
    if camera is None or camera.driver is None:
        return
    if not has_eyes(camera.driver):
        found.warning(
            at,
            f"{view.camera} is no camera: its driver {camera.model.driver} sees nothing",
            "name the camera that looks there; no picture comes with this alarm",
        )
    elif view.preset and not has_head(camera.driver):
        found.error(
            at,
            f"{view.camera} does not turn: its driver {camera.model.driver} knows no presets",
            "take `preset` out",
        )
    elif view.preset and (camera.model.pictures is None or not camera.model.pictures.home):
        found.error(
            at,
            f"{view.camera} would be turned to {quoted(view.preset)} and never home",
            f"write `home: PRESET` under `pictures:` of {view.camera}",
        )
