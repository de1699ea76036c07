"""A state folder that is damaged, full or torn: the guard starts, goes on and calls (law 1)."""

import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from monitord.core import events as ev
from tests.system.daemon import FOUND, Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

PIN: Final = "739105"
NOTE: Final = "seen by Marguerite at the cloakroom"
FINDING: Final = "Monsieur Duval left it open"
KILLS: Final = 8


@pytest.fixture
def guard(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    made = Daemon(write_site(tmp_path / "site.yaml", row.ports, gateway.url), tmp_path / "state")
    yield made
    if made.running:
        made.kill()


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    """What is started in here can write no file: to a process, a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def called(gateway: Gateway, point: str) -> bool:
    return any(call["incident"]["point"] == point for call in gateway.calls)


def test_a_damaged_side_store_and_accounts_file_stop_no_guard(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 1: people are still reached, by the addresses of the site file."""
    guard.start().wait_until_watching()
    guard.kill()
    (guard.state / "side.db").write_bytes(b"nothing that is a database" * 500)
    (guard.state / "accounts.json").write_text("{")
    (guard.state / "accounts.json").chmod(0o600)
    (guard.state / "acknowledge.key").write_bytes(b"short")
    guard.start().wait_until_watching()
    row.tell("set panel 1 input 0 on")
    [call] = until(lambda: gateway.of("anna"), "anna is called")
    assert call["to"] == "anna"
    assert (guard.state / "side.db.damaged-1").exists()
    refused = guard.say(
        "close", "1", "--seen", "1", "--cause", "test", "--pin-stdin", *FOUND, stdin=PIN
    )
    assert refused.returncode != 0
    assert "accounts.json" in refused.stderr
    assert "Traceback" not in guard.log.read_text() + refused.stderr
    assert guard.stop() == 0


def test_a_lost_side_store_is_filled_again(guard: Daemon, row: PanelRow, gateway: Gateway) -> None:
    """Law 1: the same site file, offered again, brings the addresses back for good."""
    guard.start().wait_until_watching()
    assert guard.stop() == 0
    (guard.state / "side.db").unlink()
    for _ in range(2):
        guard.start().wait_until_watching()
        assert guard.stop() == 0
    assert len(guard.events(ev.SiteAccepted)) == 2, "once for the loss, and not again"
    guard.start().wait_until_watching()
    row.tell("set panel 1 input 0 on")
    [call] = until(lambda: gateway.of("anna"), "anna is called")
    assert call["to"] == "anna"


def test_a_disk_that_fills_up_holds_nothing_up(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 1: nothing can be written, the log neither; what was held is stored afterwards."""
    guard.start().wait_until_watching()
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(guard.pid, resource.RLIMIT_FSIZE, (1, unlimited))
    row.tell("set panel 1 input 0 on")
    until(lambda: called(gateway, "panel-0.door-0"), "the alarm is called all the same")
    code, status = guard.ask("status")
    assert code in (1, 2)
    assert status["store"]["degraded"] is True
    code, answer = guard.ask("acknowledge", "1", "--seen", "1")
    assert (code, answer["stored"]) == (0, False)
    resource.prlimit(guard.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
    until(lambda: guard.events(ev.StoreRestored), "what was held is stored")
    assert [e.by for e in guard.events(ev.IncidentAcknowledged)] == ["anna"]
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def test_a_disk_that_is_full_at_the_start_stops_no_guard(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 1: it guards in memory, from what it can read."""
    guard.start().wait_until_watching()
    guard.kill()
    with no_file_may_grow():
        guard.start()
    until(lambda: guard.ask("status")[0] in (1, 2), "it answers")
    row.tell("set panel 2 input 3 on")
    until(lambda: called(gateway, "panel-1.door-3"), "the alarm is called all the same")
    call = next(c for c in gateway.calls if c["incident"]["point"] == "panel-1.door-3")
    assert (call["person"], call["to"]) == ("anna", "anna")
    assert guard.stop() == 0


def test_killed_at_any_moment_of_a_start_the_next_one_guards(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """A3: half a start leaves nothing that stops the next."""
    for number in range(KILLS):
        guard.start()
        time.sleep(0.1 + 0.07 * number)
        guard.kill()
    guard.start().wait_until_watching()
    row.tell("set panel 3 input 7 on")
    until(lambda: called(gateway, "panel-2.door-7"), "the alarm is called")
    assert guard.stop() == 0
    assert guard.say("journal", "verify").returncode == 0


def _of(gateway: Gateway, category: str) -> list[dict[str, Any]]:
    """The calls for incidents of one category."""
    return [c for c in gateway.calls if c["incident"]["category"] == category]


def test_taken_port_missing_secret_and_hangup_stop_no_guard(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 1: calls go out without links; a channel without its secret fails alone."""
    text = guard.config.read_text()
    port = int(text.rsplit(":", 1)[1].split('"')[0])
    text = text.replace(
        "channels:\n",
        'channels:\n  sealed: {driver: webhook, url: "http://127.0.0.1:9/",'
        " secret: {credential: not-there}}\n",
    ).replace('[{hook: "anna"}]', '[{hook: "anna"}, {sealed: "anna"}]')
    guard.config.write_text(text.replace("call: anna, by: hook", "call: anna, by: [sealed, hook]"))
    with socket.create_server(("127.0.0.1", port)):
        guard.start().wait_until_watching()
        os.kill(guard.pid, signal.SIGHUP)
        row.tell("set panel 1 input 0 on")
        told = until(lambda: _of(gateway, "technical"), "people are told that links do not work")
        assert "Links in messages" in told[0]["incident"]["text"]
        call = until(lambda: _of(gateway, "intrusion"), "anna is called")[0]
        assert call["acknowledge_url"] is None
        failed = until(
            lambda: [e for e in guard.events(ev.CallResulted) if e.outcome == "failed"],
            "the sealed channel fails",
        )
        assert "not-there" in failed[0].detail
        assert guard.stop() == 0


def test_closing_needs_a_quiet_point_and_the_pin_which_stays_secret(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Law 11, law 3: PIN and notes are nowhere but where they belong."""
    guard.start().wait_until_watching()
    row.tell("set panel 1 input 0 on")
    until(lambda: gateway.of("anna"), "anna is called")
    added = guard.say("user", "add", "anna", "--pin-stdin", stdin=f"{PIN}\n")
    assert added.returncode == 0, added.stderr
    close = ["close", "1", "--seen", "1", "--cause", "mistake"]
    close += ["--note", NOTE, "--finding", FINDING, "--found-by", "anna", "--looked", "inside"]
    assert guard.say(*close).returncode != 0, "no PIN"
    wrong = guard.say(*close, "--pin-stdin", stdin="000001\n")
    assert wrong.returncode != 0
    assert "PIN" in wrong.stderr
    early = guard.say(*close, "--pin-stdin", stdin=f"{PIN}\n")
    assert early.returncode != 0
    assert "panel-0.door-0" in early.stderr
    row.tell("set panel 1 input 0 off")
    until(lambda: guard.events(ev.AlarmCleared), "the door is shut")
    closed = guard.say(*close, "--pin-stdin", stdin=f"{PIN}\n")
    assert closed.returncode == 0, closed.stderr
    assert [e.by for e in guard.events(ev.IncidentClosed)] == ["anna"]
    process = Path(f"/proc/{guard.pid}")
    journal = b"".join(path.read_bytes() for path in (guard.state / "journal").iterdir())
    places = {
        "journal": journal,
        "log": guard.log.read_bytes(),
        "arguments": (process / "cmdline").read_bytes(),
        "environment": (process / "environ").read_bytes(),
        "gateway": repr(gateway.calls).encode(),
    }
    for place, content in places.items():
        for secret in (PIN, NOTE, "Marguerite", "Duval", "000001"):
            assert secret.encode() not in content, f"{secret} in the {place}"
    assert PIN.encode() not in b"".join(
        path.read_bytes() for path in guard.state.iterdir() if path.is_file()
    )
    assert NOTE.encode() in (guard.state / "side.db").read_bytes()
    open_to_others = [p for p in guard.state.rglob("*") if p.is_file() and p.stat().st_mode & 0o077]
    assert [p.name for p in open_to_others] in ([], ["alive"])
    assert guard.stop() == 0
