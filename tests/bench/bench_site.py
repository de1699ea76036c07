"""What it costs to read a large site file: 200 devices of 64 points, 12,800 in all.

Printed beside the bare C parser in the same run, which alone means something on another machine.
"""

from pathlib import Path

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site import check, load
from tests.bench.figures import fastest, figure, title

DEVICES, POINTS = 200, 64


def large_site(devices: int = DEVICES) -> str:
    """Written out in full, as a generator of an integrator would: each panel in its own area."""
    lines = ["site: {id: bench, name: Bench Museum, timezone: Europe/London}", "areas:"]
    lines += [f'  area-{a}: {{name: "Gallery {a}", gate: "Gate {a}"}}' for a in range(devices)]
    lines.append("devices:")
    for d in range(devices):
        lines += [
            f"  panel-{d}:",
            "    driver: modbus",
            f"    address: tcp://127.0.0.1:{20000 + d}",
        ]
        lines.append("    points:")
        lines += [
            f"      p{p}: {{read: discrete/{p}, kind: motion, area: area-{d},"
            f' name: "Detector {p} of {d}"}}'
            for p in range(POINTS)
        ]
    lines += [
        "people: {ann: {name: Ann, role: guard}, bob: {name: Bob, role: director}}",
        "chains: {default: [{call: [ann, bob], by: terminal, wait: 30s}]}",
    ]
    return "\n".join(lines) + "\n"


def parse_only(text: str) -> None:
    """What nobody can do without."""
    parser = CParser(text)
    while parser.get_event() is not None:
        pass
    parser.dispose()


def test_reading_a_large_site(tmp_path: Path) -> None:
    """The bar is 2 s for checking and compiling it."""
    text = large_site()
    file = tmp_path / "site.yaml"
    file.write_text(text)
    drivers, channels = KnownDrivers(driver_registry()), KnownChannels(channel_registry())
    assert len(load(file, drivers, channels).site.points) == DEVICES * POINTS
    bare_s = fastest(lambda: parse_only(text))
    load_s = fastest(lambda: load(file, drivers, channels))
    title("Reading a site file of 12,800 points")
    figure("bare C parser, events only", bare_s, "s")
    figure("composed by the C parser", fastest(lambda: yaml.compose(text, yaml.CSafeLoader)), "s")
    figure("check: every finding", fastest(lambda: check(file, drivers, channels)), "s")
    figure("load: checked and compiled", load_s, "s", most=2)
    figure("load to the bare parser", load_s / bare_s, "x")
