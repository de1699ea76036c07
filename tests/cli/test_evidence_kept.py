"""``evidence list``, ``hold`` and ``release`` at the prompt."""

import io
import json

import pytest
from msgspec.structs import replace

from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.core.site import Person
from monitord.vocabulary import PictureMoment, Role
from tests.cli.conftest import Served
from tests.core.test_pictures import site
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]
HOLD = ("evidence", "hold", "1", "--reason", "the police asked", "--pin-stdin")


@pytest.fixture
def kept(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """One picture of one open incident; whoever runs this is anna, security manager."""

    class Typed(io.StringIO):
        """The same PIN whenever it is asked for."""

        def readline(self, *_: object) -> str:
            return PIN + "\n"

    def happens() -> None:
        place = site()
        people = {**place.people, "anna": Person("anna", Role.SECURITY_MANAGER, ("voice",))}
        take = daemon.house.engine.take
        take(f.SiteOffered(file_hash="cameras", site=replace(place, people=people)))
        daemon.house.trip()
        shot = f.Shot("aa", 1_500_000)
        take(f.PicturesCame(incident=1, camera="cam-1", moment=PictureMoment.ALARM, shots=(shot,)))

    monkeypatch.setattr("sys.stdin", Typed())
    daemon.do(happens)
    return daemon


def test_i2_it_is_held_listed_and_released(kept: Served, capsys: Capture) -> None:
    assert kept.run(*HOLD, "--until", "30d") == 0
    assert "incident 1 is held now" in capsys.readouterr().out
    assert kept.run("evidence", "list") == 0
    told = capsys.readouterr().out
    assert "1.5 MB" in told
    assert "Anna Okafor" in told
    assert kept.run("evidence", "list", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["incidents"]
    assert (one["number"], one["pictures"], one["bytes"]) == (1, 1, 1_500_000)
    assert (one["hold"]["by"], one["hold"]["overdue"]) == ("anna", False)
    assert kept.house.notes == ["the police asked"]
    assert kept.run("evidence", "release", "1", "--pin-stdin") == 0
    assert "held no longer" in capsys.readouterr().out
    assert not kept.house.engine.state.holds


def test_the_reason_is_nowhere_in_the_journal(kept: Served) -> None:
    """Law 3: it may name somebody."""
    assert kept.run(*HOLD, "--until", "30d") == 0
    rows = kept.house.engine.rows
    assert any(b"EvidenceHeld" in row.payload for row in rows)
    assert not any(b"police asked" in row.payload for row in rows)


def test_a_bare_date_is_that_morning(kept: Served) -> None:
    """Nobody is called at midnight because a date was written without an hour."""
    assert kept.run(*HOLD, "--until", "2026-12-24") == 0
    review_ms = kept.house.engine.state.holds[1].review_utc_ms
    assert review_ms == 1_798_102_800_000


@pytest.mark.parametrize("number", ["2", "900001"])
def test_what_never_was_cannot_be_held(kept: Served, capsys: Capture, number: str) -> None:
    words = ("evidence", "hold", number, "--reason", "r", "--until", "30d", "--pin-stdin")
    assert kept.run(*words) == Exit.REFUSED
    assert f"Nothing of incident {number} is kept" in capsys.readouterr().err
    assert kept.house.notes == [], "nothing is kept of a command that came to nothing"


def test_nothing_is_kept(daemon: Served, capsys: Capture) -> None:
    assert daemon.run("evidence", "list") == 0
    assert "Nothing is kept" in capsys.readouterr().out


def test_a_picture_that_is_kept_says_until_when(kept: Served, capsys: Capture) -> None:
    def closes() -> None:
        engine = kept.house.engine
        state = engine.state
        record = state.incidents[1]
        record.closed_ms = engine.at_ms

    kept.do(closes)
    assert kept.run("evidence", "list", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["incidents"]
    assert one["open"] is False
    assert one["until"] is not None
    assert kept.run("evidence", "list") == 0
    assert "until" in capsys.readouterr().out
