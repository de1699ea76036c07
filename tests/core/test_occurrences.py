"""H1: the occurrence log takes what has happened, in order, and is corrected by addenda alone."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import Proof
from tests.core.night import UTC_OFFSET_MS, Events, Night

TEXT = f.TextRef("note/anna/1-1", "00")


def writes(
    night: Night,
    kind: str = "visit",
    at_ms: int | None = None,
    area: str = "",
    amends: int = 0,
    note: f.TextRef | None = TEXT,
) -> Events:
    occurred_ms = UTC_OFFSET_MS + (night.now_ms if at_ms is None else at_ms)
    return night.feed(
        f.WriteLog(
            by="anna",
            proof=Proof.SESSION,
            kind=kind,
            occurred_utc_ms=occurred_ms,
            note=note,
            area=area,
            amends=amends,
        )
    )


def code(events: Events) -> str:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused.code


def test_h1_entries_are_numbered_without_a_gap_and_keep_both_times() -> None:
    night = Night()
    (first,) = writes(night, at_ms=night.now_ms - 3_600_000, area="gallery")
    writes(night, "no such kind")
    (second,) = writes(night, "patrol")
    assert isinstance(first, ev.LogWritten)
    assert isinstance(second, ev.LogWritten)
    assert (first.number, second.number) == (1, 2)
    assert (first.kind, first.by, first.area, first.amends) == ("visit", "anna", "gallery", 0)
    entry = next(e for e in night.journal if first in e.events)
    assert entry.utc_ms - first.occurred_utc_ms == 3_600_000
    night.replayed()


def test_h1_nothing_is_written_ahead() -> None:
    night = Night()
    assert code(writes(night, at_ms=night.now_ms + 1)) == "bad-input"
    assert isinstance(writes(night, at_ms=night.now_ms)[0], ev.LogWritten)
    assert code(writes(night, at_ms=-UTC_OFFSET_MS)) == "bad-input"


def test_h1_a_correction_is_an_addendum_to_an_entry_that_is_there() -> None:
    night = Night()
    assert code(writes(night, amends=1)) == "unknown"
    writes(night)
    (added,) = writes(night, kind="", amends=1)
    assert isinstance(added, ev.LogWritten)
    assert (added.number, added.amends, added.kind) == (2, 1, "correction")
    assert code(writes(night, amends=3)) == "unknown"
    assert code(writes(night, amends=-1)) == "unknown"


@pytest.mark.parametrize(
    ("kind", "area", "note"),
    [("correction", "", TEXT), ("", "", TEXT), ("visit", "attic", TEXT), ("visit", "", None)],
)
def test_h1_what_is_no_entry_is_refused(kind: str, area: str, note: f.TextRef | None) -> None:
    night = Night()
    assert code(writes(night, kind, area=area, note=note)) == "bad-input"
    assert night.state.log_written == 0
