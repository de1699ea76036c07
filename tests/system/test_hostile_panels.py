"""Panels that hang, lie and fall over, among panels in order: real processes, one of each fault.

All faults begin at once; each test looks at another side of what came of them.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest

from monitord.core import events as ev
from monitord.core.events import Entry
from monitord.vocabulary import Category, Cause, PointState
from tests.system.daemon import MONITORD, Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

#: What each panel is told to do, and the cause that people must be shown.
FAULTS: Final = {
    "hang": Cause.SILENT,
    "half-open": Cause.SILENT,
    "late": Cause.SILENT,
    "reset": Cause.SILENT,
    "slow delay 3s": Cause.SILENT,
    "reboot": Cause.SILENT,
    "garbage": Cause.PROTOCOL,
    "wrong-transaction": Cause.PROTOCOL,
    "wrong-function": Cause.PROTOCOL,
    "wrong-unit": Cause.PROTOCOL,
    "short": Cause.PROTOCOL,
    "lying-count": Cause.PROTOCOL,
    "truncated": Cause.PROTOCOL,
    "flood": Cause.PROTOCOL,
    "exception code 2": Cause.CONFIGURATION,
    "exception code 4": Cause.DEVICE,
    "exception code 10": Cause.GATEWAY,
    "exception code 11": Cause.TARGET,
    "busy": Cause.BUSY,
}
STRICKEN: Final = [f"panel-{n}" for n in range(len(FAULTS))]
IN_ORDER: Final = 4
FAULT_S: Final = 10.0
RETURN_S: Final = 8.0
#: A grid point that a healthy panel may miss when this machine itself is short of time.
MISSED_MAX: Final = 2


class World(NamedTuple):
    """What stands while the faults do. ``began_ms``: UTC of the first fault."""

    daemon: Daemon
    gateway: Gateway
    panels: PanelRow
    began_ms: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hostile")
    panels, gateway = PanelRow(folder, len(FAULTS) + IN_ORDER), Gateway()
    config = write_site(folder / "site.yaml", panels.ports, gateway.url)
    # So many faults are a flood; here each is to be called for at once.
    config.write_text(config.read_text().replace("GB}", "GB, calls-in-flood: 0s}", 1))
    daemon = Daemon(config, folder / "state").start()
    try:
        daemon.wait_until_watching()
        began_ms = time.time_ns() // 1_000_000
        for number, fault in enumerate(FAULTS, 1):
            panels.tell(
                f"reboot panel {number} 60s"
                if fault == "reboot"
                else f"fault panel {number} {fault}"
            )
        until(lambda: len(occurred(daemon)) >= len(FAULTS), "every fault is an alarm")
        yield World(daemon, gateway, panels, began_ms)
    finally:
        if daemon.running:
            daemon.kill()
        panels.stop()
        gateway.close()


def occurred(daemon: Daemon) -> dict[str, tuple[Entry, ev.AlarmOccurred]]:
    """The first alarm of each source."""
    found: dict[str, tuple[Entry, ev.AlarmOccurred]] = {}
    for entry in daemon.entries():
        for event in entry.events:
            if isinstance(event, ev.AlarmOccurred):
                found.setdefault(event.source, (entry, event))
    return found


def vitals(daemon: Daemon, device: str) -> dict[str, Any]:
    """One frame of a device, as a script reads it."""
    command = [str(MONITORD), "watch", device, "--json", "--state", str(daemon.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        frame: dict[str, Any] = json.loads(watching.stdout.readline())["devices"][0]
        watching.kill()
    return frame


def test_each_fault_is_an_alarm_of_its_area_within_ten_seconds(world: World) -> None:
    """Law 4, A1: tamper while set, called, and early enough."""
    alarms = occurred(world.daemon)
    assert sorted(alarms) == sorted(STRICKEN)
    for source, (entry, event) in alarms.items():
        assert entry.utc_ms - world.began_ms <= FAULT_S * 1_000, source
        assert (event.category, event.area) == (Category.TAMPER, f"hall-{source[6:]}")
    until(
        lambda: (
            {call["incident"]["area"] for call in world.gateway.of("anna")}
            >= {f"hall-{n}" for n in range(len(FAULTS))}
        ),
        "every area is called for",
    )


def test_each_fault_is_told_with_its_own_cause(world: World) -> None:
    """Issue 2: a fault on that device, with what is wrong with it."""
    code, status = world.daemon.ask("status")
    assert code == 2
    causes = {blind["device"]: blind["cause"] for blind in status["blind"]}
    assert causes == dict(zip(STRICKEN, FAULTS.values(), strict=True))


def test_unknown_is_nowhere_shown_as_normal(world: World) -> None:
    """Law 4: neither in the list, nor live."""
    points = world.daemon.ask("points")[1]["points"]
    states = {p["state"] for p in points if p["device"] in STRICKEN}
    assert states == {PointState.UNKNOWN.value}
    assert {p["state"] for p in points if p["device"] not in STRICKEN} == {"normal"}
    for device in ("panel-0", "panel-7"):
        frame = vitals(world.daemon, device)
        assert {point["state"] for point in frame["points"]} == {"unknown"}, device
        assert frame["cause"]


def test_panels_in_order_do_not_notice(world: World) -> None:
    """Law 12: no poll missed, no error, whatever the neighbours do."""
    for number in range(len(FAULTS), len(FAULTS) + IN_ORDER):
        frame = vitals(world.daemon, f"panel-{number}")
        assert frame["errors"] == 0
        assert frame["missed"] <= MISSED_MAX
        assert frame["connected"] is True
        assert frame["polls"] > 20


def test_no_exception_escapes(world: World) -> None:
    """Issue 2: what a panel does is a fault of the panel, never a traceback of ours."""
    log = world.daemon.log.read_text()
    for sign in ("Traceback", '"exception":', "never retrieved", "supervisor raised"):
        assert sign not in log
    assert not world.daemon.events(ev.FactFailed)


def test_when_the_faults_end_all_are_back_and_the_blind_time_is_on_record(world: World) -> None:
    """Law 4: from when to when nobody saw it, device by device."""
    world.panels.tell("clear")

    def back() -> dict[str, int]:
        return {
            event.device: event.blind_from_ms
            for entry in world.daemon.entries()
            for event in entry.events
            if isinstance(event, ev.DeviceCameBack) and entry.at_ms > world.began_ms
        }

    until(lambda: set(back()) == set(STRICKEN), "all are back", RETURN_S)
    for device, blind_from_ms in back().items():
        assert world.began_ms - 500 <= blind_from_ms <= world.began_ms + 2_000, device
    until(lambda: not world.daemon.ask("status")[1]["blind"], "nothing is blind any more")
    assert {p["state"] for p in world.daemon.ask("points")[1]["points"]} == {"normal"}
    assert world.daemon.stop() == 0
