"""The journal at the command line: whole or damaged, told, replayed, explained."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.vocabulary import Outcome, PointState, Proof
from tests.cli.conftest import Served
from tests.runtime.control.house import House

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A night in the journal: an alarm, a call that fails, the next one, somebody takes it."""
    house = House()
    take = house.engine.take
    house.trip()
    take(f.CallStarted(call="house-1-1-1"))
    take(f.CallEnded(call="house-1-1-1", outcome=Outcome.FAILED, detail="it refused"))
    house.engine.at_ms += 5_000
    take(f.CallEnded(call="house-1-1-2", outcome=Outcome.HANDED_OVER))
    house.trip("west")
    take(f.Acknowledge(by="boris", proof=Proof.LINK, incident=1, seen=3, via="link"))
    said = {"raw": "R130 \x1b[2J", "by": "user 7", "key": "west.pir/18", "device_ms": 4}
    take(f.PointChanged(point="west.pir", state=PointState.NORMAL, collapsed=2, **said))
    store = SqliteStore(tmp_path)
    store.open()
    store.append([Row(*stored[:4]) for stored in house.engine.rows])
    store.close()
    return tmp_path


def run(state: Path, *words: str) -> int:
    """One command on this journal."""
    return main([*words, "--state", str(state)])


def damage(state: Path, seq: int) -> None:
    """Somebody edits one entry."""
    with sqlite3.connect(state / "journal" / "000001.db") as db:
        db.execute(
            "UPDATE entries SET payload = CAST(replace(payload, 'east', 'west') AS BLOB)"
            " WHERE seq = ?",
            (seq,),
        )
    db.close()


def in_json(capsys: Capture) -> Any:
    """What was printed, as JSON."""
    return json.loads(capsys.readouterr().out)


def test_a_whole_journal(state: Path, capsys: Capture) -> None:
    """A10."""
    assert run(state, "journal", "verify") == Exit.DONE
    said = capsys.readouterr().out
    assert "The journal is whole." in said
    assert "in 1 file, 0 of them sealed" in said
    assert run(state, "journal", "verify", "--decode", "--json") == Exit.DONE
    view = in_json(capsys)
    assert (view["whole"], view["damaged"], view["entries"]) == (True, 0, 11)


def test_files_that_are_gone_by_rule_are_told_and_no_damage(
    tmp_path: Path, capsys: Capture
) -> None:
    """A position in them is answered as gone, with the snapshot's place."""
    house = House()
    house.trip()
    rows = [Row(*stored[:4]) for stored in house.engine.rows]
    store = SqliteStore(tmp_path, file_entries_max=len(rows))
    store.open()
    end = store.append(rows)
    house.engine.take(f.FileExpired("000001.db", end.epoch, end.seq, end.hash.hex(), 0))
    store.append([Row(*stored[:4]) for stored in house.engine.rows[len(rows) :]])
    store.close()
    (tmp_path / "journal" / "000001.db").unlink()
    assert run(tmp_path, "journal", "verify") == Exit.DONE
    said = capsys.readouterr().out
    assert f"Older ones, up to {end.position}, were dropped by rule." in said
    assert run(tmp_path, "journal", "replay", "--until", "1") != Exit.DONE
    assert "no entry 1 " in capsys.readouterr().err


def test_a_damaged_journal_names_the_first_bad_entry(state: Path, capsys: Capture) -> None:
    damage(state, 5)
    assert run(state, "journal", "verify") == Exit.REFUSED
    assert "First bad entry: 1.5" in capsys.readouterr().out
    assert run(state, "journal", "verify", "--json") == Exit.REFUSED
    assert in_json(capsys)["findings"][0]["position"] == "1.5"


def test_tail(state: Path, capsys: Capture) -> None:
    assert run(state, "journal", "tail", "-n", "2") == Exit.DONE
    shown = capsys.readouterr().out
    assert "IncidentAcknowledged incident=1 by=boris seen=3 via=link" in shown
    assert shown.count("\n1.") + shown.startswith("1.") == 2
    assert "raw=R130 " in shown
    assert "\x1b" not in shown, "a panel's words draw nothing on a terminal"
    assert "by=user 7 key=west.pir/18 device_ms=4 more_like_it=2" in shown
    assert run(state, "journal", "tail", "-n", "2", "--json") == Exit.DONE
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["position"] for line in lines] == ["1.10", "1.11"]


