"""The simulated site: the museum's own, with every way out of this machine taken away.

Pure. Areas, points, people, chains, waits and words stay as they are; each device is moved to a
simulated panel on loopback, each channel to a simulated telephone, and what would connect to
anything else (MQTT, public links, credentials) is left out. A device whose protocol has no
simulator here is stood in for by plain contacts, one for each point, and said so.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec import structs

from monitord.cli.rehearsal.cameras import CREDENTIAL, USER
from monitord.core.calls import TERMINAL
from monitord.core.site import Channel, Device, Point
from monitord.runtime.rehearsal import marked
from monitord.runtime.simulated import section_of
from monitord.site.loader import Compiled

LOOPBACK: Final = "127.0.0.1"
_SIMULATED: Final = "modbus"
_CAMERA: Final = "onvif"
#: By this a simulated camera lets the rehearsal in, and by nothing else.
_SIGN_ON: Final[dict[str, Any]] = {
    "user": USER,
    "password": {"credential": CREDENTIAL},
}
_POLL_MS: Final = 200
_TIMEOUT_MS: Final = 500
#: Of a point's setup: nothing of these is true of a contact.
_OF_REGISTERS: Final = frozenset({"loop", "limits", "mean_ms", "stuck_ms"})
#: Addresses of one table of a simulated panel.
_TABLE_SIZE: Final = 65_536


class Plan(NamedTuple):
    """A site on loopback, before the ports are known.

    ``sections`` are the device sections for the simulated panels, each with the ``address`` of
    its line here; ``lines`` gives that address by device. ``stood_in`` are the devices whose own
    protocol is not rehearsed, with their driver; ``cameras`` are the simulated cameras, with what
    each of their points reads, by short id.
    """

    compiled: Compiled
    sections: tuple[dict[str, Any], ...]
    lines: dict[str, str]
    stood_in: dict[str, str]
    cameras: dict[str, dict[str, Any]]


def plan(compiled: Compiled) -> Plan:
    """What has to be simulated for this site."""
    site = compiled.site
    places: dict[str, str] = {}
    lines: dict[str, str] = {}
    stood_in: dict[str, str] = {}
    devices: dict[str, Device] = {}
    points: dict[str, Point] = dict(site.points)
    cameras: dict[str, dict[str, Any]] = {}
    for device in site.devices.values():
        moved = device
        if device.driver == _CAMERA:
            cameras[device.id] = {
                name.removeprefix(f"{device.id}."): (points[name].setup["config"] or {}).get("read")
                for name in device.points
            }
            devices[device.id] = device
            continue
        address = str(device.setup["address"])
        if device.driver != _SIMULATED:
            stood_in[device.id] = device.driver
            address = f"stand-in {device.id}"
            moved = _stand_in(device)
            for number, name in enumerate(device.points[:_TABLE_SIZE]):
                points[name] = _contact(site.points[name], number)
        lines[device.id] = places.setdefault(address, f"tcp://line-{len(places) + 1}:502")
        devices[device.id] = moved
    simulated = structs.replace(site, devices=devices, points=points)
    panels = [device for device in devices.values() if device.id in lines]
    sections = tuple(section_of(simulated, device, lines[device.id]) for device in panels)
    return Plan(structs.replace(compiled, site=simulated), sections, lines, stood_in, cameras)


def at_ports(
    plan: Plan, panels: Mapping[str, int], cameras: Mapping[str, str], telephone: int, links: int
) -> Compiled:
    """The simulated site, with the port of each line and of the telephone, the address of each
    camera, and a port for links."""
    site = plan.compiled.site
    devices = {
        device.id: _moved(device, cameras[device.id], **_SIGN_ON)
        if device.id in plan.cameras
        else _moved(device, f"tcp://{LOOPBACK}:{panels[plan.lines[device.id]]}")
        for device in site.devices.values()
    }
    channels = {
        name: Channel(name, "webhook", setup={"url": f"http://{LOOPBACK}:{telephone}/{name}"})
        for name in dict.fromkeys((*site.channels, TERMINAL))
    }
    setup = {key: value for key, value in site.setup.items() if key != "mqtt"}
    setup["name"] = f"TEST {setup.get('name', site.id)}"
    setup["acknowledge"] = {"listen": f"{LOOPBACK}:{links}", "public_url": None}
    simulated = structs.replace(site, devices=devices, channels=channels, setup=marked(setup))
    return structs.replace(plan.compiled, site=simulated)


def _moved(device: Device, address: str, **config: Any) -> Device:
    config = {**device.setup["config"], "address": address, **config}
    return structs.replace(device, setup={**device.setup, "address": address, "config": config})


def _stand_in(device: Device) -> Device:
    """The same device as a plain panel with a contact for each point."""
    setup = {
        **device.setup,
        "poll_ms": _POLL_MS,
        "timeout_ms": _TIMEOUT_MS,
        "isolate": None,
        "config": {"unit": 1},
    }
    setup.pop("outputs", None)
    setup.pop("pictures", None)
    return structs.replace(device, driver=_SIMULATED, silence_ms=0, setup=setup)


def _contact(point: Point, number: int) -> Point:
    wired = {"wiring": "normally-open", "scale": None, "config": {"read": f"discrete/{number}"}}
    setup = {key: value for key, value in point.setup.items() if key not in _OF_REGISTERS}
    return structs.replace(point, setup={**setup, **wired})
