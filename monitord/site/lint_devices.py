"""Cross checks of devices, their points and their cadence."""

from collections.abc import Hashable
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from monitord.core.signals import MEASURED
from monitord.driver import Driver
from monitord.site.draft import DeviceDraft, Draft, PointDraft
from monitord.site.findings import Findings, Mark, did_you_mean, listed, quoted
from monitord.site.lint_signals import lint_signal, lint_unsupervised
from monitord.site.lint_silence import lint_silence, speaks_first
from monitord.site.types import DriverTypes, shares_lines
from monitord.vocabulary import CATEGORY_OF_KIND, Category

POLL_MS_MIN: Final = 20
POLL_MS_GOOD: Final = 200
TIMEOUT_MS_GOOD: Final = 1_000
ALARM_AFTER_MS_GOOD: Final = 8_000
DEBOUNCE_MS_MAX: Final = 60_000

#: A pulse of these counts: what a detector says in 400 ms must be seen.
PULSES: Final = frozenset(
    {
        Category.INTRUSION,
        Category.OBJECT,
        Category.HOLD_UP,
        Category.FIRE,
        Category.TAMPER,
        Category.EARLY_WARNING,
    }
)


def lint_devices(draft: Draft, drivers: DriverTypes, found: Findings) -> None:
    """Check every device by itself, then all of them against each other."""
    if not draft.ids.get("devices"):
        found.error(
            draft.mark("devices"), "there is no device: nothing would be watched",
            "write at least one under `devices:`",
        )  # fmt: skip
    for device_id, device in draft.devices.items():
        at = draft.mark("devices", device_id)
        if device.driver is not None:
            _isolation(draft, device_id, device, device.driver, drivers, found)
            _address(draft, device_id, device, device.driver, found)
            _cadence(draft, device_id, device, device.driver, found)
            lint_silence(draft, device_id, device, device.driver, found)
        if not device.points and not device.outputs and device.driver is not None:
            _empty(draft, device_id, at, found)
        lint_unsupervised(device, device_id, at, found)
        _registers(draft, device_id, device, found)
    _same_device(draft, found)
    for device_id, point_id, _, point in draft.points():
        _point(draft, device_id, point_id, point, found)
        lint_signal(draft, (device_id, point_id), point, found)


def _empty(draft: Draft, device_id: str, at: Mark, found: Findings) -> None:
    if any(known.startswith(f"{device_id}.") for known in draft.point_ids):
        return
    found.warning(at, f"{device_id} has no points", "write what it watches under `points:`")


def _isolation(
    draft: Draft,
    device_id: str,
    device: DeviceDraft,
    driver: type[Driver[BaseModel]],
    drivers: DriverTypes,
    found: Findings,
) -> None:
    """Taking a driver out of its worker is a choice that somebody must hear of."""
    name = device.model.driver
    if device.model.isolate is not False or (drivers.shipped(name) and not driver.isolate):
        return
    why = (
        "asks for a process of its own" if drivers.shipped(name) else "does not ship with monitord"
    )
    found.warning(
        draft.mark("devices", device_id, "isolate"),
        f"the driver {quoted(name)} {why} and runs in the daemon: "
        "if it hangs the daemon, nothing is watched",
        "take `isolate: false` out; it then runs in a process of its own",
    )


def _address(
    draft: Draft,
    device_id: str,
    device: DeviceDraft,
    driver: type[Driver[BaseModel]],
    found: Findings,
) -> None:
    address = device.model.address
    at = draft.mark("devices", device_id, "address")
    shared = shares_lines(driver)
    if not address:
        if shared:
            found.error(at, "`address` is missing", "write where the device listens")
        return
    if device.typed is not None and hasattr(device.typed, "address"):
        return
    try:
        parts = urlsplit(address)
        good = not parts.scheme or parts.port != 0
    except ValueError:
        good = False
    if not good:
        found.error(at, f"{quoted(address)} is not an address", "write it as tcp://host:port")