def test_export(state: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "night.ndjson"
    assert run(state, "journal", "export", "--out", str(out)) == Exit.DONE
    assert "11 entries are in" in capsys.readouterr().out
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["entry"]["seq"] for line in lines] == list(range(1, 12))
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".night")] == []
    assert run(state, "journal", "export", "--out", str(tmp_path / "no" / "x")) == Exit.REFUSED
    assert "cannot be written" in capsys.readouterr().err


def test_replay(state: Path, capsys: Capture) -> None:
    assert run(state, "journal", "replay") == Exit.DONE
    assert "taken by boris" in capsys.readouterr().out
    assert run(state, "journal", "replay", "--until", "4", "--json") == Exit.DONE
    view = in_json(capsys)
    assert (view["position"], view["state"]["incidents"]) == ("1.4", {})
    assert run(state, "journal", "replay", "--until", "1.5", "--json") == Exit.DONE
    assert list(in_json(capsys)["state"]["incidents"]) == ["1"]


@pytest.mark.parametrize("until", ["0", "4711", "1.4711", "soon"])
def test_replay_to_where_nothing_is(state: Path, capsys: Capture, until: str) -> None:
    assert run(state, "journal", "replay", "--until", until) == Exit.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert until in told.err


def test_explain(state: Path, capsys: Capture) -> None:
    """Why each call was or was not made, in order, with times."""
    assert run(state, "explain", "1") == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Incident #1"
    assert [line.split("  ", 1)[1].strip() for line in lines[2:]] == [
        "opened in gallery: intrusion, east.pir/active",
        "chain default begins: a new incident",
        "step 1 begins and has 60 s: a new incident",
        "call anna by voice",
        "the channel took it up (house-1-1-1)",
        "came to: failed (house-1-1-1): it refused",
        "step 2 begins and has 120 s: nobody could be reached",
        "call boris (director) by voice",
        "came to: handed-over (house-1-1-2)",
        "joined by west.pir/active",
        "confirmed by east.pir and west.pir",
        "acknowledged by boris over link, having seen revision 3",
        "the calling stops: acknowledged by boris",
    ]
    assert lines[2].startswith("11:06:41")


def test_explain_for_scripts(state: Path, capsys: Capture) -> None:
    assert run(state, "explain", "1", "--json") == Exit.DONE
    calls = [e for e in in_json(capsys)["lines"] if e["event"] == "CallPlaced"]
    assert [c["call_id"] for c in calls] == ["house-1-1-1", "house-1-1-2"]


def test_explaining_what_never_was(state: Path, capsys: Capture) -> None:
    assert run(state, "explain", "12") == Exit.REFUSED
    assert "there are: 1 to 1" in capsys.readouterr().err


def test_no_journal(tmp_path: Path, capsys: Capture) -> None:
    assert run(tmp_path, "journal", "verify") == Exit.REFUSED
    assert "--state" in capsys.readouterr().err


def test_following_goes_on_behind_the_last_entry(daemon: Served, capsys: Capture) -> None:
    """``tail -f``: what the disk has, then what the daemon feeds, without a gap or a repeat."""
    house = daemon.house
    store = SqliteStore(daemon.state)
    store.open()
    store.append([Row(*stored[:4]) for stored in house.engine.rows])
    store.close()
    ended: list[int] = []
    command = ("journal", "tail", "-n", "1", "-f", "--json")
    follower = threading.Thread(target=lambda: ended.append(daemon.run(*command)))
    follower.start()
    printed = ""
    tripped = False
    for _ in range(5_000):
        printed += capsys.readouterr().out
        if house.engine.listeners and not tripped:
            daemon.do(house.trip)
            tripped = True
        if "IncidentOpened" in printed:
            break
        follower.join(0.001)
    daemon.stop()
    follower.join(5)
    assert ended == [Exit.NO_DAEMON]
    assert [json.loads(line)["position"] for line in printed.splitlines()] == ["1.4", "1.5"]
