"""T3.8, I2: who looks at pictures is on record, once for a stated time."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import viewing
from monitord.core.viewing import CAMERAS, WINDOW_MS, is_told
from monitord.vocabulary import Proof
from tests.core.night import Events, Night, refused


def looks(night: Night, person: str = "anna", what: str = CAMERAS) -> Events:
    return night.feed(f.ViewPictures(by=person, proof=Proof.SESSION, what=what))


def test_that_somebody_looks_is_told_once_an_hour() -> None:
    """A wall asks every few seconds; the journal has one entry."""
    night = Night()
    (told,) = looks(night)
    assert isinstance(told, ev.PicturesViewed)
    assert (told.by, told.what, told.until_ms) == ("anna", "cameras", night.now_ms + WINDOW_MS)
    night.after(WINDOW_MS - 1)
    assert looks(night) == ()
    night.after(1)
    assert len(looks(night)) == 1
    assert night.state == night.replayed()


def test_each_who_looks_is_told_of() -> None:
    night = Night()
    assert len(looks(night, "anna")) == 1
    assert len(looks(night, "gus")) == 1
    assert is_told(night.state, night.now_ms, "gus", CAMERAS)
    assert not is_told(night.state, night.now_ms, "boris", CAMERAS)


def test_pictures_that_there_are_not_are_no_view() -> None:
    night = Night()
    assert refused(looks(night, what="the neighbour's")) == "unknown"
    assert night.state.views == {}


def test_who_may_not_look_is_refused_and_not_on_record_as_a_viewer() -> None:
    night = Night()
    assert refused(night.feed(f.ViewPictures(by="anna", what=CAMERAS))) == "forbidden"
    assert night.state.views == {}


def test_what_is_over_is_forgotten_and_there_is_an_end_to_what_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    night = Night()
    looks(night, "anna")
    night.after(WINDOW_MS)
    looks(night, "gus")
    assert list(night.state.views) == ["gus:cameras"]
    monkeypatch.setattr(viewing, "VIEWS_MAX", 1)
    looks(night, "anna")
    assert list(night.state.views) == ["anna:cameras"]
