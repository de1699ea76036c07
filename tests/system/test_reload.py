"""A site file that changes while real panels are polled: `monitord reload` and its refusals."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitord.core import events as ev
from tests.runtime.test_origins import with_driver
from tests.system.daemon import FOUND, Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

PANELS = 50
PIN = "482915"


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, PANELS)
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    made = Daemon(write_site(tmp_path / "site.yaml", row.ports, gateway.url), tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def rewrite(guard: Daemon, *changes: tuple[str, str]) -> None:
    text = guard.config.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    guard.config.write_text(text)


def vitals(guard: Daemon, device: str) -> dict[str, Any]:
    code, frame = guard.ask("watch", device, "--frames", "1")
    assert code == 0
    return next(d for d in frame["devices"] if d["device"] == device)


def give_pin(guard: Daemon, *people: str) -> None:
    for person in people:
        assert guard.say("user", "add", person, "--pin-stdin", stdin=PIN).returncode == 0


def test_a_site_is_reloaded_while_50_panels_are_polled(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 12, design 5.2: what did not change misses no poll; what weakens is told and proved."""
    guard.start().wait_until_watching()
    pid, before = guard.pid, vitals(guard, "panel-7")
    give_pin(guard, "anna")
    last = PANELS - 1
    rewrite(
        guard,
        (
            f"discrete/0, kind: door, area: hall-{last},",
            f"discrete/0, kind: motion, area: hall-{last},",
        ),
        ('name: "Door 1"}', 'name: "Door one"}'),
    )
    code, look = guard.ask("reload", "--dry-run")
    assert (code, look["weakens"]) == (0, True)
    assert f"point panel-{last}.door-0: kind door → motion" in [c["words"] for c in look["changes"]]
    assert len(guard.events(ev.SiteAccepted)) == 1, "a dry run changes nothing"

    guard.config.write_text(guard.config.read_text().replace("kind: motion", "kind: motoin"))
    broken = guard.say("reload")
    assert broken.returncode == 1
    assert "motoin" in broken.stdout
    assert len(guard.events(ev.SiteAccepted, ev.SiteRejected)) == 1, (
        "and neither does a broken file"
    )
    guard.config.write_text(guard.config.read_text().replace("kind: motoin", "kind: motion"))

    no_pin = guard.say("reload")
    assert no_pin.returncode == 1
    assert "PIN" in no_pin.stderr
    code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
    assert (code, done["accepted"]) == (0, True)
    accepted = guard.events(ev.SiteAccepted)[-1]
    assert (accepted.by, accepted.weakens) == ("anna", True)
    told = [e for e in guard.events(ev.AlarmOccurred) if e.source == "monitord.site-change"]
    assert len(told) == 1
    until(lambda: gateway.of("anna"), "somebody is called about it")

    row.tell(f"set panel {PANELS} input 0 on")
    found = until(
        lambda: [e for e in guard.events(ev.AlarmOccurred) if e.source == f"panel-{last}.door-0"],
        "the changed panel is polled again",
    )
    assert len(found) == 1
    after = vitals(guard, "panel-7")
    assert after["polls"] > before["polls"]
    assert guard.pid == pid
    assert not guard.events(ev.DeviceWentSilent)
    assert [e.device for e in guard.events(ev.DeviceCameBack)].count("panel-7") == 1
    assert guard.stop() == 0


