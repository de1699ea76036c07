"""Real disks that hang or fill up under the daemon, with an alarm in the middle.

The disk that hangs is an ext4 on a loop device, frozen by the kernel; the full one a small tmpfs.
Both need root; elsewhere tests/runtime/test_engine.py and test_spill.py stand for them.
"""

import os
import time
from pathlib import Path

from monitord.core import events as ev
from tests.system.daemon import Gateway, until
from tests.system.disks import MB, DaemonOn, Disk, called
from tests.system.panel_row import PanelRow


def test_a_disk_that_hangs_holds_up_no_alarm_and_kill_loses_none(
    disk: Disk,
    runtime_folder: Path,
    row: PanelRow,
    gateway: Gateway,
    daemon_on: DaemonOn,
) -> None:
    """Law 1, A3, A10: called and acknowledged while it hangs; killed; all of it is there after."""
    guard = daemon_on(disk.on_loop(32 * MB))
    guard.start().wait_until_watching()
    disk.freeze()
    row.tell("set panel 1 input 0 on")
    until(lambda: called(gateway, "panel-0.door-0"), "the alarm is called all the same")
    code, answer = guard.ask("acknowledge", "1", "--seen", "1")
    assert (code, answer["stored"]) == (0, False)
    assert list(runtime_folder.iterdir()), "what was told is spilled"
    assert guard.running, "a disk that hangs is no reason to be killed"
    os.kill(guard.pid, 9)
    disk.thaw()  # the kernel lets no process go that waits for a disk
    guard.exit_code()
    guard.start().wait_until_watching()
    assert [e.by for e in guard.events(ev.IncidentAcknowledged)] == ["anna"]
    assert any(e.first_out == "panel-0.door-0/active" for e in guard.events(ev.IncidentOpened))
    assert not list(runtime_folder.iterdir()), "it is in the journal now"
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def test_a_disk_that_stays_full_over_a_kill_loses_nothing(
    disk: Disk, runtime_folder: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """Law 1, A10: full, killed, started while full, and stored when there is room again."""
    folder = disk.in_memory("6m")  # too little room for a reserve
    guard = daemon_on(folder)
    guard.start().wait_until_watching()
    disk.fill()
    row.tell("set panel 1 input 0 on")
    until(lambda: called(gateway, "panel-0.door-0"), "the alarm is called all the same")
    code, answer = guard.ask("acknowledge", "1", "--seen", "1")
    assert (code, answer["stored"]) == (0, False)
    guard.kill()
    assert not guard.events(ev.IncidentAcknowledged), "the journal has none of it"
    guard.start()
    until(lambda: guard.ask("status")[1].get("store", {}).get("degraded"), "it guards, degraded")
    disk.make_room()
    until(lambda: guard.events(ev.StoreRestored), "what was held is stored")
    assert [e.by for e in guard.events(ev.IncidentAcknowledged)] == ["anna"]
    assert not list(runtime_folder.iterdir())
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def test_a_start_after_three_that_failed_keeps_the_journal_and_begins_anew(
    tmp_path: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """Law 13: every area as if set, and people are told."""
    guard = daemon_on(tmp_path)
    guard.start().wait_until_watching()
    assert not (guard.state / "starts").exists()
    guard.kill()
    now_ms = time.time_ns() // 1_000_000
    (guard.state / "starts").write_text("".join(f"{now_ms - n}\n" for n in (3_000, 2_000, 1_000)))
    guard.start().wait_until_watching()
    [opened] = [e for e in guard.events(ev.EpochOpened) if e.damaged]
    assert "3 starts in 10 minutes failed" in opened.damaged
    assert not (guard.state / "starts").exists()
    assert len([p for p in (guard.state / "journal").iterdir() if "000001.db" in p.name]) > 1
    row.tell("set panel 1 input 0 on")
    until(lambda: called(gateway, "panel-0.door-0"), "the alarm is called")
    assert guard.stop() == 0