def _cadence(
    draft: Draft,
    device_id: str,
    device: DeviceDraft,
    driver: type[Driver[BaseModel]],
    found: Findings,
) -> None:
    path = ("devices", device_id)
    poll_ms = driver.poll_ms if device.model.poll is None else device.model.poll
    timeout_ms = driver.timeout_ms if device.model.timeout is None else device.model.timeout
    pulses = any(CATEGORY_OF_KIND[point.model.kind] in PULSES for point in device.points.values())
    polled = not speaks_first(driver)
    if polled and poll_ms < POLL_MS_MIN:
        found.error(
            draft.mark(*path, "poll"), f"a poll every {poll_ms} ms is more than a device bears",
            f"write {POLL_MS_MIN}ms or more; 200ms is fast enough for every detector",
        )  # fmt: skip
    elif polled and poll_ms > POLL_MS_GOOD and pulses:
        found.warning(
            draft.mark(*path, "poll"),
            f"{device_id} is polled every {poll_ms} ms: a detector's pulse of 400 ms may be missed",
            f"write `poll: {POLL_MS_GOOD}ms`",
        )
    if timeout_ms == 0:
        found.error(draft.mark(*path, "timeout"), "a timeout of nothing", "write 1s or less")
    elif timeout_ms > TIMEOUT_MS_GOOD:
        found.warning(
            draft.mark(*path, "timeout"),
            f"{device_id} may take {timeout_ms} ms for an answer, so its silence is found late",
            "write `timeout: 1s`",
        )
    if device.model.alarm_after > ALARM_AFTER_MS_GOOD:
        found.warning(
            draft.mark(*path, "alarm-after"),
            f"{device_id} may be silent for more than 10 s before anybody hears of it",
            f"write {ALARM_AFTER_MS_GOOD // 1000}s or less",
        )


def _same(typed: BaseModel | None, config: dict[str, object]) -> Hashable:
    """Something that is equal for two sections that mean the same."""
    try:
        hash(typed)
    except TypeError:
        return repr(sorted(config.items()))
    return typed if typed is not None else repr(sorted(config.items()))


def _spot(typed: BaseModel | None, config: dict[str, object]) -> Hashable:
    """Where a point is read. Two contacts of one bit are one, whatever else is wired to them."""
    if set(config) <= {"read", "opposite"}:
        return getattr(typed, "read", None) or _same(typed, config)
    return _same(typed, config)


def _registers(draft: Draft, device_id: str, device: DeviceDraft, found: Findings) -> None:
    first: dict[Hashable, str] = {}
    for point_id, point in device.points.items():
        if not point.config:
            continue
        # One anemometer gives the mean wind and the gust.
        kind = point.model.kind if point.model.kind in MEASURED else None
        before = first.setdefault((_spot(point.typed, point.config), kind), point_id)
        if before != point_id:
            keys = " ".join(f"{key}: {value}" for key, value in point.config.items())
            found.error(
                draft.mark("devices", device_id, "points", point_id, *list(point.config)[:1]),
                f"{point_id} is read at the same place as {before} ({quoted(keys)})",
                "give it its own address; a copied line leaves a detector unwatched",
            )


def _same_device(draft: Draft, found: Findings) -> None:
    first: dict[tuple[str, str, str], str] = {}
    for device_id, device in draft.devices.items():
        config = {key: value for key, value in device.config.items() if key != "outputs"}
        unit = getattr(device.typed, "unit", None)
        own = str(unit) if unit is not None else repr(sorted(config.items()))
        address = getattr(device.typed, "address", None) or device.model.address
        if not address:
            continue
        before = first.setdefault((device.model.driver, str(address), own), device_id)
        if before != device_id:
            found.error(
                draft.mark("devices", device_id, "address"),
                f"{device_id} is the same device as {before}: same address, same unit",
                "write its own address or unit, or put the points into one device",
            )


def _point(draft: Draft, device_id: str, point_id: str, point: PointDraft, found: Findings) -> None:
    path = ("devices", device_id, "points", point_id)
    model = point.model
    if model.debounce > DEBOUNCE_MS_MAX:
        found.error(
            draft.mark(*path, "debounce"),
            f"a debounce of {model.debounce} ms shows a quiet point as active",
            "write 60s or less; 400ms is usual",
        )  # fmt: skip
    for index, view in enumerate(model.cameras):
        camera = view.camera
        if not draft.has("devices", camera):
            cure = did_you_mean(camera, draft.ids.get("devices", ()), "name a device")
            at = draft.mark(*path, "cameras", index)
            found.error(at, f"there is no camera {quoted(camera)}", cure)
    if model.was is not None and model.was in draft.point_ids:
        found.error(
            draft.mark(*path, "was"), f"{model.was} still exists",
            f"take one of the two out; there are {listed([model.was, f'{device_id}.{point_id}'])}",
        )  # fmt: skip
