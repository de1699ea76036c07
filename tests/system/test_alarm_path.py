"""The way of an alarm with real parts: a libmodbus panel, the daemon, a gateway, kill -9."""

import json
import random
import time
import urllib.error
import urllib.request
from typing import Any

from monitord.core import events as ev
from monitord.vocabulary import Outcome, PointState
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until

#: Watching again this long after a start, at the latest (design, section 7).
BACK_S = 3.0
KILLS = 12


def post(url: str, body: dict[str, Any], method: str = "POST") -> int:
    """The status of a request to the acknowledge listener."""
    data = json.dumps(body).encode() if method == "POST" else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_an_input_reaches_a_person_who_acknowledges(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """A1, A3, C1, C3: contact, call, link; looking at the link changes nothing."""
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[17], 3, True)
    call = until(lambda: gateway.of("anna"), "anna is called")[0]
    assert call["incident"]["point"] == "panel-17.door-3"
    assert call["incident"]["text"].startswith("Hall 17, floor 17")
    assert call["incident"]["confirmed"] is False
    assert [post(call["acknowledge_url"], {}, m) for m in ("HEAD", "GET", "GET")] == [200] * 3
    assert daemon.events(ev.IncidentAcknowledged) == []
    assert post(call["acknowledge_url"], {}) == 200
    [acknowledged] = daemon.events(ev.IncidentAcknowledged)
    assert (acknowledged.by, acknowledged.seen) == ("anna", 1)
    assert daemon.stop() == 0
    assert gateway.of("boris") == []


def test_a_confirmed_alarm_refuses_who_saw_less(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """Law 10: the link of the first alarm is refused once a second detector confirmed it."""
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[0], 0, True)
    call = until(lambda: gateway.of("anna"), "anna is called")[0]
    panels.set_input(panels.ports[0], 1, True)
    until(lambda: daemon.events(ev.IncidentConfirmed), "the second door confirms")
    assert post(call["acknowledge_url"], {}) == 409
    code, answer = daemon.ask("acknowledge", "1", "--seen", "3")
    assert (code, answer["stored"]) == (0, True)
    assert post(call["acknowledge_url"], {}) == 409
    assert daemon.stop() == 0


def test_killed_between_contact_and_answer_it_goes_on(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """A3: nothing lost, the handed-over call not repeated, the blind interval on record."""
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[5], 0, True)
    until(lambda: daemon.events(ev.CallResulted), "the call is handed over")
    daemon.kill()
    panels.set_input(panels.ports[6], 7, True)  # while nobody looks
    started = time.monotonic()
    daemon.start()
    until(lambda: len(daemon.events(ev.DeviceCameBack)) == 100, "all 50 panels are read again")
    assert time.monotonic() - started < BACK_S * 3, "bound against hanging, not the figure"
    blind = daemon.events(ev.EpochOpened)[1]
    assert blind.blind_from_ms is not None
    change = [e for e in daemon.events(ev.PointStateChanged) if e.point == "panel-6.door-7"][-1]
    assert (change.state, change.before, change.blind) == (
        PointState.ACTIVE,
        PointState.NORMAL,
        True,
    )
    until(lambda: len(gateway.calls) >= 2, "the second alarm is called")
    ids = [call["call_id"] for call in gateway.calls]
    assert len(ids) == len(set(ids)), "a call whose outcome is on record is never repeated"
    code, status = daemon.ask("status")
    assert code == 1
    assert len(status["open"]) == 2
    assert daemon.stop() == 0
    assert daemon.say("journal", "verify").returncode == 0


