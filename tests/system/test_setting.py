"""Setting and unsetting with a real daemon that is killed in between."""

from monitord.core import events as ev
from monitord.vocabulary import SetState
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until

PIN = "482915"
AS_BORIS = ("--person", "boris", "--pin-stdin")


def test_kill_9_behind_setting_and_unsetting_changes_no_area(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """G1, A3: what was answered holds behind a kill, and so does what was overridden."""

    def state() -> str:
        areas = {a["area"]: a["state"] for a in daemon.ask("areas")[1]["areas"]}
        assert {s for a, s in areas.items() if a != "hall-3"} == {"set"}
        return str(areas["hall-3"])

    def killed() -> None:
        back = len(daemon.events(ev.DeviceCameBack))
        daemon.kill()
        daemon.start()
        until(lambda: len(daemon.events(ev.DeviceCameBack)) == back + 50, "all are read again")

    def says(*words: str) -> None:
        done = daemon.say(*words, *AS_BORIS, stdin=f"{PIN}\n")
        assert done.returncode == 0, done.stderr

    text = daemon.config.read_text().replace('gate: "Gate 3",', 'gate: "Gate 3", open: "24/7",')
    daemon.config.write_text(text)
    daemon.start().wait_until_watching()
    assert daemon.say("user", "add", "boris", "--pin-stdin", stdin=f"{PIN}\n").returncode == 0
    says("unset", "hall-3")
    killed()
    assert state() == SetState.UNSET
    panels.set_input(panels.ports[3], 2, True)
    until(lambda: daemon.ask("areas")[1]["areas"][3]["prevents_setting"], "the open door is listed")
    refused = daemon.say("set", "hall-3", *AS_BORIS, stdin=f"{PIN}\n")
    assert (refused.returncode, "panel-3.door-2 open" in refused.stderr) == (1, True)
    says("set", "hall-3", "--force", "--reason", "the door is being repaired")
    killed()
    assert state() == SetState.SET
    assert gateway.calls == []
    says("unset", "hall-3")
    killed()
    assert state() == SetState.UNSET
    assert daemon.ask("suppressions")[1]["held_back"] == []
    assert len(daemon.events(ev.AreaChanged)) == 3
