"""``attend`` at the prompt: where somebody is, and what is awaited of them (G8)."""

import pytest

from monitord.channels.words import Situation, spoken
from monitord.cli.arguments.acting import RESULTS as HELP
from monitord.cli.errors import Exit
from monitord.core.attendance import RESULTS
from monitord.runtime.outbox import TO_THE_ATTENDING
from monitord.vocabulary import Category
from tests.cli.conftest import Served

Capture = pytest.CaptureFixture[str]


def test_g8_from_the_way_there_to_the_result(daemon: Served, capsys: Capture) -> None:
    """G8: each word is answered with what is awaited next; who goes in alone reads ALONE."""

    def says(*words: str, code: int = 0) -> str:
        assert daemon.run("attend", "1", *words) == code
        told = capsys.readouterr()
        return told.out + told.err

    daemon.do(daemon.house.trip)
    assert "Nobody attends" in says()
    assert "on the way, awaited in 10 min" in says("--eta", "10min")
    assert "not agreed: unset nothing before" in says("--arrived")
    assert "not agreed" not in says("--plan")
    assert "inside ALONE" in says("--entered")
    assert "says --safe within 5 min" in says("--safe")
    assert "inside with boris" in says("--entered", "--with", "boris")
    assert daemon.run("incidents", "1") == 0
    assert "inside with boris" in capsys.readouterr().out
    assert "nothing-found, left at" in says("--result", "nothing-found")
    assert "must be one of" in says("--result", "fine", code=Exit.REFUSED)
    assert "not in the site file" in says("--safe", "--holder", "x", code=Exit.REFUSED)
    assert "no time" in says("--eta", "soon", code=Exit.USAGE)
    assert "--with goes with --entered" in says("--safe", "--with", "boris", code=Exit.USAGE)


def test_g8_who_is_missing_inside_is_told_by_id_with_place_and_gate(daemon: Served) -> None:
    """Place first, then who and since which incident; help goes in together."""
    site = daemon.house.engine.state.site
    source = "monitord.attendance.7.anna"
    text = spoken(site, Situation(Category.PROCEDURE, "gallery", source=source))
    assert text == (
        "Gallery 1. Gate B. The House. Nothing heard from anna, who went in for incident 7. "
        "Call them; no answer: send help, nobody goes in alone."
    )
    assert "do not go on alone" in TO_THE_ATTENDING


def test_the_help_names_every_result() -> None:
    assert all(result in HELP for result in RESULTS)
