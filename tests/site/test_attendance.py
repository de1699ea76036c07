"""``attendance:`` of a site file (G8)."""

import pytest

from monitord.core.site import Attendance
from tests.site.conftest import CheckText, LoadText


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("", Attendance()),
        (
            "attendance: {keyholders: [boris, anna], target: 15min, check-call: 3min}\n",
            Attendance(("boris", "anna"), 900_000, 180_000),
        ),
    ],
)
def test_g8_who_comes_and_by_which_times(
    river: str, written: str, wanted: Attendance, load_text: LoadText
) -> None:
    assert load_text(river + written).site.attendance == wanted


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{keyholders: [borris, anna]}", "did you mean"),
        ("{keyholders: [tester, anna]}", "nobody is a tester"),
        ("{keyholders: [anna]}", "name a second one"),
        ("{check-call: 30min}", "write 15min or less"),
        ("{target: 10s}", "60000"),
    ],
)
def test_g8_what_leaves_somebody_alone_is_told(
    check_text: CheckText, river: str, written: str, words: str
) -> None:
    found = check_text(river + f"attendance: {written}\n")
    assert any(words in f"{one} {one.cure}" for one in found), found
