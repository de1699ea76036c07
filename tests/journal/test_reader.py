"""The read side: beside the writer, without the daemon, and as lines for other programs."""

import io
import json
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from monitord.journal.database import connect_reader
from monitord.journal.errors import Gone, JournalUnreadable
from monitord.journal.export import export_ndjson, line_of, rfc3339
from monitord.journal.reader import JournalReader
from monitord.journal.records import Lost, Position, Stored
from tests.journal.samples import filled, rows


def seqs(items: object) -> list[int]:
    assert hasattr(items, "__iter__")
    return [item.seq for item in items]


def test_a_reader_follows_the_writer(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    with JournalReader(tmp_path) as reader:
        assert seqs(reader.tail()) == [1, 2, 3]
        store.append(rows(4, 5))
        assert seqs(reader.tail(Position(1, 3))) == [4, 5]
        assert reader.head() == store.head()
        with pytest.raises(Gone):
            reader.tail(Position(1, 6))
    store.close()


def test_more_than_one_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitord.journal.database.CHUNK", 4)
    filled(tmp_path, 11).close()
    with JournalReader(tmp_path) as reader:
        assert seqs(reader.scan()) == list(range(1, 12))
        assert seqs(reader.scan(8)) == [9, 10, 11]


def test_a_reader_can_neither_write_nor_checkpoint(tmp_path: Path) -> None:
    """Debian's SQLite can corrupt a WAL that two connections checkpoint."""
    store = filled(tmp_path)
    wal = tmp_path / "journal" / "000001.db-wal"
    before = wal.read_bytes()
    reader = connect_reader(tmp_path / "journal" / "000001.db")
    for statement in ("DELETE FROM entries", "CREATE TABLE x (y)", "PRAGMA user_version = 3"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute(statement)
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    reader.close()
    assert wal.read_bytes() == before
    store.close()


def test_where_there_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalUnreadable, match="no journal here"):
        JournalReader(tmp_path)
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "000001.db").touch()
    with pytest.raises(JournalUnreadable, match="empty"):
        JournalReader(tmp_path)


def test_the_chain_can_be_checked_from_the_export_alone(tmp_path: Path) -> None:
    """H1, F3: whoever gets the lines needs nothing of ours to prove them."""
    filled(tmp_path).close()
    out = io.BytesIO()
    with JournalReader(tmp_path) as reader:
        assert export_ndjson(reader.tail(), out) == 10
    prev = bytes(32)
    for seq, line in enumerate(out.getvalue().splitlines(), 1):
        parsed = json.loads(line)
        assert parsed["position"] == f"1.{seq}"
        assert parsed["at"] == f"2026-11-18T11:06:40.{seq * 10:03}Z"
        payload = line[line.index(b'"entry":') + 8 : -1]
        inner = seq.to_bytes(8, "big") + sha256(payload).digest()
        prev = sha256(prev + inner).digest()
        assert parsed["hash"] == prev.hex()


def test_an_export_holds_the_very_bytes_that_were_hashed() -> None:
    payload = rows(1, 1)[0].payload.replace(b'"epoch":1', b'"epoch": 1')
    line = line_of(Stored(1, 1, 10, payload, bytes(32)))
    assert payload in line


def test_damage_is_a_line_of_its_own() -> None:
    out = io.BytesIO()
    items: list[Stored | Lost] = [Lost(3, None, "malformed"), Stored(9, 2, 5, b"\x00{", bytes(32))]
    assert export_ndjson(items, out) == 2
    lost, damaged = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lost == {"lost": {"first": 3, "last": None}, "reason": "malformed"}
    assert (damaged["position"], damaged["bytes"]) == ("2.9", "007b")


@pytest.mark.parametrize(
    ("utc_ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_000_000_123, "2026-11-18T11:06:40.123Z"),
        (1 << 62, str(1 << 62)),
    ],
)
def test_times(utc_ms: int, text: str) -> None:
    assert rfc3339(utc_ms) == text