def test_a_point_that_leaves_the_file_with_its_alarm_open_is_retired(
    tmp_path: Path, gateway: Gateway
) -> None:
    """Design section 3: unknown, shown and not polled, until a person closes it."""
    row = PanelRow(tmp_path, 1)
    guard = Daemon(write_site(tmp_path / "site.yaml", row.ports, gateway.url), tmp_path / "state")
    try:
        guard.start().wait_until_watching()
        give_pin(guard, "anna")
        row.tell("set panel 1 input 0 on")
        until(lambda: guard.events(ev.IncidentOpened), "the alarm")
        lines = guard.config.read_text().splitlines(keepends=True)
        [gone] = [line for line in lines if "door-0:" in line]
        guard.config.write_text("".join(line for line in lines if line is not gone))
        code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
        assert (code, done["accepted"]) == (0, True)

        def retired() -> list[dict[str, Any]]:
            return [p for p in guard.ask("points")[1]["points"] if p["retired"]]

        assert [(p["id"], p["state"]) for p in retired()] == [("panel-0.door-0", "unknown")]
        _, status = guard.ask("status")
        [shown] = status["retired"]
        [number] = shown["incidents"]
        frame = vitals(guard, "panel-0")
        assert "panel-0.door-0" not in [p["point"] for p in frame["points"]], "nobody polls it"
        assert guard.stop() == 0
        guard.start().wait_until_watching()
        assert retired(), "a restart forgets nothing"
        closing = ("close", str(number), "--cause", "test", "--pin-stdin", *FOUND)
        closed = guard.say(*closing, stdin=PIN)
        assert closed.returncode == 0, closed.stderr
        assert retired() == []
    finally:
        if guard.running:
            guard.kill()
        row.stop()


def test_a_careful_site_waits_for_the_second_person_at_a_start_too(
    tmp_path: Path, gateway: Gateway
) -> None:
    """Law 11: neither a signal nor a restart is a way round."""
    row = PanelRow(tmp_path, 1)
    config = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
    guard = Daemon(config, tmp_path / "state")
    try:
        rewrite(guard, ("country: GB}", "country: GB, second-person: true}"))
        guard.start().wait_until_watching()
        give_pin(guard, "anna", "boris")
        rewrite(guard, ("wait: 30s", "wait: 5min"), ("second-person: true", "second-person: false"))
        os.kill(guard.pid, signal.SIGHUP)
        until(lambda: "site_file_not_taken" in guard.log.read_text(), "a signal only tells")
        code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
        assert (code, done["accepted"], done["held"]["number"]) == (0, False, 1)
        assert guard.stop() == 0
        guard.start().wait_until_watching()
        assert len(guard.events(ev.SiteAccepted)) == 1, "a restart weakens nothing"
        held = guard.ask("status")[1]["site_held"]
        assert (held["number"], held["by"]) == (1, "anna"), "it is seen without looking for it"
        code, _ = guard.ask("reload", "confirm", "1", "--pin-stdin", stdin=PIN)
        assert code == 1, "the same person cannot be the second"
        yes = ("reload", "confirm", "1", "--person", "boris", "--pin-stdin")
        code, done = guard.ask(*yes, stdin=PIN)
        assert (code, done["accepted"]) == (0, True)
        accepted = guard.events(ev.SiteAccepted)[-1]
        assert (accepted.by, accepted.confirmed_by) == ("anna", "boris")
    finally:
        if guard.running:
            guard.kill()
        row.stop()


def test_a_driver_that_was_changed_is_told_at_a_start_although_the_site_file_was_not(
    tmp_path: Path, gateway: Gateway
) -> None:
    """Law 11: the code that reads the alarms counts as part of what was accepted."""
    row = PanelRow(tmp_path, 1)
    config, file = with_driver(tmp_path)
    guard = Daemon(config, tmp_path / "state")
    rewrite(guard, ("http://127.0.0.1:9/call", gateway.url), (":15020", f":{row.ports[0]}"))
    try:
        guard.start().wait_until_watching()
        assert guard.stop() == 0
        file.write_text(file.read_text() + "# another word\n")
        guard.start().wait_until_watching()
        first, accepted = guard.events(ev.SiteAccepted)
        assert (first.weakens, accepted.weakens) == (False, True)
        assert [words for words in accepted.changes if words.startswith("driver mine comes")]
        until(lambda: gateway.of("anna"), "people are told")
        _, look = guard.ask("reload", "--dry-run")
        assert look["changes"] == [], "told once"
        assert guard.stop() == 0
    finally:
        if guard.running:
            guard.kill()
        row.stop()
