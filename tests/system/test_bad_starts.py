"""Starts on a disk or a journal that is no good, each with the real daemon.

It guards all the same wherever that harms nothing, with every area as if set, and says so; it
refuses with a cure where a newer version's record would be touched.
"""

import sqlite3
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitord.core import events as ev
from tests.system.daemon import Daemon, Gateway, until
from tests.system.disks import MB, DaemonOn, Disk, called
from tests.system.panel_row import PanelRow


def _live(guard: Daemon) -> Path:
    """The file of the journal that is written."""
    return max((guard.state / "journal").glob("*.db"))


def _guards(guard: Daemon, row: PanelRow, gateway: Gateway, panel: int) -> None:
    """An alarm is called and can be taken."""
    row.tell(f"set panel {panel + 1} input 0 on")
    until(lambda: called(gateway, f"panel-{panel}.door-0"), "the alarm is called")
    shown = until(lambda: _incident(guard, f"panel-{panel}."), "it is shown")
    code, _ = guard.ask("acknowledge", str(shown["number"]), "--seen", str(shown["rev"]))
    assert code == 0


def _incident(guard: Daemon, point: str) -> dict[str, Any] | None:
    found = guard.ask("incidents")[1]["incidents"]
    return next((incident for incident in found if point in str(incident)), None)


def _takes(gateway: Gateway, point: str) -> None:
    """Who was called for it takes it over the link: no command line is needed."""
    call = until(
        lambda: [c for c in gateway.calls if c["incident"]["point"] == point], f"{point} is called"
    )[-1]
    form = {"Content-Type": "application/json"}
    request = urllib.request.Request(call["acknowledge_url"], b"{}", form)
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 200


def test_a_disk_that_turns_read_only_and_a_start_on_it(
    disk: Disk, runtime_folder: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """A10: as file systems do after an error; it ends when the disk is writable again."""
    guard = daemon_on(disk.on_loop(32 * MB))
    guard.start().wait_until_watching()
    disk.turn_read_only()
    row.tell("set panel 1 input 0 on")
    _takes(gateway, "panel-0.door-0")
    assert guard.ask("status")[1]["store"]["degraded"]
    _takes(gateway, "monitord.journal")
    guard.kill()
    disk.mount_read_only()
    guard.start()
    until(lambda: guard.tail().count("watching") == 2, "it guards on a disk that it cannot write")
    row.tell("set panel 2 input 0 on")
    _takes(gateway, "panel-1.door-0")
    assert not guard.events(ev.IncidentAcknowledged), "nothing can be stored"
    disk.make_writable()
    until(lambda: guard.events(ev.StoreRestored), "what was held is stored")
    assert len(guard.events(ev.IncidentAcknowledged)) == 3, "before the kill, and after it"
    assert [e.epoch for e in guard.events(ev.EpochOpened)] == [1, 2]
    assert not any(e.damaged for e in guard.events(ev.EpochOpened)), "all of it could be read"
    until(lambda: not list(runtime_folder.iterdir()), "and the spill file is gone")
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def garbage(guard: Daemon) -> None:
    """Something else stands in its place."""
    _live(guard).write_bytes(b"this is no journal at all" * 1_000)


def a_folder(guard: Daemon) -> None:
    """Somebody restored it badly."""
    live = _live(guard)
    live.unlink()
    live.mkdir()
    (live / "notes.txt").write_text("restored from tape")


def nothing(guard: Daemon) -> None:
    """Somebody deleted it, and its snapshots."""
    for path in (guard.state / "journal").iterdir():
        path.unlink()
    (guard.state / "journal").rmdir()


def another_kind(guard: Daemon) -> None:
    """A database of something else."""
    _live(guard).unlink()
    with sqlite3.connect(_live_again(guard)) as db:
        db.execute("CREATE TABLE visitors (name TEXT)")
    db.close()


def _live_again(guard: Daemon) -> Path:
    return guard.state / "journal" / "000001.db"


@pytest.mark.parametrize("ruin", [garbage, a_folder, another_kind, nothing])
def test_a_journal_that_cannot_be_read_is_kept_and_the_site_is_guarded(
    ruin: Callable[[Daemon], None],
    tmp_path: Path,
    row: PanelRow,
    gateway: Gateway,
    daemon_on: DaemonOn,
) -> None:
    """Law 1: guarded all the same, every area as if set, what stood there kept as evidence."""
    guard = daemon_on(tmp_path)
    guard.start().wait_until_watching()
    guard.kill()
    for leftover in (guard.state / "journal").glob("*-wal"):
        leftover.unlink()
    ruin(guard)
    guard.start().wait_until_watching()
    _guards(guard, row, gateway, 0)
    [opened] = guard.events(ev.EpochOpened)
    if ruin is not nothing:
        assert opened.damaged
        assert list((guard.state / "journal").glob("*damaged*")), "kept as evidence"
        until(lambda: called(gateway, "monitord.journal"), "people are told")
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0
    assert "Traceback" not in guard.log.read_text()


def test_a_journal_of_a_newer_version_is_not_touched(
    tmp_path: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """It names the cure; the version that wrote it finds every byte as it was."""
    guard = daemon_on(tmp_path)
    guard.start().wait_until_watching()
    assert guard.stop() == 0
    db = sqlite3.connect(_live(guard))
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    before = _live(guard).read_bytes()
    guard.start()
    assert guard.exit_code() == 1
    assert "install the version that wrote it" in guard.tail()
    assert _live(guard).read_bytes() == before


def test_a_journal_that_the_disk_does_not_give_back(
    disk: Disk, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """A10: the file is there and cannot be read, as on a dying disk."""
    guard = daemon_on(disk.on_loop(32 * MB))
    guard.start().wait_until_watching()
    assert guard.stop() == 0
    live = _live(guard)
    disk.lose(live)
    with pytest.raises(OSError, match="needs cleaning"):
        live.read_bytes()
    guard.start().wait_until_watching()
    _guards(guard, row, gateway, 0)
    until(lambda: called(gateway, "monitord.journal"), "people are told")
    guard.kill()
