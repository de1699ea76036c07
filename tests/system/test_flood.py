"""A real flood: 2,000 events a minute through real panels, a panic button in the middle (E7)."""

import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest

from monitord.core import events as ev
from monitord.vocabulary import PointState
from tests.system.daemon import Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

PANELS: Final = 16
DOORS: Final = 8
PANIC: Final = ("panel-6.door-7", 7, 7)
EVERY_S: Final = 0.03
#: Each input stays as it was set for longer than two polls.
EVENTS: Final = 150


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, PANELS)
    yield made
    made.stop()


def test_e7_nothing_is_lost_and_the_panic_is_called_before_what_came_later(
    row: PanelRow, gateway: Gateway, tmp_path: Path
) -> None:
    """E7: every edge of every input is in the journal, in its order; the panic stands on top."""
    config = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
    text = config.read_text()
    place = f"read: discrete/7, kind: door, area: hall-{PANIC[1] - 1}"
    assert text.count(place) == 1
    config.write_text(text.replace(place, place.replace("kind: door", "kind: panic")))
    daemon = Daemon(config, tmp_path / "state").start().wait_until_watching()
    try:
        said = flood(row)
        [shown] = until(lambda: [c for c in gateway.calls if c["incident"]["point"] == PANIC[0]],
                        "somebody is called about the panic")  # fmt: skip
        code, view = daemon.ask("incidents")
        assert (code, view["incidents"][0]["category"]) == (0, "hold-up")
        assert view["flood"]["alarms"] > 10
        number = shown["incident"]["number"]
        before = [c["incident"]["number"] for c in gateway.calls[: gateway.calls.index(shown)]]
        assert all(other < number for other in before), "a later alarm was called first"
        until(lambda: len(changes(daemon)) == len(said), "every edge is stored")
        assert by_point(changes(daemon)) == by_point(said)
        assert_called_in_its_step(daemon, number)
    finally:
        assert daemon.stop() == 0


def flood(row: PanelRow) -> list[tuple[str, PointState]]:
    """What was done to the inputs, at the pace of 2,000 a minute."""
    doors = cycle(
        (panel, door)
        for door in range(DOORS)
        for panel in range(1, PANELS + 1)
        if (panel, door) != PANIC[1:]
    )
    active: set[tuple[int, int]] = set()
    said = []
    begin_s = time.monotonic()
    for count in range(EVENTS):
        panel, door = PANIC[1:] if count == EVENTS // 2 else next(doors)
        is_on = (panel, door) not in active
        active ^= {(panel, door)}
        row.tell(f"set panel {panel} input {door} {'on' if is_on else 'off'}")
        state = PointState.ACTIVE if is_on else PointState.NORMAL
        said.append((f"panel-{panel - 1}.door-{door}", state))
        time.sleep(max(0.0, begin_s + (count + 1) * EVERY_S - time.monotonic()))
    return said


def changes(daemon: Daemon) -> list[tuple[str, PointState]]:
    """The edges that are stored, without the first look at each input."""
    found = daemon.events(ev.PointStateChanged)
    return [(e.point, e.state) for e in found if e.before is not PointState.UNKNOWN]


def by_point(edges: list[tuple[str, PointState]]) -> dict[str, list[PointState]]:
    found: dict[str, list[PointState]] = {}
    for point, state in edges:
        found.setdefault(point, []).append(state)
    return found


def assert_called_in_its_step(daemon: Daemon, number: int) -> None:
    """Its call is in the entry that opened it, whatever else is held."""
    [entry] = [
        entry
        for entry in daemon.entries()
        if any(isinstance(e, ev.IncidentOpened) and e.incident == number for e in entry.events)
    ]
    assert [e.incident for e in entry.events if isinstance(e, ev.CallPlaced)] == [number]
    assert daemon.events(ev.FloodBegan)
    assert daemon.events(ev.CallHeld)
