"""T3.8: pictures have an end, what is needed stays, and what goes is proven gone."""

from msgspec import structs

from monitord.core import events as ev
from monitord.core import evidence
from monitord.core import facts as f
from monitord.vocabulary import PictureMoment
from tests.core.night import Events, Night
from tests.core.sites import HOUR, MIN
from tests.core.test_pictures import site

KEPT = 72 * HOUR


def kept(night: Night, incident: int, name: str, camera: str = "cam-1") -> None:
    """A picture of an alarm there."""
    night.feed(
        f.PicturesCame(
            incident=incident,
            camera=camera,
            moment=PictureMoment.ALARM,
            shots=(f.Shot(name, 9),),
        )
    )


def closed(night: Night, number: int = 1) -> None:
    """What is open is over."""
    night.closes("east.pir")
    night.acknowledges(incident=number)
    night.closes_incident(incident=number)


def expired(night: Night) -> list[int]:
    """Which have been told to go, so far."""
    return [event.picture for event in night.all(ev.PictureExpired)]


def test_a_picture_goes_when_its_time_is_over() -> None:
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    night.at(KEPT - 1)
    assert expired(night) == []
    night.at(KEPT)
    assert expired(night) == [1]


def test_the_site_says_for_how_long() -> None:
    """A site that keeps them shorter does so from then on, also with those that it has."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    night.offer(structs.replace(site(), pictures_kept_ms=HOUR))
    night.at(HOUR)
    assert expired(night) == [1]


def test_what_an_open_incident_needs_stays() -> None:
    """And goes at once when that is closed."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    night.at(KEPT + 10 * HOUR)
    assert expired(night) == []
    closed(night)
    night.after(1)
    assert expired(night) == [1]


def test_gone_is_proven_and_what_does_not_go_is_told_again() -> None:
    """The record stays for as long as the file may be there."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    night.at(KEPT)
    night.feed(f.PictureRemoved(picture=1, error="no"))
    assert night.all(ev.PictureStays)
    assert 1 in night.state.pictures
    night.after(evidence.AGAIN_MS)
    assert expired(night) == [1, 1]
    night.feed(f.PictureRemoved(picture=1))
    assert night.state.pictures == {}
    assert night.incident().looks["cam-1"].pictures == []
    night.after(2 * evidence.AGAIN_MS)
    assert "evidence:next" not in night.state.deadlines


def test_what_was_not_told_to_go_is_not_taken_for_gone() -> None:
    """A fact about a picture that is kept, or about none, changes nothing."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    assert night.feed(f.PictureRemoved(picture=1)) == ()
    assert night.feed(f.PictureRemoved(picture=7)) == ()
    assert 1 in night.state.pictures


def test_a_site_keeps_no_more_than_it_may() -> None:
    """A year of alarms in a night: the oldest go, but none of an open incident."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    night.after(11 * MIN)
    most, evidence.PICTURES_MAX = evidence.PICTURES_MAX, 2  # type: ignore[misc]
    try:
        night.opens("east.pir")
        kept(night, 2, "bb")
        assert expired(night) == []
        kept(night, 2, "cc", "cam-2")
        assert expired(night) == [1]
        night.feed(f.PictureRemoved(picture=1))
        night.after(11 * MIN)
        night.opens("east.case")
        assert _numbers(night) == [2, 3], "those of an open incident stay"
    finally:
        evidence.PICTURES_MAX = most  # type: ignore[misc]


def _numbers(night: Night) -> list[int]:
    return list(night.state.pictures)


def test_the_next_end_is_the_first_one() -> None:
    """Two pictures, an hour apart, go an hour apart."""
    night = Night(site())
    night.opens("east.pir")
    kept(night, 1, "aa")
    closed(night)
    night.at(HOUR)
    night.opens("east.pir")
    kept(night, 2, "bb")
    closed(night, 2)
    night.at(KEPT)
    assert expired(night) == [1]
    events: Events = night.feed(f.PictureRemoved(picture=1))
    assert isinstance(events[0], ev.PictureDeleted)
    night.at(KEPT + HOUR)
    assert expired(night) == [1, 2]
