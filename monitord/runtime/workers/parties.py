"""Which devices run in workers: those whose driver does not ship with monitord or asks for it,
those for which the site does, and those that are looked through. A driver that was handed over in
this process stays in it: that is how a simulation brings its own.
"""

from collections.abc import Mapping

from monitord.core.site import Device, Site
from monitord.runtime.plugins import DriverRegistry, PluginRefused, isolates
from monitord.runtime.workers.seating import Party


def parties_of(site: Site, drivers: DriverRegistry) -> list[Party]:
    """The devices that run in workers. Those of one driver and address may share a line, so they
    sit together, and where one of them is to be isolated all of them are."""
    usual = {name: isolates(drivers, name) for name in {d.driver for d in site.devices.values()}}
    places: dict[tuple[str, str], list[Device]] = {}
    for device in site.devices.values():
        address = str(device.setup.get("address") or "")
        places.setdefault((device.driver, address or f"device {device.id}"), []).append(device)
    return [
        Party(driver, place, tuple(device.id for device in devices))
        for (driver, place), devices in places.items()
        if any(_isolated(device, usual) for device in devices) and _can_be(drivers, driver)
    ]


def _isolated(device: Device, usual: Mapping[str, bool]) -> bool:
    if device.setup.get("pictures"):  # looking takes more than a turn of everybody's loop
        return True
    said = device.setup.get("isolate")
    return usual[device.driver] if said is None else bool(said)


def _can_be(drivers: DriverRegistry, driver: str) -> bool:
    try:
        return not drivers.find(driver).given
    except PluginRefused:
        return False  # each of its devices says so
