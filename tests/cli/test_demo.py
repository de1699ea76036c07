"""Parts of the demo that need no processes; the whole of it is played in ``tests/system``."""

from collections import deque
from typing import Any

import pytest

from monitord.cli.demo import acts
from monitord.cli.demo.screen import screen
from monitord.cli.rehearsal.sitefile import load
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Chain
from monitord.resources import config_file
from monitord.vocabulary import Category, Outcome, Priority


def test_the_play_names_what_the_museum_has() -> None:
    museum = load(config_file("museum.yaml")).site
    assert {acts.DETECTOR, acts.WINDOW} <= set(museum.points)
    assert {acts.GUARD, acts.SECOND} <= set(museum.people)
    assert museum.points[acts.DETECTOR].area == museum.points[acts.WINDOW].area


class Silence:
    """A stage on which nothing happens by itself."""

    notices: Any = None
    site: Any = None


class Page:
    """A screen that keeps what it was told."""

    has_keys = False

    def __init__(self) -> None:
        self.lines: deque[str] = deque()

    def tell(self, clock: str, who: str, what: str) -> None:
        self.lines.append(f"{who}: {what}")

    def stand(self, contacts: str, standing: str, hint: str) -> None:
        pass

    def key(self) -> str:
        return ""


def entry(*events: ev.AnyEvent, epoch: int = 1) -> ev.Entry:
    """An entry with these events."""
    return ev.Entry(1, epoch, 1, 0, 0, "test", f.TimePassed(), events)


def test_a_play_that_saw_nothing_has_not_happened() -> None:
    """Exit code 0 only when the arc was really there: each part is missed by its name."""
    play = acts.Play(Silence(), Page(), headless=True, seconds=90)  # type: ignore[arg-type]
    assert len(play._missing()) == 7
    play._entry(entry(ev.CallResulted(call="r-1-1-1", outcome=Outcome.FAILED)))
    assert len(play._missing()) == 7
    play._entry(entry(ev.CallResulted(call="r-1-1-1", outcome=Outcome.HANDED_OVER)))
    assert "somebody was called" not in play._missing()
    play._entry(entry(ev.IncidentAcknowledged(incident=1, by="anna", seen=1)))
    assert "somebody took the alarm" not in play._missing()
    started = ev.StepStarted(incident=1, step=1, round=1, until_ms=1, why="confirmed")
    play._entry(entry(started))
    assert "somebody took the alarm" in play._missing()
    assert "and came back" in play._missing()
    play._entry(entry(ev.EpochOpened(epoch=2, version="t", offset_ms=0), epoch=2))
    assert "and came back" not in play._missing()
    covered = f"{acts.CAMERA}.picture/active"
    opened = ev.IncidentOpened(
        incident=2,
        category=Category.TAMPER,
        area="gallery-3",
        priority=Priority.HIGH,
        first_out=covered,
    )
    play._entry(entry(opened))
    assert "the covered camera was found out" not in play._missing()
    assert "a picture came with the alarm" in play._missing()


def test_the_daemons_own_words_are_told() -> None:
    page = Page()
    play = acts.Play(Silence(), page, headless=True, seconds=90)  # type: ignore[arg-type]
    play._began_ms = 0
    chain = ev.ChainStarted(incident=1, chain=Chain("intrusion", ()), why="a new incident")
    play._entry(entry(chain))
    assert list(page.lines) == ["daemon: chain intrusion begins: a new incident"]


def test_without_a_terminal_the_story_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with screen(headless=False) as shown:
        assert not shown.has_keys
        shown.tell("0:10", "story", "Somebody\x1b[2J walks in.")
        shown.stand("a", "b", "c")
    assert capsys.readouterr().out == "  0:10  story    Somebody [2J walks in.\n"
