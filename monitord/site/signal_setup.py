"""The part of a compiled point that ``monitord.core.signals`` reads, as plain JSON."""

from dataclasses import asdict
from typing import Any, Final

from monitord.site.models import Point
from monitord.site.signal_models import Limits, Loop
from monitord.site.words import Rise

_IN_MS: Final = {"on_delay": "on_delay_ms", "off_delay": "off_delay_ms"}


def signal_setup(model: Point) -> dict[str, Any]:
    """Wiring, debounce, scale and unit always; the rest only where it is written."""
    setup: dict[str, Any] = {
        "wiring": model.wiring,
        "debounce_ms": model.debounce,
        "scale": model.scale,
        "unit": model.unit,
    }
    if model.short_pulse != "alarm":
        setup["short_pulse"] = model.short_pulse
    if model.loop is not None:
        setup["loop"] = loop_setup(model.loop)
    if model.mean is not None:
        setup["mean_ms"] = model.mean
    if model.stuck is not None:
        setup["stuck_ms"] = model.stuck
    if model.limits is not None:
        setup["limits"] = _limits(model.limits)
        if model.limits.deadband is not None:
            setup["deadband"] = model.limits.deadband
    return setup


def loop_setup(loop: Loop) -> dict[str, Any]:
    """As ``monitord.core.signals.loop_of`` reads it: resistors in ohm."""
    said = {
        "end": loop.end,
        "alarm": loop.alarm,
        "mask": loop.mask,
        "fault": loop.fault,
        "pull_up": loop.pull_up,
        "full": loop.full,
        "closes": loop.contact == "normally-open" or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _limits(limits: Limits) -> dict[str, Any]:
    """A tuple becomes a list: what is stored must come back equal."""
    return {
        _IN_MS.get(key, key): list(value)
        if isinstance(value, tuple)
        else asdict(value)
        if isinstance(value, Rise)
        else value
        for key, value in limits
        if value is not None
    }
