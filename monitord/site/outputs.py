"""``outputs:`` of a device: their cross checks, and what the core gets of them."""

from typing import Any, Final

from monitord.core import site as core
from monitord.site import references
from monitord.site.draft import DeviceDraft, Draft
from monitord.site.findings import Findings
from monitord.vocabulary import Category, OutputKind

#: UK police ask that a sounder outside falls silent within 20 minutes; neighbours thank for it.
OUTSIDE_MS_GOOD: Final = 20 * 60_000


def lint_outputs(draft: Draft, found: Findings) -> None:
    """Check that each ends, and tells of what it may."""
    for device_id, device in draft.devices.items():
        for name, output in device.outputs.items():
            path = ("devices", device_id, "outputs", name)
            if output.area is not None:
                references.area(draft, output.area, draft.mark(*path, "area"), found)
            if not output.timed:
                found.warning(
                    draft.mark(*path),
                    f"{device_id}.{name} stays on if the server dies",
                    "set a time in the device (a pulse coil, a watchdog) and write `timed: true`",
                )
            sounder = output.kind is OutputKind.SOUNDER
            if output.outside and sounder and output.max_on > OUTSIDE_MS_GOOD:
                found.error(
                    draft.mark(*path, "max_on"),
                    f"{device_id}.{name} may sound outside for more than 20 minutes",
                    "write `max_on: 15min`",
                )
            if Category.HOLD_UP in output.on:
                found.error(
                    draft.mark(*path, "on"),
                    f"{device_id}.{name} would tell whoever threatens somebody that help is called",
                    "take hold-up out of `on`",
                )


def compile_outputs(draft: Draft) -> dict[str, core.Output]:
    """As the core has them, by DEVICE.OUTPUT."""
    return {
        f"{device_id}.{name}": _compiled(device_id, device, name)
        for device_id, device in draft.devices.items()
        for name in device.outputs
    }


def _compiled(device_id: str, device: DeviceDraft, name: str) -> core.Output:
    output = device.outputs[name]
    return core.Output(
        id=f"{device_id}.{name}",
        device=device_id,
        name=output.name or name,
        kind=output.kind,
        max_on_ms=output.max_on,
        area=output.area or "",
        outside=output.outside,
        confirmed=output.confirmed,
        on=output.on,
        off=output.off,
        timed=output.timed,
    )


def outputs_setup(device: DeviceDraft) -> dict[str, Any]:
    """What a reload compares of them."""
    return {
        output_id: {
            "name": output.name,
            "kind": output.kind.value,
            "area": output.area,
            "on": [category.value for category in output.on],
            "confirmed": output.confirmed,
            "outside": output.outside,
            "off": output.off.value,
            "max_on_ms": output.max_on,
            "timed": output.timed,
        }
        for output_id, output in device.outputs.items()
    }
