"""Set and unset with real processes: two panels of one gallery, lost, restarted and killed.

The certified panel (panel 1) says whether the gallery is set; the detectors are on both.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from monitord.core import events as ev
from monitord.vocabulary import Category, SetState
from tests.system.daemon import Daemon, Gateway, free_port, until
from tests.system.panel_row import PanelRow

SET: Final = "set panel 1 input 0 on"
UNSET: Final = "set panel 1 input 0 off"
MOTION_HERE: Final = "set panel 1 input 1 on"
MOTION_THERE: Final = "set panel 2 input 0 on"
#: Long enough for several polls; what should not happen has had its chance by then.
A_WHILE_S: Final = 1.0

SITE: Final = """\
site: {{id: museum, name: Museum, timezone: Europe/London, country: GB}}
areas:
  gallery: {{name: Gallery, gate: Gate B, set_by: {{point: certified.g-set}}}}
devices:
  certified:
    driver: modbus
    address: tcp://127.0.0.1:{ports[0]}
    poll: 200ms
    alarm-after: 1s
    points:
      g-set: {{read: discrete/0, kind: area-set, area: gallery}}
      pir: {{read: discrete/1, kind: motion, area: gallery}}
  extra:
    driver: modbus
    address: tcp://127.0.0.1:{ports[1]}
    poll: 200ms
    alarm-after: 1s
    points:
      pir: {{read: discrete/0, kind: motion, area: gallery}}
people:
  anna: {{name: Anna, role: duty-manager, reach: [{{hook: anna}}]}}
channels:
  hook: {{driver: webhook, url: "{url}"}}
chains:
  default: [{{call: anna, by: hook, wait: 60s}}]
acknowledge: {{listen: "127.0.0.1:{listen}"}}
"""


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, 2)
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    """A started daemon over the two panels."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE.format(ports=row.ports, url=gateway.url, listen=free_port()))
    made = Daemon(site, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def gallery(daemon: Daemon) -> SetState:
    """What the last entry about it says."""
    changes = daemon.events(ev.AreaChanged)
    return changes[-1].state if changes else SetState.UNKNOWN


def begin(daemon: Daemon, row: PanelRow, how: str, state: SetState) -> None:
    """Start with the gallery in that state."""
    row.tell(how)
    daemon.start().wait_until_watching()
    until(lambda: gallery(daemon) is state, f"the gallery is {state}")
    until(lambda: returned(daemon, 2), "both panels are read")


def returned(daemon: Daemon, times: int) -> bool:
    return len(daemon.events(ev.DeviceCameBack)) >= times


def opened(daemon: Daemon) -> list[ev.IncidentOpened]:
    return list(daemon.events(ev.IncidentOpened))


def test_unset_motion_is_none_and_a_lost_panel_is_a_fault(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 4: people walk about by day; that a panel is gone is told all the same."""
    begin(guard, row, UNSET, SetState.UNSET)
    row.tell(MOTION_HERE)
    row.tell(MOTION_THERE)
    time.sleep(A_WHILE_S)
    assert opened(guard) == []
    row.tell("fault panel 2 hang")
    [incident] = until(lambda: opened(guard), "the lost panel is told")
    assert incident.category is Category.TECHNICAL
    assert incident.first_out == "extra/fault"
    until(lambda: gateway.calls, "somebody is called")


def test_two_panels_lost_in_a_set_area_are_one_incident(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 4: two losses in one set area are one joined attack, not two faults."""
    begin(guard, row, SET, SetState.SET)
    row.tell("fault panel 1 hang")
    time.sleep(0.5)
    row.tell("fault panel 2 half-open")
    until(lambda: guard.events(ev.IncidentConfirmed), "the second loss confirms")
    [incident] = opened(guard)
    assert incident.category is Category.TAMPER
    assert {e.alarm for e in guard.events(ev.AlarmOccurred)} == {"certified/tamper", "extra/tamper"}
    assert {call["incident"]["number"] for call in gateway.calls} == {1}


@pytest.mark.parametrize("end", [Daemon.kill, Daemon.stop])
def test_a_restart_while_unset_raises_nothing_false(
    guard: Daemon, row: PanelRow, gateway: Gateway, end: Callable[[Daemon], object]
) -> None:
    """Law 4: motion on both panels, and the area's state is kept until it is read again."""
    begin(guard, row, UNSET, SetState.UNSET)
    row.tell(MOTION_HERE)
    row.tell(MOTION_THERE)
    end(guard)
    guard.start().wait_until_watching()
    until(lambda: returned(guard, 4), "both panels are read again")
    time.sleep(A_WHILE_S)
    assert opened(guard) == []
    assert gallery(guard) is SetState.UNSET
    assert gateway.calls == []


def test_set_while_nobody_looked_is_set_when_somebody_does(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 4: set and entered between kill and start: the intruder is an alarm."""
    begin(guard, row, UNSET, SetState.UNSET)
    guard.kill()
    row.tell(SET)
    row.tell(MOTION_THERE)
    guard.start()
    until(lambda: gateway.calls, "the motion is called")
    assert opened(guard)[0].first_out == "extra.pir/active"


def test_a_certified_panel_gone_while_nobody_looked_leaves_nothing_less_armed(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 4: unset before, but nobody says so any more: after its time the area counts as set,
    and motion on the other panel is an alarm."""
    begin(guard, row, UNSET, SetState.UNSET)
    guard.kill()
    row.tell("fault panel 1 hang")
    row.tell(MOTION_THERE)
    guard.start()
    until(lambda: gallery(guard) is SetState.UNKNOWN, "the area is unknown, which counts as set")
    until(
        lambda: (
            any(e.first_out == "extra.pir/active" for e in opened(guard))
            or any(e.alarm == "extra.pir/active" for e in guard.events(ev.IncidentJoined))
        ),
        "the motion is an alarm",
    )
    until(lambda: gateway.calls, "somebody is called")


def test_killed_while_set_it_is_set_from_the_first_moment(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 4: the certified panel is silent at the start; the kept state guards at once."""
    begin(guard, row, SET, SetState.SET)
    guard.kill()
    row.tell("fault panel 1 hang")
    row.tell(MOTION_THERE)
    guard.start()
    until(lambda: gateway.calls, "the motion is called")
    assert gateway.calls[0]["incident"]["point"] == "extra.pir"
    entries = guard.entries()
    [alarm] = [
        entry
        for entry in entries
        if any(isinstance(e, ev.AlarmOccurred) and e.source == "extra.pir" for e in entry.events)
    ]
    start = [e for e in entries if any(isinstance(x, ev.EpochOpened) for x in e.events)][-1]
    assert alarm.at_ms - start.at_ms < 1_000, "before the panel's silence was an alarm itself"
