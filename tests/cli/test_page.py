"""Pages: aligned where there is no terminal, coloured where there is one, never steered."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.cli.page import Cell, Page, Style, as_text, line, show, table
from monitord.cli.when import When, span

PAGE: Page = [
    line("Gallery 1 ", Cell("active", Style.ALARM), indent=2),
    table(("point", "state"), [("east.pir", Cell("active", Style.ALARM)), ("w", "normal")]),
]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_it_is_plain_and_aligned() -> None:
    out = io.StringIO()
    show(PAGE, out)
    assert out.getvalue() == (
        "  Gallery 1 active\npoint     state\neast.pir  active\nw         normal\n"
    )


def test_a_terminal_gets_colours_unless_it_asks_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Terminal()
    show(PAGE, coloured)
    assert "\x1b[1;37;41m" in coloured.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    show(PAGE, plain)
    assert "41m" not in plain.getvalue()
    assert "Gallery 1 active" in plain.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")


@given(st.text(max_size=40))
def test_no_text_steers_a_terminal(hostile: str) -> None:
    """What a panel or a person wrote: no escape, no line end, no direction mark."""
    shown = as_text([line("[", hostile, "]"), table(("name",), [(hostile,)])])
    assert all(c == "\n" or c.isprintable() or c in "\u200c\u200d\u3000\xa0" or c.isspace()
               for c in shown)  # fmt: skip
    assert not {"\x1b", "\r", "\x07", "\u202e", "\u2028", "\x9b"} & set(shown)
    assert shown.count("\n") == 3


def test_times_are_local_to_the_site() -> None:
    """In summer London is an hour ahead of UTC; yesterday carries its date."""
    when = When("2026-07-01T23:30:00.000Z", "Europe/London")
    assert when.now() == "Thu 02 Jul 2026, 00:30:00 BST"
    assert when.at("2026-07-01T23:29:00.000Z") == "00:29:00"
    assert when.at("2026-07-01T22:00:00.000Z") == "Wed 01 Jul 23:00:00"
    assert when.since("2026-07-01T23:00:00.000Z") == "since 00:00:00 (30 min)"


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert When("2026-07-01T23:30:00Z", "Mars/Olympus").now() == "Wed 01 Jul 2026, 23:30:00 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (119, "119 s"), (120, "2 min"), (7_500, "2 h 5 min"), (200_000, "2 days")],
)
def test_spans_can_be_said_aloud(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_an_id_is_never_cut_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read whole cannot be typed; columns without anything in them give way."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    name, place = "east-wing-panel.store-door-12", "First floor, gallery of astronomical clocks"
    columns = ("state", "point", "place", "name", "since", "value", "held back")
    out = Terminal()
    show([table(columns, [("unknown", name, place, "Door 12", "17:26:50", "", "")])], out)
    assert name in out.getvalue()
    assert "held back" not in out.getvalue()
    assert "…" not in out.getvalue()
