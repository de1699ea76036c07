"""Stations: a console step calls only where somebody can see, hear and answer (design 5.2, H3)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Chain, ChainStep, Post, Site, Station
from monitord.core.state import encode
from monitord.core.stations import attention
from monitord.vocabulary import Attention
from tests.core.night import Night
from tests.core.sites import museum

HEARING_MS = 4 * 3_600_000
NOT_ATTENDED = (Attention.UNATTENDED, Attention.SILENT, Attention.ABSENT)


def site(**stations: Station) -> Site:
    """The museum with a post that is called first, then the duty manager."""
    steps = (
        ChainStep(call=("control-room",), by=("console",), wait_ms=30_000),
        ChainStep(call=("anna",), by=("voice",), wait_ms=60_000),
    )
    return msgspec.structs.replace(
        museum(),
        posts={"control-room": Post("control-room")},
        stations=stations or {"desk": Station("desk", "Desk", "store", "control-room")},
        chains={"default": Chain("default", steps)},
    )


def attend(night: Night, station: str = "desk", person: str = "") -> None:
    """Somebody sits there and has counted the beeps."""
    night.feed(f.StationHeard(station=station, beeps=4, by=person))
    night.feed(f.StationSaid(station=station, attention=Attention.ATTENDED, person=person))


def called(night: Night) -> list[tuple[str, str]]:
    """Whom the open incident calls now, and by what."""
    [incident] = night.state.open_incidents()
    return [(call.target, call.channel) for call in incident.calls.values()]


def test_an_attended_station_is_called_and_given_its_time() -> None:
    night = Night(site())
    attend(night)
    night.opens("east.pir")
    assert called(night) == [("control-room", "console")]
    night.after(29_999)
    assert called(night) == [("control-room", "console")]
    night.after(1)
    assert called(night) == [("anna", "voice")]


@pytest.mark.parametrize("said", NOT_ATTENDED)
def test_a_station_that_nobody_attends_is_passed_over_at_once(said: Attention) -> None:
    night = Night(site())
    attend(night)
    night.feed(f.StationSaid(station="desk", attention=said))
    night.opens("east.pir")
    assert called(night) == [("anna", "voice")]


@pytest.mark.parametrize("said", NOT_ATTENDED)
def test_whoever_leaves_while_being_called_hands_on_at_once(said: Attention) -> None:
    """Absent or silent: the chain calls the next person without waiting for the step's end."""
    night = Night(site())
    attend(night)
    night.opens("east.pir")
    night.after(5_000)
    night.feed(f.StationSaid(station="desk", attention=said))
    assert called(night) == [("anna", "voice")]


def test_the_chain_waits_while_another_station_of_the_post_is_attended() -> None:
    night = Night(
        site(
            desk=Station("desk", "Desk", "store", "control-room"),
            gate=Station("gate", "Gate", "store", "control-room"),
        )
    )
    attend(night, "desk")
    attend(night, "gate")
    night.opens("east.pir")
    night.feed(f.StationSaid(station="desk", attention=Attention.ABSENT))
    assert called(night) == [("control-room", "console")]
    night.feed(f.StationSaid(station="gate", attention=Attention.ABSENT))
    assert called(night) == [("anna", "voice")]


def test_a_station_of_another_post_is_not_meant() -> None:
    night = Night(site(shop=Station("shop", "Shop", "store", "shop")))
    attend(night, "shop")
    night.opens("east.pir")
    assert called(night) == [("anna", "voice")]


def test_hearing_that_nobody_has_proven_for_four_hours_counts_as_silent() -> None:
    night = Night(site())
    attend(night)
    night.after(HEARING_MS - 1)
    assert attention(night.state, "desk") is Attention.ATTENDED
    night.after(1)
    assert attention(night.state, "desk") is Attention.SILENT
    night.opens("east.pir")
    assert called(night) == [("anna", "voice")]


def test_a_page_alone_proves_nothing_before_its_beeps_were_counted() -> None:
    night = Night(site())
    night.feed(f.StationSaid(station="desk", attention=Attention.ATTENDED))
    assert attention(night.state, "desk") is Attention.SILENT


def test_g9_a_silent_alarm_is_never_told_at_the_station_where_it_was_raised() -> None:
    """The button is in the gallery: whoever threatens somebody stands before that screen."""
    night = Night(site(hall=Station("hall", "Hall", "gallery", "control-room")))
    attend(night, "hall")
    night.opens("east.panic")
    assert called(night) == [("anna", "voice")]


def test_after_a_start_nobody_is_believed_to_sit_anywhere() -> None:
    night = Night(site())
    attend(night)
    night.feed(f.Started(epoch=2, version="test", utc_ms=night.state.utc_ms(night.now_ms)))
    assert attention(night.state, "desk") is Attention.ABSENT
    night.feed(f.StationSaid(station="desk", attention=Attention.ATTENDED))
    assert attention(night.state, "desk") is Attention.ATTENDED  # the proof still holds


def test_a_station_that_left_the_site_file_is_forgotten() -> None:
    night = Night(site())
    attend(night)
    night.offer(site(gate=Station("gate", "Gate", "store", "control-room")), "other")
    assert night.state.stations == {}
    assert "hearing:desk" not in night.state.deadlines
    assert night.feed(f.StationSaid(station="desk", attention=Attention.ATTENDED)) == ()


def test_what_a_page_repeats_leaves_no_trace() -> None:
    night = Night(site())
    attend(night, person="gus")
    said = f.StationSaid(station="desk", attention=Attention.ATTENDED, person="gus")
    assert night.feed(said) == ()
    assert night.feed(f.StationSaid(station="desk", attention=Attention.ATTENDED))  # signed off


def test_a_replay_comes_to_the_same_stations() -> None:
    night = Night(site())
    attend(night)
    night.opens("east.pir")
    night.feed(f.StationSaid(station="desk", attention=Attention.SILENT))
    assert encode(night.replayed()) == encode(night.state)
    assert [e for x in night.journal for e in x.events if isinstance(e, ev.StationChanged)]
