"""The replica: it comes to the guarded state from the journal alone, or says why not."""

import asyncio
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from monitord.core import invariants
from monitord.core import state as core_state
from monitord.core.state import encode
from monitord.journal import files
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position
from monitord.journal.recover import load
from monitord.journal.store import SqliteStore
from monitord.runtime import replica
from monitord.runtime.resume import MODEL
from tests.runtime.journal_parts import a_night, digest_of, end_of, kept, stored


def test_a_replica_comes_to_the_same_state_and_keeps_it(tmp_path: Path) -> None:
    """Law 3: from the journal alone, byte for byte; the next one reads on from there."""
    night = a_night()
    half = len(night.journal) // 2
    stored(tmp_path, night.journal)
    with JournalReader(tmp_path) as reader:
        at_half = load(reader, MODEL, until=Position(1, half))
    digest = sha256(encode(at_half.state)).hexdigest()
    assert replica.make_here(tmp_path, Position(1, half), digest) == replica.Answer()
    assert replica.make_here(tmp_path, end_of(night), digest_of(night)) == replica.Answer()
    newest, older = kept(tmp_path)
    assert (newest.head.seq, older.head.seq) == (night.state.seq, half)
    assert core_state.decode(newest.body) == night.state
    with JournalReader(tmp_path) as reader:
        loaded = load(reader, MODEL)
    assert (loaded.base, loaded.applied) == (end_of(night), 0)


def test_a_replica_that_comes_to_another_state_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    night = a_night()
    stored(tmp_path, night.journal)
    answer = replica.make_here(tmp_path, end_of(night), sha256(b"another").hexdigest())
    assert "leads to another state" in answer.problem
    assert kept(tmp_path) == []


def test_a_replica_looks_at_all_of_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 2: the full check runs at snapshots."""
    night = a_night()
    stored(tmp_path, night.journal)
    monkeypatch.setattr(invariants, "check", lambda _: ["nobody is called for 3"])
    answer = replica.make_here(tmp_path, end_of(night), digest_of(night))
    assert "nobody is called for 3" in answer.problem
    assert kept(tmp_path) == []


def test_a_replica_says_that_the_journal_cannot_be_read(tmp_path: Path) -> None:
    night = a_night()
    stored(tmp_path, night.journal)
    for path in files.journal_files(tmp_path / "journal"):
        path.chmod(0o600)
        path.write_bytes(b"no database" * 900)
    answer = replica.make_here(tmp_path, end_of(night), digest_of(night))
    assert "cannot be read" in answer.problem


def test_a_replica_says_that_the_end_is_gone(tmp_path: Path) -> None:
    night = a_night()
    stored(tmp_path, night.journal)
    files.live_file(tmp_path / "journal").unlink()
    answer = replica.make_here(tmp_path, end_of(night), digest_of(night))
    assert f"does not have {end_of(night)}" in answer.problem


def test_the_replica_is_a_process_of_low_priority(tmp_path: Path) -> None:
    """A real child, beside a store that is open: it takes no lock that the writer needs."""
    night = a_night()
    stored(tmp_path, night.journal)
    writer = SqliteStore(tmp_path)
    writer.open()
    answer = asyncio.run(replica.make(tmp_path, end_of(night), digest_of(night)))
    assert answer == replica.Answer()
    [snapshot] = kept(tmp_path)
    assert snapshot.body == encode(night.state)
    writer.close()


def test_a_service_that_may_not_change_its_priority_has_a_replica_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The hardened unit refuses the call."""

    def refused(_: int) -> int:
        raise PermissionError(1, "Operation not permitted")

    night = a_night()
    stored(tmp_path, night.journal)
    monkeypatch.setattr(replica.os, "nice", refused)
    monkeypatch.setattr(replica.resource, "setrlimit", lambda *_: None)
    arguments = ("replica", str(tmp_path), str(end_of(night)), digest_of(night))
    monkeypatch.setattr(sys, "argv", list(arguments))
    replica.main()
    assert capfdbinary.readouterr().out == b'{"problem":""}'


def test_a_replica_that_is_late_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "REPLICA_S", 0.01)
    answer = asyncio.run(replica.make(tmp_path, Position(1, 1), ""))
    assert "not ready" in answer.problem


def test_a_replica_that_dies_gives_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed for its memory, or a bug of ours: told, and the daemon goes on."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    answer = asyncio.run(replica.make(tmp_path, Position(1, 1), ""))
    assert "no answer" in answer.problem
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    answer = asyncio.run(replica.make(tmp_path, Position(1, 1), ""))
    assert "could not be started" in answer.problem