def test_killed_at_random_nothing_accepted_is_lost(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """A3, law 7: over a dozen kills every accepted word stays, and repeats are only of unknowns."""
    chance = random.Random(20_261_122)
    accepted: list[int] = []
    for round_ in range(KILLS):
        daemon.start().wait_until_watching()
        panels.set_input(panels.ports[round_], 0, True)
        time.sleep(chance.uniform(0.0, 0.6))
        if round_ % 2:
            code, answer = daemon.ask("acknowledge", str(len(accepted) + 1), "--seen", "1")
            if code == 0 and answer["stored"]:
                accepted.append(len(accepted) + 1)
        daemon.kill()
    daemon.start().wait_until_watching()
    until(
        lambda: len(daemon.events(ev.IncidentOpened)) >= KILLS, "every panel's door is an incident"
    )
    assert {e.incident for e in daemon.events(ev.IncidentAcknowledged)} >= set(accepted)
    assert accepted
    results: dict[str, Outcome] = {}
    for event in daemon.events(ev.CallResulted, ev.CallRepeated):
        if isinstance(event, ev.CallRepeated):
            assert event.call not in results, f"{event.call} had an outcome on record"
        else:
            results[event.call] = event.outcome
    opened = [e.first_out for e in daemon.events(ev.IncidentOpened)]
    assert [f"panel-{n}.door-0/active" in opened for n in range(KILLS)] == [True] * KILLS
    assert daemon.stop() == 0
    verified = daemon.say("journal", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_gateway_that_hangs_delays_nobody(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """Law 12, C1: boris is called when anna's wait is over, whatever her gateway does."""
    text = daemon.config.read_text().replace("wait: 30s", "wait: 2s")
    daemon.config.write_text(text)
    gateway.behave = lambda call: (0, b"") if call["person"] == "anna" else (202, b"{}")
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[0], 0, True)
    until(lambda: gateway.of("boris"), "boris is called")
    began = [e for e in daemon.entries() if any(isinstance(x, ev.StepStarted) for x in e.events)]
    assert began[1].at_ms - began[0].at_ms < 3_000
    assert daemon.stop() == 0


def test_an_answer_that_only_says_true_is_a_hand_over(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """Design 5.3: `{"acknowledged": true}` acknowledges nothing; garbage neither."""
    gateway.behave = lambda _: (200, b'{"acknowledged": true}')
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[0], 0, True)
    [result] = until(lambda: daemon.events(ev.CallResulted), "the call has an outcome")
    assert result.outcome is Outcome.HANDED_OVER
    assert daemon.events(ev.IncidentAcknowledged) == []
    assert daemon.stop() == 0


def test_a_site_with_mistakes_starts_nothing(daemon: Daemon) -> None:
    """K2: every mistake named with file, line and cure."""
    text = daemon.config.read_text()
    broken = text.replace("call: boris", "call: borris").replace("kind: door", "kind: dor", 1)
    daemon.config.write_text(broken)
    assert daemon.start().exit_code() == 1
    log = daemon.tail()
    for mistake in ("dor", "borris"):
        line = next(
            n
            for n, row in enumerate(broken.splitlines(), 1)
            if mistake in row.split("}")[0] or f"{mistake}," in row
        )
        assert f"site.yaml:{line}" in log, log
    assert not (daemon.state / "monitord.sock").exists()


def test_a_broken_file_does_not_leave_a_guarded_house_dark(
    daemon: Daemon, panels: ModbusServer, gateway: Gateway
) -> None:
    """Decision 7: the accepted site is guarded, and people are told."""
    daemon.start().wait_until_watching()
    assert daemon.stop() == 0
    daemon.config.write_text(daemon.config.read_text().replace("driver: modbus", "driver: mdbus"))
    daemon.start()
    until(lambda: daemon.events(ev.SiteRejected), "the refusal is on record")
    panels.set_input(panels.ports[3], 0, True)
    until(
        lambda: [c for c in gateway.calls if c["incident"]["point"] == "panel-3.door-0"],
        "the alarm is called all the same",
    )
    assert any(c["incident"]["category"] == "technical" for c in gateway.calls)
    assert daemon.stop() == 0


def test_a_second_daemon_on_the_same_state_is_refused(daemon: Daemon) -> None:
    """Design 5.1: the message names the pid."""
    daemon.start().wait_until_watching()
    second = Daemon(daemon.config, daemon.state)
    second.log = daemon.state.parent / "second.log"
    assert second.start().exit_code() == 1
    assert str(daemon.pid) in second.tail()
    assert daemon.stop() == 0
