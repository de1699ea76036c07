"""How long the journal is kept, in the site file's words."""

import pytest

from tests.site.conftest import CheckText, LoadText

DAY_MS = 24 * 3_600_000


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("", 3 * 366),
        ("journal: {}\n", 3 * 366),
        ("journal: {keep: 2y}\n", 2 * 366),
        ("journal: {keep: 31d}\n", 31),
    ],
)
def test_a_journal_is_kept_for_days_or_years(
    river: str, written: str, days: int, load_text: LoadText
) -> None:
    """Three years where nothing is said; a year is never short by a leap day."""
    assert load_text(river + written).site.setup["journal"] == {"keep_ms": days * DAY_MS}


@pytest.mark.parametrize(
    ("written", "words"),
    [("30d", "too short"), ("101y", "too long"), ("2 weeks", "no number of days"), ("0y", "short")],
)
def test_too_short_too_long_and_no_time_at_all_are_refused(
    check_text: CheckText, river: str, written: str, words: str
) -> None:
    found = check_text(river + f"journal: {{keep: {written}}}\n")
    assert any(words in str(one) for one in found), found
