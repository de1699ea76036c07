"""What simulated panels are made from: a device of the site as plain data. Pure.

The simulators know nothing of ours; this is all that they are told.
"""

from typing import Any, Final

from monitord.core.site import Device, Site

#: Of a point's setup: what its panel shows depends on it.
_SHOWN: Final = ("wiring", "loop", "scale", "limits")


def section_of(site: Site, device: Device, line: str) -> dict[str, Any]:
    """The device as a site file has it, listening at ``line``."""
    config = device.setup.get("config", {})
    points = {}
    for name in device.points:
        setup = site.points[name].setup
        shown = {key: setup[key] for key in _SHOWN if setup.get(key) is not None}
        points[name.partition(".")[2]] = {**setup["config"], **shown}
    return {
        "id": device.id,
        "address": line,
        "unit": config.get("unit", 1),
        "points": points,
        "outputs": config.get("outputs", {}),
    }
