"""A real disk that is filled up by somebody else: what matters is stored within the reserve."""

from pathlib import Path

from monitord.core import events as ev
from tests.system.daemon import Daemon, Gateway, until
from tests.system.disks import DaemonOn, Disk, called
from tests.system.panel_row import PanelRow


def _own_alarms(guard: Daemon, kind: type[ev.Event]) -> list[str]:
    return [e.alarm for e in guard.events(kind) if e.alarm.startswith("monitord.")]


def test_an_alarm_on_a_full_disk_is_stored_within_the_reserve(
    disk: Disk, runtime_folder: Path, row: PanelRow, gateway: Gateway, daemon_on: DaemonOn
) -> None:
    """A10, law 1: told before it is full and when it is; whole again when there is room."""
    guard = daemon_on(disk.in_memory("24m"))
    guard.start().wait_until_watching()
    reserve = guard.state / "journal" / "reserve"
    until(reserve.exists, "the reserve is made")
    disk.fill()
    until(lambda: "monitord.disk/fault" in _own_alarms(guard, ev.AlarmOccurred), "it is told")
    until(lambda: called(gateway, "monitord.disk"), "people are called for it")
    row.tell("set panel 1 input 0 on")
    until(lambda: called(gateway, "panel-0.door-0"), "the alarm is called")
    number = next(i.incident for i in guard.events(ev.IncidentOpened) if "panel-0" in i.first_out)
    code, answer = guard.ask("acknowledge", str(number), "--seen", "1")
    assert (code, answer["stored"]) == (0, True)
    assert [e.by for e in guard.events(ev.IncidentAcknowledged)] == ["anna"], "stored, not held"
    assert not reserve.exists()
    until(lambda: "monitord.reserve/fault" in _own_alarms(guard, ev.AlarmOccurred), "that too")
    guard.kill()
    guard.start().wait_until_watching()
    assert any("panel-0" in e.first_out for e in guard.events(ev.IncidentOpened))
    disk.make_room()
    until(reserve.exists, "the reserve is whole again")
    ended = {"monitord.disk/fault", "monitord.reserve/fault"}
    until(lambda: ended <= set(_own_alarms(guard, ev.AlarmCleared)), "both alarms end")
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0
