"""Gateways that hang, refuse, fail, babble and flood: the next person is called on time."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from monitord.core import events as ev
from monitord.vocabulary import Outcome
from tests.system.daemon import Daemon, Gateway, free_port, until
from tests.system.panel_row import PanelRow

#: What the gateway does with a call to anna, by the panel that alarmed.
BEHAVIOUR: Final = {
    "panel-0": (0, b""),  # hangs
    "panel-1": (500, b"no"),
    "panel-2": (200, b"\x00\xff{[" * 2_000),
    "panel-3": (200, b"[" * 2_000_000),
    "panel-4": (302, b""),
    "panel-5": (200, b'{"acknowledged": ' + b'{"a":' * 100_000),
}
WAIT_MS: Final = 2_000
LATE_MS: Final = 500
GROWTH_KB_MAX: Final = 24_000


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, len(BEHAVIOUR))
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    site = tmp_path / "site.yaml"
    site.write_text(site_text(row.ports, gateway.url))
    made = Daemon(site, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def site_text(ports: list[int], url: str) -> str:
    """One area, one panel, one door each; anna, then boris behind a dead gateway, then chloe."""
    numbers = range(len(ports))
    areas = "".join(
        f"  hall-{n}: {{name: Hall {n}, gate: Gate {n}, set_by: monitord}}\n" for n in numbers
    )
    devices = "".join(
        f"  panel-{n}:\n    driver: modbus\n    address: tcp://127.0.0.1:{port}\n    poll: 200ms\n"
        f"    points: {{door: {{read: discrete/0, kind: door, area: hall-{n}}}}}\n"
        for n, port in enumerate(ports)
    )
    return f"""\
site: {{id: museum, name: Museum, timezone: Europe/London, country: GB}}
areas:
{areas}devices:
{devices}people:
  anna: {{name: Anna, role: duty-manager, reach: [{{hook: anna}}]}}
  boris: {{name: Boris, role: security-manager, reach: [{{dead: boris}}]}}
  chloe: {{name: Chloe, role: director, reach: [{{hook: chloe}}]}}
channels:
  hook: {{driver: webhook, url: "{url}", may_acknowledge: true}}
  dead: {{driver: webhook, url: "http://127.0.0.1:{free_port()}/"}}
chains:
  default:
    - {{call: anna, by: hook, wait: {WAIT_MS // 1000}s}}
    - {{call: boris, by: dead, wait: 60s}}
    - {{call: chloe, by: hook, wait: 60s}}
acknowledge: {{listen: "127.0.0.1:{free_port()}"}}
"""


def resident_kb(pid: int) -> int:
    """The memory of a process, as the kernel counts it."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError(f"{pid} has no VmRSS")


def step_times(daemon: Daemon) -> dict[int, list[int]]:
    """When each step of each incident began, in engine time."""
    times: dict[int, list[int]] = {}
    for entry in daemon.entries():
        for event in entry.events:
            if isinstance(event, ev.StepStarted):
                times.setdefault(event.incident, []).append(entry.at_ms)
    return times


def test_the_next_step_waits_for_no_gateway(guard: Daemon, row: PanelRow, gateway: Gateway) -> None:
    """Issue 2, law 12: retried within bounds, the next step on time, and no memory lost."""

    def behave(call: dict[str, Any]) -> tuple[int, bytes]:
        if call["person"] != "anna":
            return 202, b"{}"
        return BEHAVIOUR[call["incident"]["point"].split(".")[0]]

    gateway.behave = behave
    guard.start().wait_until_watching()
    before_kb = resident_kb(guard.pid)
    row.tell("set 0 on")
    until(lambda: len(gateway.of("chloe")) >= len(BEHAVIOUR), "chloe is called for each")
    for incident, times in step_times(guard).items():
        first, second, third = times
        # An answer that is certainly no hand-over may bring the next step early, never late.
        assert second - first <= WAIT_MS + LATE_MS, incident
        assert third - second <= 4_000, "a dead gateway is certain: no wait of 60 s"
    points = {e.incident: e.first_out.split(".")[0] for e in guard.events(ev.IncidentOpened)}
    calls = {e.call: (points[e.incident], e.person) for e in guard.events(ev.CallPlaced)}
    outcomes: dict[tuple[str, str], set[Outcome]] = {}
    for result in guard.events(ev.CallResulted):
        outcomes.setdefault(calls[result.call], set()).add(result.outcome)
    for garbage in ("panel-2", "panel-3", "panel-5"):
        assert outcomes[garbage, "anna"] == {Outcome.HANDED_OVER}
    assert outcomes["panel-1", "anna"] == {Outcome.FAILED}
    assert outcomes["panel-4", "anna"] == {Outcome.FAILED}
    assert {outcomes[point, "boris"].pop() for point in BEHAVIOUR} == {Outcome.FAILED}
    assert guard.events(ev.IncidentAcknowledged) == []
    assert len(gateway.of("anna")) <= 3 * len(BEHAVIOUR), "tries are bounded"
    assert resident_kb(guard.pid) - before_kb < GROWTH_KB_MAX
    began = time.monotonic()
    assert guard.stop() == 0
    assert time.monotonic() - began < 5, "a call on its way holds no stop up"
    assert "Traceback" not in guard.log.read_text()
