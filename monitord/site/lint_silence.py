"""Checks of devices that speak first: how long they may be silent, and keys that mean nothing."""

from typing import Final

from pydantic import BaseModel

from monitord.driver import Driver
from monitord.site.draft import DeviceDraft, Draft
from monitord.site.findings import Findings
from monitord.site.models import Point

SILENCE_MS_MIN: Final = 1_000
SILENCE_MS_GOOD: Final = 60_000


def speaks_first(driver: type[Driver[BaseModel]]) -> bool:
    """Whether this driver's devices are listened to rather than polled."""
    return driver.listen is not Driver.listen


def lint_silence(
    draft: Draft,
    device_id: str,
    device: DeviceDraft,
    driver: type[Driver[BaseModel]],
    found: Findings,
) -> None:
    """Check what the site says of a device's silence."""
    path, model = ("devices", device_id), device.model
    if not speaks_first(driver):
        if model.silence is not None:
            found.error(
                draft.mark(*path, "silence"),
                f"{device_id} is polled: it is silent when it does not answer",
                "take `silence` out; `poll` and `timeout` say how fast that is found",
            )
        return
    if model.poll is not None:
        found.error(
            draft.mark(*path, "poll"),
            f"{device_id} speaks first and is not polled",
            "write `silence`, how long it may say nothing, in its place",
        )
    silence_ms = driver.silence_ms if model.silence is None else model.silence
    if silence_ms < SILENCE_MS_MIN:
        found.error(draft.mark(*path, "silence"), "no device speaks that often", "write 1s or more")
    elif silence_ms > SILENCE_MS_GOOD:
        found.warning(
            draft.mark(*path, "silence"),
            f"{device_id} may be dead for {silence_ms // 1000} s before anybody hears of it",
            "let the device send a sign of life every 20 s, and write `silence: 60s`",
        )
    for point_id, point in device.points.items():
        if point.model.debounce != Point.model_fields["debounce"].default:
            found.warning(
                draft.mark(*path, "points", point_id),
                f"{device_id} tells its changes itself: `debounce` does nothing",
                "take it out, and have the device debounce",
            )
