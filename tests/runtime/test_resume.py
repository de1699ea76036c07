"""Coming back from a journal that is whole, ahead of us, or somebody else's future."""

from pathlib import Path

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.core.step import step
from monitord.journal.codec import encode
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.runtime.resume import AWAY_MS_MAX, engine_time_ms, resume
from tests.core.sites import museum


def _journal(folder: Path, *, newer: bool = False) -> SqliteStore:
    """A store with an epoch and a site; ``newer`` adds an event that nobody here knows."""
    state = State()
    store = SqliteStore(folder)
    store.open()
    facts = (
        f.Started(epoch=1, version="test", utc_ms=5_000),
        f.SiteOffered(file_hash="a", site=museum()),
        f.WallClockRead(utc_ms=9_000),
    )
    for seq, fact in enumerate(facts, 1):
        events = step(state, 1_000, fact)
        payload = encode(ev.Entry(1, 1, seq, 1_000, 5_000, "test", fact, events))
        if newer and seq == len(facts):
            written = msgspec.json.decode(payload)
            written["events"].append({"type": "MoonRose", "phase": 3})
            payload = msgspec.json.encode(written)
        store.append([Row(seq, 1, 1_000, payload)])
    store.close()
    return SqliteStore(folder)


def test_a_whole_journal_comes_back_as_it_was(tmp_path: Path) -> None:
    """A3."""
    store = _journal(tmp_path)
    resumed = resume(store)
    assert (resumed.damaged, resumed.state.seq, resumed.state.epoch) == ("", 3, 1)
    assert set(resumed.state.site.areas) == {"gallery", "store"}
    store.close()


def test_what_only_a_newer_version_knows_is_told_to_people(tmp_path: Path) -> None:
    """Law 2: kept, skipped and alarmed; the rest of its entry counts."""
    store = _journal(tmp_path, newer=True)
    resumed = resume(store)
    assert "only a newer version knows" in resumed.damaged
    assert "1.3" in resumed.damaged
    assert resumed.state.offset_ms == 8_000
    store.close()


def test_engine_time_goes_on_by_the_difference_in_wall_time_when_that_is_sane() -> None:
    """Law 6."""
    state = State(epoch=1, at_ms=1_000, offset_ms=4_000)
    assert engine_time_ms(state, 65_000) == 61_000
    assert engine_time_ms(state, 4_999) == 1_000
    assert engine_time_ms(state, 5_000 + AWAY_MS_MAX + 1) == 1_000
    assert engine_time_ms(State(), 123) == 123
