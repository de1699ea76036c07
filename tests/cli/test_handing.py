"""``handover`` at the prompt: what is open, who signs, who takes over, what they refuse."""

import pytest

from monitord.cli import main
from monitord.cli.handing import _page
from monitord.cli.page import as_text


def view(**other: object) -> dict[str, object]:
    post = {
        "post": "desk",
        "offered_by": "",
        "offered": None,
        "sheet": [],
        "taken_by": "Boris",
        "taken_of": "Anna",
        "taken": "2026-11-18T08:00:00.000Z",
        "refused": [{"item": "device/east", "what": "device", "name": "East panel"}],
        "reason": "its line is cut",
        "due": "2026-11-18T18:30:00.000Z",
        **other,
    }
    return {
        "site": {"id": "h", "name": "H", "timezone": "Europe/London"},
        "now": "2026-11-18T09:00:00.000Z",
        "items": [{"item": "device/east", "what": "device", "name": "East panel"}],
        "posts": [post],
    }


def test_h2_what_was_not_taken_over_and_what_is_due_stand_on_the_page() -> None:
    text = as_text(_page(view()))
    for said in ("East panel  (device/east)", "by Boris of Anna", "not taken over: East panel",
                 "its line is cut", "due 18:30"):  # fmt: skip
        assert said in text, said


def test_h2_a_signed_sheet_says_how_it_is_taken_over() -> None:
    text = as_text(_page(view(offered="2026-11-18T08:55:00.000Z", offered_by="Anna")))
    assert "signed by Anna" in text
    assert "monitord handover take" in text


@pytest.mark.parametrize("words", [["--refuse", "x"], ["offer", "--reason", "x"]])
def test_what_goes_with_taking_over_alone_is_told(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handover", *words]) == 64
    assert "go with `handover take`" in capsys.readouterr().err
