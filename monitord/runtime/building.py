"""Makes the driver of one device, from what the accepted site says of it.

The same in the daemon and in a worker: whatever is wrong with a driver or a section becomes a
``DeviceFault`` of that device. It never opens anything.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from pydantic import BaseModel, ValidationError

from monitord.core.site import Device, Site
from monitord.driver import ConfigFault, DeviceFault, Driver, Point
from monitord.runtime.bound import place_of
from monitord.runtime.plugins import DriverRegistry, PluginRefused
from monitord.vocabulary import Cause

Section = dict[str, Any]

NO_SECTION: Final[Section] = {}


class Unbuildable(ConfigFault):
    """A driver that cannot be made for this device: ours to mend, and trying cannot help."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.cause = Cause.DRIVER


class Order(msgspec.Struct, frozen=True, array_like=True):
    """What a driver is made from. ``points`` are short ids with their sections, in order; None for
    those that the device has by itself. ``look_ms``: how often it is looked through; 0: never.
    ``limits``: those of its pictures that are not as for any camera, by their names there.
    """

    device: str
    driver: str
    address: str | None
    section: Section
    points: tuple[tuple[str, Section | None], ...]
    poll_ms: int
    timeout_ms: int
    silence_ms: int = 0
    look_ms: int = 0
    limits: Mapping[str, float | bool] = {}


def order_of(site: Site, device: Device, defaults: type[Driver[Any]]) -> Order:
    """The order of one device. Raises ``TypeError`` or ``ValueError`` for what cannot be read."""
    poll_ms = int(device.setup.get("poll_ms") or defaults.poll_ms)
    timeout_ms = int(device.setup.get("timeout_ms") or defaults.timeout_ms)
    if min(poll_ms, timeout_ms) < 1:
        raise ValueError(f"poll {poll_ms} ms, timeout {timeout_ms} ms")
    pictures = device.setup.get("pictures") or {}
    sections = [site.points[point].setup.get("config", NO_SECTION) for point in device.points]
    ids = [point.removeprefix(f"{device.id}.") for point in device.points]
    return Order(
        device=device.id,
        driver=device.driver,
        address=device.setup.get("address"),
        section=device.setup.get("config") or NO_SECTION,
        points=tuple(zip(ids, sections, strict=True)),
        poll_ms=poll_ms,
        timeout_ms=timeout_ms,
        silence_ms=device.silence_ms or defaults.silence_ms,
        look_ms=int(pictures.get("every_ms", 0)),
        limits=pictures.get("limits", {}),
    )


class Builder:
    """Makes drivers with the plugins of one registry."""

    def __init__(self, drivers: DriverRegistry) -> None:
        self._drivers = drivers
        self._point_configs: dict[tuple[type[Driver[Any]], bytes], BaseModel] = {}

    def build(self, order: Order) -> Driver[Any]:
        """A new driver for each call. Raises ``DeviceFault`` and nothing else."""
        try:
            return self._build(order)
        except PluginRefused as error:
            raise Unbuildable(str(error)) from None
        except ValidationError as error:
            raise Unbuildable(_words(order.driver, error)) from None
        except DeviceFault:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to foreign code
            kind, place = type(error).__name__, place_of(error)
            detail = f"driver {order.driver} raised {kind} when made ({place})"
            raise DeviceFault(detail, Cause.DRIVER) from None

    def _build(self, order: Order) -> Driver[Any]:
        cls = self._drivers.get(order.driver).cls
        section = dict(order.section)
        if "address" in cls.Config.model_fields and order.address is not None:
            section.setdefault("address", order.address)
        points = [Point(id=name, config=self._point_config(cls, own)) for name, own in order.points]
        driver = cls(cls.Config.model_validate(section), points)
        driver.poll_ms, driver.timeout_ms = order.poll_ms, order.timeout_ms
        driver.silence_ms = order.silence_ms
        return driver

    def _point_config(self, cls: type[Driver[Any]], section: Section | None) -> BaseModel | None:
        """One for all points that say the same, where the driver's model cannot be changed."""
        if section is None:
            return None
        if not cls.PointConfig.model_config.get("frozen"):
            return cls.PointConfig.model_validate(section)
        key = (cls, msgspec.json.encode(section))
        config = self._point_configs.get(key)
        if config is None:
            config = self._point_configs[key] = cls.PointConfig.model_validate(section)
        return config


def _words(driver: str, error: ValidationError) -> str:
    """The first finding, without the value that was found: a secret may stand in it."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"driver {driver} refuses the site file's {where or 'section'}: {first['msg']}"
