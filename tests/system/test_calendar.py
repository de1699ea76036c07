"""Opening hours through a real daemon: laid by a child, shown, kept over a start."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitord.core import events as ev
from tests.system.daemon import Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow
from tests.system.test_reload import rewrite


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, 2)
    yield made
    made.stop()


def hours(guard: Daemon) -> dict[str, Any]:
    """Of each area that has any: may it be unset?"""
    listed = guard.ask("areas")[1]["areas"]
    return {a["area"]: a["hours"]["may_be_unset"] for a in listed if a["hours"]["open"]}


def test_hours_are_laid_shown_and_not_laid_again_while_they_are_good(
    tmp_path: Path, row: PanelRow, gateway: Gateway
) -> None:
    """Design 5.2."""
    config = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
    guard = Daemon(config, tmp_path / "state")
    rewrite(
        guard,
        ('gate: "Gate 0",', 'gate: "Gate 0", open: "24/7",'),
        ('gate: "Gate 1",', 'gate: "Gate 1", open: "off",'),
    )
    try:
        guard.start().wait_until_watching()
        until(lambda: hours(guard) == {"hall-0": "open", "hall-1": "closed"}, "the hours are laid")
        shown = guard.say("areas").stdout
        assert "may be unset, and at least until" in shown
        assert "to be set, and at least until" in shown
        assert guard.stop() == 0

        guard.start().wait_until_watching()
        assert hours(guard) == {"hall-0": "open", "hall-1": "closed"}
        assert len(guard.events(ev.CalendarLaid)) == 1, "good for days: no work at a start"
        assert not [e for e in guard.events(ev.AlarmOccurred) if e.source == "monitord.calendar"]
        assert guard.stop() == 0
    finally:
        if guard.running:
            guard.kill()


def test_the_daemon_never_loads_the_parser_of_hours() -> None:
    """It is compiled code and megabytes: both belong into a child."""
    asks = "import monitord.app, sys; sys.exit('opening_hours' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0
