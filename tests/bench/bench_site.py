"""What it costs to read a large site file: 200 devices of 64 points, 12,800 in all.

Each figure is printed in seconds and as a ratio to the bare C parser in the same run, which
alone means something on another machine. Nothing is asserted about time.
"""

import time
from collections.abc import Callable
from pathlib import Path

import yaml
from yaml.cyaml import CParser

from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site import check, load

DEVICES, POINTS, AREAS, RUNS = 200, 64, 20, 3


def large_site() -> str:
    """Written out in full, as a generator of an integrator would."""
    lines = ["site: {id: bench, name: Bench Museum, timezone: Europe/London}", "areas:"]
    lines += [f'  area-{a}: {{name: "Gallery {a}", gate: "Gate {a}"}}' for a in range(AREAS)]
    lines.append("devices:")
    for d in range(DEVICES):
        lines += [
            f"  panel-{d}:",
            "    driver: modbus",
            f"    address: tcp://127.0.0.1:{20000 + d}",
        ]
        lines.append("    points:")
        lines += [
            f"      p{p}: {{read: discrete/{p}, kind: motion, area: area-{d % AREAS},"
            f' name: "Detector {p} of {d}"}}'
            for p in range(POINTS)
        ]
    lines += [
        "people: {ann: {name: Ann, role: guard}, bob: {name: Bob, role: director}}",
        "chains: {default: [{call: [ann, bob], by: terminal, wait: 30s}]}",
    ]
    return "\n".join(lines) + "\n"


def fastest(work: Callable[[], object]) -> float:
    """The least disturbed of a few runs, in seconds."""
    taken = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def parse_only(text: str) -> None:
    """What nobody can do without."""
    parser = CParser(text)
    while parser.get_event() is not None:
        pass
    parser.dispose()


def test_reading_a_large_site(tmp_path: Path) -> None:
    """The bar is 2 s; the design's own trial took 1.5 s."""
    text = large_site()
    file = tmp_path / "site.yaml"
    file.write_text(text)
    drivers, channels = KnownDrivers(driver_registry()), KnownChannels(channel_registry())
    assert len(load(file, drivers, channels).site.points) == DEVICES * POINTS
    bare = fastest(lambda: parse_only(text))
    composed = fastest(lambda: yaml.compose(text, Loader=yaml.CSafeLoader))
    rows = {
        "bare parser events": bare,
        "yaml.compose": composed,
        "check": fastest(lambda: check(file, drivers, channels)),
        "load (check and compile)": fastest(lambda: load(file, drivers, channels)),
    }
    print()
    for name, seconds in rows.items():
        print(f"{name:28} {seconds:6.2f} s {seconds / bare:6.1f} x the bare parser")
