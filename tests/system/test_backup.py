"""Backup and restore with real processes: taken while alarms are stored, guarded from elsewhere."""

import itertools
import subprocess
from pathlib import Path

from monitord.cli.client import Daemon as Asking
from monitord.cli.errors import Exit
from monitord.core import events as ev
from tests.peers.build import ModbusServer
from tests.system.daemon import MONITORD, PATIENCE_S, Daemon, Gateway, until, write_site

PIN = "482915"


def test_a_backup_of_a_running_daemon_guards_from_another_folder(
    tmp_path: Path, modbus_program: Path, gateway: Gateway
) -> None:
    """Issue 3: no stop, a flipped byte refused, open alarms open, and the gap said loudly."""
    panels = ModbusServer(modbus_program, 4, 8)
    config = write_site(tmp_path / "site.yaml", panels.ports, gateway.url)
    daemon = Daemon(config, tmp_path / "state")
    again = Daemon(config, tmp_path / "again")
    try:
        daemon.start().wait_until_watching()
        given = daemon.say("user", "add", "boris", "--pin-stdin", stdin=f"{PIN}\n")
        assert given.returncode == 0
        _alarms(daemon, panels, 0)
        back = _backed_up(daemon, panels)
        _alarms(daemon, panels, 2)
        lost = daemon.ask("status")[1]["position"]
        daemon.kill()
        _is_refused_when_touched(back, again)
        assert _journal("restore", str(back), "--state", str(again.state)) == 0
        assert again.ask("journal", "verify", "--decode")[1]["whole"] is True
        again.start().wait_until_watching()
        _goes_on(again, panels, lost)
        assert again.stop() == 0
    finally:
        panels.stop()
        for each in (daemon, again):
            if each.running:
                each.kill()


def _alarms(daemon: Daemon, panels: ModbusServer, panel: int) -> None:
    before = len(daemon.events(ev.IncidentOpened))
    for contact in range(8):
        panels.set_input(panels.ports[panel], contact, True)
    until(lambda: len(daemon.events(ev.IncidentOpened)) > before, "an incident")
    until(lambda: len(daemon.events(ev.IncidentJoined)) >= 7 * (before + 1), "all that joins it")


def _backed_up(daemon: Daemon, panels: ModbusServer) -> Path:
    """While contacts open and close."""
    back = daemon.state.parent / "backup"
    words = [str(MONITORD), "journal", "backup", "--out", str(back), "--state", str(daemon.state)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as copying:
        for turn in range(6):
            panels.set_input(panels.ports[1], 3, turn % 2 == 0)
        out, _ = copying.communicate(timeout=PATIENCE_S)
    assert copying.returncode == 0, out
    assert "The last hash, to keep elsewhere" in out
    assert daemon.running
    return back


def _is_refused_when_touched(back: Path, again: Daemon) -> None:
    """Law 3, T8: evidence is what it was, or it is not taken."""
    path = back / "side.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert _journal("restore", str(back), "--state", str(again.state)) == Exit.REFUSED
    path.write_bytes(whole)


def _goes_on(again: Daemon, panels: ModbusServer, lost: str) -> None:
    """What was open is open, who has a PIN has it, and the gap stands in the record."""
    incidents = again.ask("incidents")[1]["incidents"]
    assert 1 in [incident["number"] for incident in incidents]
    [opened] = again.events(ev.EpochOpened)[-1:]
    assert "restored from a backup" in opened.damaged
    assert "is not on record" in opened.damaged
    assert "record_is_missing" in again.tail()
    assert opened.epoch > int(lost.partition(".")[0]) + 1
    held = ("isolate", "panel-3.door-1", "--until", "1h", "--reason", "works", "--person", "boris")
    assert again.say(*held, "--pin-stdin", stdin=f"{PIN}\n").returncode == 0
    turns = itertools.count()

    def goes_further() -> bool:
        panels.set_input(panels.ports[1], 5, next(turns) % 2 == 0)
        return _seq(again.ask("status")[1]["position"]) > _seq(lost)

    until(goes_further, "its numbers go as far as the lost ones")
    assert _asked(again, lost) == "gone", "a position of the life that was lost"
    assert not (again.state / "restored.json").exists()


def _seq(position: str) -> int:
    return int(position.partition(".")[2])


def _asked(again: Daemon, after: str) -> str:

    with Asking(again.state) as asking:
        return str(asking.ask("feed", after=after, live=False).get("code"))


def _journal(*words: str) -> int:
    done = subprocess.run(
        [str(MONITORD), "journal", *words],
        capture_output=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    return done.returncode
