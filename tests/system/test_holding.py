"""Isolating with real processes: it outlives kill -9, ends in time, and then raises the alarm."""

import time

from monitord.core import events as ev
from monitord.vocabulary import Suppression
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until

PIN = "482915"
#: Long enough for a kill and a start on a busy machine.
HELD_S = 8


def test_isolated_stays_isolated_over_kill_9_and_its_end_raises_the_alarm(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """Law 8, A3: no restart forgets what is held back, nor when it ends."""
    daemon.start().wait_until_watching()
    second = Daemon(daemon.config, daemon.state).start()
    assert second.exit_code() == 1
    assert f"a daemon already guards in {daemon.state} (pid {daemon.pid})" in daemon.tail()
    words = ("isolate", "panel-3.door-2", "--until", f"{HELD_S}s", "--reason", "roof works")
    refused = daemon.say(*words, "--person", "boris", "--pin-stdin", stdin=f"{PIN}\n")
    assert refused.returncode == 1
    assert "boris has no PIN yet" in refused.stderr
    assert daemon.say("user", "add", "boris", "--pin-stdin", stdin=f"{PIN}\n").returncode == 0
    until_s = time.monotonic() + HELD_S  # or a little later: its end counts from the command's now
    held = daemon.say(*words, "--person", "boris", "--pin-stdin", stdin=f"{PIN}\n")
    assert held.returncode == 0, held.stderr
    assert "panel-3.door-2 is isolated until" in held.stdout
    daemon.kill()
    panels.set_input(panels.ports[3], 2, True)
    daemon.start()
    until(lambda: len(daemon.events(ev.DeviceCameBack)) == 100, "all 50 panels are read again")
    code, ledger = daemon.ask("suppressions")
    if time.monotonic() < until_s - 0.5:
        assert code == 0
        [line] = ledger["held_back"]
        assert (line["source"], line["how"], line["by"]) == (
            "panel-3.door-2", Suppression.OUT_OF_SERVICE, "boris",
        )  # fmt: skip
        assert gateway.calls == []
    call = until(lambda: gateway.of("anna"), "its end raises the alarm")[0]
    assert time.monotonic() >= until_s - 0.5, "not before its end"
    assert call["incident"]["point"] == "panel-3.door-2"
    [ended] = daemon.events(ev.AlarmUnsuppressed)
    assert ended.why == "its time is over"
    assert daemon.ask("suppressions")[1]["held_back"] == []
    assert daemon.stop() == 0
    assert PIN not in daemon.log.read_text()
