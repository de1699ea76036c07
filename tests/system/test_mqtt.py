"""MQTT with a real broker: birth and will, kill -9 and SIGSTOP on either side, commands."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitord.core import events as ev
from tests.system.broker import GUARD, Board, Broker
from tests.system.daemon import Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

TOKEN = "t0ken-of-the-board"
PIN = "482915"
SECTION = """
mqtt:
  host: 127.0.0.1
  port: {port}
  user: monitord
  password: {{credential: {password}}}
  keepalive: 2s
  lost-after: {lost_after}
  users: {{board: {{person: anna, token: {{credential: board-token}}}}}}
"""
#: 1 area, 1 panel, 8 doors.
STATES = 10


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path).start()
    yield made
    made.stop()


@pytest.fixture
def board(broker: Broker) -> Iterator[Board]:
    made = Board(broker.port)
    yield made
    made.close()


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, 1)
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, broker: Broker, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    site = write_site(tmp_path / "site.yaml", row.ports, gateway.url)
    site.write_text(
        site.read_text() + SECTION.format(port=broker.port, password="mqtt", lost_after="60s")
    )
    secrets = tmp_path / "state" / "credentials"
    secrets.mkdir(mode=0o700, parents=True)
    (tmp_path / "state").chmod(0o700)
    for name, secret in (("mqtt", GUARD[1]), ("wrong", "nonsense"), ("board-token", TOKEN)):
        (secrets / name).touch(mode=0o600)
        (secrets / name).write_text(secret)
    made = Daemon(site, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def change(guard: Daemon, old: str, new: str) -> None:
    """Another word in the MQTT section."""
    before, section = guard.config.read_text().split("\nmqtt:")
    assert old in section
    guard.config.write_text(before + "\nmqtt:" + section.replace(old, new))


def watched(board: Board) -> bool:
    return (
        board.status() == "online"
        and board.last("points/panel-0.door-7").get("state") == "normal"
        and len(board.topics()) == STATES
    )


def begin(guard: Daemon, board: Board) -> None:
    guard.start().wait_until_watching()
    board.wait(lambda: watched(board), "online, and every state retained")


def ask(board: Board, command: str, key: str, **more: Any) -> dict[str, Any]:
    """A command and its answer."""
    board.say(f"command/{command}", {"user": "board", "token": TOKEN, "key": key, **more})
    found: dict[str, Any] = board.wait(
        lambda: next((a for a in reversed(board.jsons("answers")) if a["key"] == key), None),
        f"an answer to {key}",
    )
    return found


def test_birth_will_and_the_last_word(guard: Daemon, board: Board, row: PanelRow) -> None:
    """T9.1: kill -9 of the daemon shows as offline within 15 s; so does a clean stop."""
    begin(guard, board)
    guard.kill()
    board.wait(lambda: board.status() == "offline", "the will", 15)
    guard.start().wait_until_watching()
    board.wait(lambda: board.status() == "online", "the birth")
    assert guard.stop() == 0
    board.wait(lambda: board.status() == "offline", "the last word", 15)


def test_an_alarm_is_told_and_taken_over_mqtt(
    guard: Daemon, board: Board, row: PanelRow, gateway: Gateway
) -> None:
    """States, one message per change of an incident, acknowledge and declare by a program."""
    begin(guard, board)
    row.tell("set panel 1 input 3 on")
    board.wait(lambda: board.last("points/panel-0.door-3")["state"] == "active", "the open door")
    opened = board.wait(lambda: board.jsons("incidents"), "the incident")[0]
    assert opened["changes"] == ["opened"]
    assert opened["incident"]["number"] == 1
    assert opened["stored"]
    until(lambda: gateway.of("anna"), "anna is called")
    wrong = {"user": "board", "token": "guess", "key": "w", "incident": 1, "seen": 1}
    board.say("command/acknowledge", wrong)
    board.wait(lambda: board.jsons("answers"), "a refusal")
    assert board.jsons("answers")[0]["code"] == "unauthorized"
    answer = ask(board, "acknowledge", "a1", incident=1, seen=opened["incident"]["rev"])
    assert answer["accepted"], answer
    assert ask(board, "acknowledge", "a1", incident=1, seen=1)["accepted"]
    taken = guard.events(ev.IncidentAcknowledged)
    assert [(e.by, e.via) for e in taken] == [("anna", "mqtt")]
    declared = ask(board, "declare", "d1", category="theft", area="hall-0")
    assert declared["accepted"]
    assert declared["incident"] == 2
    assert TOKEN not in guard.tail()
    assert "guess" not in str(guard.entries())


def test_what_must_not_come_from_afar_is_refused_and_on_record(guard: Daemon, board: Board) -> None:
    """T9.3 and law 11: retained commands, and everything that weakens the guard."""
    key = {"user": "board", "token": TOKEN, "key": "r1", "incident": 1, "seen": 1}
    board.say("command/unset", key, retain=True)
    begin(guard, board)
    refused = until(lambda: guard.events(ev.CommandRefused), "the kept command is on record")
    assert [e.code for e in refused] == ["retained"]
    board.say("command/acknowledge", key, retain=True)
    until(lambda: len(guard.events(ev.CommandRefused)) == 2, "a retained acknowledgement")
    for command in ("unset", "isolate", "close", "mode", "shelve"):
        board.say(f"command/{command}", key | {"key": command})
    board.say("command/set", key | {"key": "s"})
    until(lambda: len(guard.events(ev.CommandRefused)) == 8, "each is on record")
    codes = [e.code for e in guard.events(ev.CommandRefused)]
    assert codes == ["retained"] * 2 + ["forbidden"] * 5 + ["bad-input"]
    board.wait(
        lambda: {t for t in board.topics() if "/command/" in t} == set(),
        "kept commands are cleared",
    )


def test_a_broker_killed_and_started_anew_has_everything(
    guard: Daemon, board: Board, broker: Broker, row: PanelRow, gateway: Gateway
) -> None:
    """T9.2: all states within 10 s, no incident twice, and alarms meanwhile are called."""
    begin(guard, board)
    row.tell("set panel 1 input 0 on")
    board.wait(lambda: board.jsons("incidents"), "the incident")
    broker.kill()
    row.tell("set panel 1 input 1 on")
    until(lambda: len(guard.events(ev.AlarmOccurred)) == 2, "an alarm without the broker")
    before = {change["id"] for change in board.jsons("incidents")}
    board.forget()
    os.kill(guard.pid, signal.SIGSTOP)  # the board is to be there first, or it misses what is said
    broker.start()
    board.wait(board.connected, "the board is there again")
    os.kill(guard.pid, signal.SIGCONT)
    board.wait(lambda: len(board.topics()) == STATES, "every state again", 10)
    board.wait(lambda: board.last("points/panel-0.door-1")["state"] == "active", "the new one")
    board.wait(lambda: board.jsons("incidents"), "what happened meanwhile")
    after = [change["id"] for change in board.jsons("incidents")]
    assert len(after) == len(set(after))
    assert before.isdisjoint(after)
    assert len(guard.events(ev.IncidentOpened)) == 1


def test_a_frozen_broker_delays_nothing_and_is_told(
    guard: Daemon, board: Board, broker: Broker, row: PanelRow, gateway: Gateway
) -> None:
    """Law 12: calls go out, people hear that the broker is away, and it ends by itself."""
    change(guard, "60s", "1s")
    begin(guard, board)
    broker.freeze()
    row.tell("set panel 1 input 2 on")
    until(lambda: gateway.calls, "the call goes out", 5)
    lost = until(lambda: guard.events(ev.BrokerWentSilent), "the broker is told as lost", 30)
    assert len(lost) == 1
    broker.thaw()
    until(lambda: guard.events(ev.BrokerCameBack), "it is back", 20)
    board.wait(lambda: board.status() == "online", "online", 15)
    board.wait(lambda: board.last("points/panel-0.door-2")["state"] == "active", "the state")


def test_a_missing_secret_is_told_and_stops_nothing(guard: Daemon) -> None:
    change(guard, "credential: mqtt", "credential: nowhere")
    guard.start().wait_until_watching()
    [lost] = until(lambda: guard.events(ev.BrokerWentSilent), "people are told")
    assert "credential nowhere is missing" in lost.reason
    assert guard.stop() == 0


def test_a_wrong_password_is_told_and_stops_nothing(
    guard: Daemon, broker: Broker, row: PanelRow, gateway: Gateway
) -> None:
    change(guard, "credential: mqtt", "credential: wrong")
    change(guard, "60s", "1s")
    guard.start().wait_until_watching()
    [lost] = until(lambda: guard.events(ev.BrokerWentSilent), "people are told", 30)
    assert "nonsense" not in guard.tail() + str(guard.entries())
    assert "Bad user name or password" in lost.reason or "Not authorized" in lost.reason
    row.tell("set panel 1 input 0 on")
    until(
        lambda: [e for e in guard.events(ev.AlarmOccurred) if e.source == "panel-0.door-0"],
        "it guards",
    )


def test_a_reload_opens_another_broker_closes_it_and_keeps_the_old_when_it_cannot(
    guard: Daemon, board: Board
) -> None:
    """Design 5.2: at once, whole, or not at all; what people were told of the old one ends."""
    good = guard.config.read_text()
    change(guard, "credential: mqtt", "credential: nowhere")
    guard.start().wait_until_watching()
    assert guard.say("user", "add", "anna", "--pin-stdin", stdin=PIN).returncode == 0
    assert guard.events(ev.BrokerWentSilent)
    guard.config.write_text(good)
    code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
    assert (code, done["accepted"]) == (0, True)
    until(lambda: watched(board), "the door is open without a restart")
    until(lambda: guard.events(ev.BrokerCameBack), "and people hear of it")

    change(guard, "credential: mqtt", "credential: nowhere")
    refused = guard.say("reload", "--pin-stdin", stdin=PIN)
    assert refused.returncode == 1
    assert "MQTT" in refused.stderr
    assert "Nothing was changed" in refused.stderr
    assert board.status() == "online"

    guard.config.write_text(good.split("\nmqtt:")[0] + "\n")
    code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
    assert (code, done["accepted"]) == (0, True)
    until(lambda: board.status() == "offline", "the old door says good-bye")
    assert guard.stop() == 0
