"""Three starts that failed, a start that cannot be decided, a journal that contradicts itself."""

from pathlib import Path

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.journal.codec import encode
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.runtime.resume import resume
from monitord.runtime.starts import Starts
from monitord.vocabulary import Category, Priority
from tests.core.sites import DEFAULT_CHAIN
from tests.runtime.test_resume import _journal

MIN = 60_000


def test_three_failed_starts_in_ten_minutes_are_too_many(tmp_path: Path) -> None:
    """Law 13: the fourth begins anew, and is the first of the next three."""
    said = [Starts(tmp_path).begin(n * MIN) for n in range(1, 8)]
    assert [bool(words) for words in said] == [False, False, False, True, False, False, True]
    assert "3 starts in 10 minutes" in said[3]


def test_starts_that_watched_or_are_long_ago_do_not_count(tmp_path: Path) -> None:
    for n in range(1, 4):
        Starts(tmp_path).begin(n * MIN)
    assert not Starts(tmp_path).begin(14 * MIN)
    starts = Starts(tmp_path)
    for n in range(15, 25):
        assert not starts.begin(n * MIN)
        starts.over()


def test_a_clock_that_was_set_back_and_a_damaged_file_stop_no_start(tmp_path: Path) -> None:
    (tmp_path / "starts").write_bytes(b"\xff\n9999999999\nx" + b"1\n" * 10_000)
    assert not Starts(tmp_path).begin(20 * MIN)
    assert not Starts(tmp_path / "no such folder").begin(20 * MIN)
    Starts(tmp_path / "no such folder").over()


def test_a_journal_that_is_not_trusted_is_kept_and_a_new_one_begins(tmp_path: Path) -> None:
    """Law 13: as with an unreadable journal."""
    store = _journal(tmp_path)
    resumed = resume(store, "3 starts failed with it")
    assert "3 starts failed with it" in resumed.damaged
    assert resumed.state.seq == 0
    kept = [path for path in tmp_path.rglob("*.db*") if path.name != "000001.db"]
    assert kept, "the old one is evidence"
    store.close()


def test_an_entry_that_applies_and_contradicts_the_rest_is_told(tmp_path: Path) -> None:
    """Law 13: an incident that is open and that nobody is being called for cannot be."""
    store = _journal(tmp_path)
    store.open()
    fact = ev.FactFailed(fact_type="x", error="y")
    opened = ev.IncidentOpened(
        incident=1, category=Category.FIRE, area="store", priority=Priority.CRITICAL
    )
    chain = ev.ChainStarted(incident=1, chain=DEFAULT_CHAIN, why="planted")
    entry = ev.Entry(1, 1, 4, 2_000, 6_000, "test", f.TimePassed(), (opened, chain, fact))
    store.append([Row(4, 1, 2_000, encode(entry))])
    store.close()
    again = SqliteStore(tmp_path)
    resumed = resume(again)
    again.close()
    assert "contradicts itself" in resumed.damaged
    assert "incident 1" in resumed.damaged
    assert resumed.state.seq == 4


def test_a_journal_that_agrees_with_itself_is_not_told(tmp_path: Path) -> None:
    store = _journal(tmp_path)
    assert resume(store).damaged == ""
    store.close()
