"""Real disks that hang or fill up under the daemon, with an alarm in the middle.

The disk that hangs is an ext4 on a loop device, frozen by the kernel; the full one a small tmpfs.
Both need root; elsewhere tests/runtime/test_engine.py and test_spill.py stand for them.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitord.core import events as ev
from tests.support import missing, require
from tests.system.daemon import Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

Mount = Callable[..., Path]
DaemonOn = Callable[[Path], Daemon]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=20)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount something on a folder of the test; unmounted at the end."""
    require("fsfreeze", "apt-get install util-linux")
    if os.geteuid() != 0:
        missing("root", "these tests mount disks of their own")
    folder = tmp_path / "disk"
    folder.mkdir()

    def make(*options: str) -> Path:
        try:
            _run("mount", *options, str(folder))
        except subprocess.CalledProcessError as error:
            missing("mounting", f"this machine refuses: {error.stderr.decode().strip()}")
        return folder

    yield make
    for _ in range(100):
        if (
            subprocess.run(["umount", str(folder)], check=False, capture_output=True).returncode
            == 0
        ):
            break
        time.sleep(0.05)


@pytest.fixture
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime directory in memory, as the service manager gives one."""
    folder = Path(f"/dev/shm/monitord-test-{os.getpid()}")
    folder.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, 3)
    yield made
    made.stop()


@pytest.fixture
def daemon_on(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[DaemonOn]:
    """A daemon whose state is on a disk of the test; gone before the disk is."""
    made: list[Daemon] = []

    def make(disk: Path) -> Daemon:
        config = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
        made.append(Daemon(config, disk / "state"))
        return made[-1]

    yield make
    for daemon in made:
        if daemon.running:
            os.kill(daemon.pid, 9)
    subprocess.run(["fsfreeze", "-u", str(tmp_path / "disk")], check=False, capture_output=True)
    for daemon in made:
        if daemon.running:
            daemon.exit_code()


def _called(gateway: Gateway, point: str) -> bool:
    return any(call["incident"]["point"] == point for call in gateway.calls)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4_096))


def test_a_disk_that_hangs_holds_up_no_alarm_and_kill_loses_none(
    tmp_path: Path,
    mount: Mount,
    runtime_folder: Path,
    row: PanelRow,
    gateway: Gateway,
    daemon_on: DaemonOn,
) -> None:
    """Law 1, A3, A10: called and acknowledged while it hangs; killed; all of it is there after."""
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(32 * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", str(image))
    disk = mount("-o", "loop", str(image))
    guard = daemon_on(disk)
    guard.start().wait_until_watching()
    _run("fsfreeze", "-f", str(disk))
    row.tell("set panel 1 input 0 on")
    until(lambda: _called(gateway, "panel-0.door-0"), "the alarm is called all the same")
    code, answer = guard.ask("acknowledge", "1", "--seen", "1")
    assert (code, answer["stored"]) == (0, False)
    assert list(runtime_folder.iterdir()), "what was told is spilled"
    assert guard.running, "a disk that hangs is no reason to be killed"
    os.kill(guard.pid, 9)
    _run("fsfreeze", "-u", str(disk))  # the kernel lets no process go that waits for a disk
    guard.exit_code()
    guard.start().wait_until_watching()
    assert [e.by for e in guard.events(ev.IncidentAcknowledged)] == ["anna"]
    assert any(e.first_out == "panel-0.door-0/active" for e in guard.events(ev.IncidentOpened))
    assert not list(runtime_folder.iterdir()), "it is in the journal now"
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def test_a_disk_that_stays_full_over_a_kill_loses_nothing(
    mount: Mount, runtime_folder: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """Law 1, A10: full, killed, started while full, and stored when there is room again."""
    disk = mount("-t", "tmpfs", "-o", "size=6m", "tmpfs")
    guard = daemon_on(disk)
    guard.start().wait_until_watching()
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space"):
        _fill(filler)
    row.tell("set panel 1 input 0 on")
    until(lambda: _called(gateway, "panel-0.door-0"), "the alarm is called all the same")
    code, answer = guard.ask("acknowledge", "1", "--seen", "1")
    assert (code, answer["stored"]) == (0, False)
    guard.kill()
    assert not guard.events(ev.IncidentAcknowledged), "the journal has none of it"
    guard.start()
    until(lambda: guard.ask("status")[1].get("store", {}).get("degraded"), "it guards, degraded")
    filler.unlink()
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
    until(lambda: _called(gateway, "panel-0.door-0"), "the alarm is called")
    assert guard.stop() == 0
