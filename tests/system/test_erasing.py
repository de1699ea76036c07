"""Erasing a person with real processes: no byte is left, the chain is whole, replicas agree."""

import json
import os
import sqlite3
from pathlib import Path

from monitord.core import events as ev
from monitord.core.state import State, decode, encode
from monitord.core.step import apply
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until, write_site

PIN = "482915"
NAME, NUMBER, NOTE = "Devika Quill", "+441632960077", "back door stood open again"
SECRETS = (NAME, NUMBER, NOTE)


def test_a_person_who_left_is_erased_to_the_last_byte_over_a_kill_in_between(
    tmp_path: Path, modbus_program: Path, gateway: Gateway
) -> None:
    """Law 3: site file, reload, erase; killed before the disk took it; finished at the start."""
    panel = ModbusServer(modbus_program, 1, 8)
    daemon = Daemon(_site(tmp_path, panel, gateway), tmp_path / "state")
    try:
        daemon.start().wait_until_watching()
        _a_night(daemon, panel)
        assert _found(daemon) == set(SECRETS)
        _erases(daemon)
        assert _found(daemon) == set()
        _is_whole(daemon)
        assert daemon.stop() == 0
        assert _found(daemon) == set(), "nor in a snapshot"
    finally:
        panel.stop()
        if daemon.running:
            daemon.kill()


def _site(folder: Path, panel: ModbusServer, gateway: Gateway) -> Path:
    config = write_site(folder / "site.yaml", panel.ports, gateway.url)
    record = f'  dev: {{name: {NAME}, role: duty-manager, reach: [{{hook: "{NUMBER}"}}]}}\n'
    config.write_text(config.read_text().replace("channels:\n", f"{record}channels:\n"))
    return config


def _a_night(daemon: Daemon, panel: ModbusServer) -> None:
    """Dev takes an alarm and writes a note; then dev is taken out of the site file."""
    for person in ("dev", "boris"):
        assert daemon.say("user", "add", person, "--pin-stdin", stdin=f"{PIN}\n").returncode == 0
    panel.set_input(panel.ports[0], 2, True)
    until(lambda: daemon.events(ev.IncidentOpened), "an incident")
    words = ("acknowledge", "1", "--seen", "1", "--person", "dev", "--pin-stdin", "--note", "-")
    assert daemon.say(*words, stdin=f"{PIN}\n{NOTE}\n").returncode == 0
    shown = daemon.say("explain", "1", "--texts").stdout
    assert NOTE in shown
    assert NOTE not in daemon.say("explain", "1").stdout
    lines = daemon.config.read_text().splitlines(keepends=True)
    daemon.config.write_text("".join(line for line in lines if NAME not in line))


def _erases(daemon: Daemon) -> None:
    code, refused = _erase(daemon)
    assert (code, refused["code"]) == (1, "in-site-file")
    assert _as_boris(daemon, "reload").returncode == 0
    by_name = _as_boris(daemon, "journal", "erase", NAME, "--reason", "left")
    assert "by the person's id" in by_name.stderr, "a name that is typed must not be journaled"
    code, refused = _erase(daemon, reason=f"{NAME} left")
    assert (code, refused["code"]) == (1, "bad-input")
    held = sqlite3.connect(daemon.state / "side.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    code, ordered = _erase(daemon)
    assert (code, ordered["done"], ordered["texts"]) == (1, False, 2)
    assert "Not erased yet: dev" in daemon.say("status").stdout
    daemon.kill()
    assert _found(daemon) == set(SECRETS)
    held.execute("ROLLBACK")
    held.close()
    daemon.start().wait_until_watching()
    until(lambda: daemon.events(ev.TextsErased), "the order is carried out")


def _erase(daemon: Daemon, reason: str = "left the house") -> tuple[int, dict[str, object]]:
    done = _as_boris(daemon, "journal", "erase", "dev", "--reason", reason, "--json")
    return done.returncode, json.loads(done.stdout)


def _as_boris(daemon: Daemon, *words: str):  # type: ignore[no-untyped-def]
    return daemon.say(*words, "--person", "boris", "--pin-stdin", stdin=f"{PIN}\n")


def _is_whole(daemon: Daemon) -> None:
    assert daemon.ask("journal", "verify", "--decode")[1]["whole"] is True
    entries = daemon.entries()
    at = next(i for i, entry in enumerate(entries) if _holds(entry, ev.ErasureOrdered))
    before, after = State(), State()
    for entry in entries[:at]:
        apply(before, entry)
    before = decode(encode(before))
    for entry in entries[at:]:
        apply(before, entry)
    for entry in entries:
        apply(after, entry)
    assert encode(before) == encode(after), "a replica from before, and one from now"
    [ordered] = daemon.events(ev.ErasureOrdered)
    assert (ordered.by, ordered.person, ordered.reason) == ("boris", "dev", "left the house")
    exported = daemon.state.parent / "night.ndjson"
    assert daemon.say("journal", "export", "--texts", "--out", str(exported)).returncode == 0
    text = exported.read_text()
    assert '"text":"erased"' in text
    assert "left the house" in text
    assert not any(secret in text for secret in SECRETS)
    for command in (("explain", "1", "--texts"), ("journal", "tail", "-n", "99")):
        assert "(erased)" in daemon.say(*command).stdout
    assert b"dev" not in (daemon.state / "accounts.json").read_bytes()
    code, refused = _erase(daemon)
    assert (code, refused["code"]) == (1, "unknown")


def _holds(entry: ev.Entry, kind: type[ev.Event]) -> bool:
    return any(isinstance(event, kind) for event in entry.events)


def _found(daemon: Daemon) -> set[str]:
    """Which of the secrets stand in any file of the state folder, or in the log."""
    files = [Path(top) / name for top, _, names in os.walk(daemon.state) for name in names]
    plain = [path for path in (*files, daemon.log) if path.is_file()]
    content = b"".join(path.read_bytes() for path in plain)
    return {secret for secret in SECRETS if secret.encode() in content}
