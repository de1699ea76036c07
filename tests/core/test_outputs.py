"""Outputs: on for what the site says, never for what is silent, never for too long (item 11)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.outputs import PREFIX, TEST_MS_MAX
from monitord.core.site import Output, Site
from monitord.core.state import encode
from monitord.vocabulary import Category, OutputKind, OutputOff, PointState, Proof
from tests.core.night import Night
from tests.core.sites import MIN, museum

MAX_ON = 10 * MIN


def site(**more: object) -> Site:
    """The museum with a siren on the panel ``east``."""
    siren = Output(
        id="east.siren",
        device="east",
        name="Siren",
        kind=OutputKind.SOUNDER,
        max_on_ms=MAX_ON,
        on=(Category.INTRUSION, Category.FIRE, Category.TAMPER, Category.TECHNICAL),
    )
    return msgspec.structs.replace(
        museum(), outputs={"east.siren": msgspec.structs.replace(siren, **more)}
    )


def is_on(night: Night) -> bool:
    return night.state.outputs["east.siren"].on


def test_an_alarm_of_its_category_switches_it_on_and_taking_it_off() -> None:
    night = Night(site())
    assert not is_on(night)
    night.opens("east.pir")
    assert is_on(night)
    night.acknowledges()
    assert not is_on(night)


def test_it_is_never_on_for_longer_than_the_site_says() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.after(MAX_ON - 1)
    assert is_on(night)
    night.after(1)
    assert not is_on(night)
    assert night.incident().calling, "the calls go on"


def test_a_further_alarm_makes_it_no_longer_and_begins_it_again_once_it_is_over() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.after(MAX_ON - 1)
    night.opens("east.door")
    night.after(1)
    assert not is_on(night)
    night.opens("west.glass")
    assert is_on(night)


def test_a_detector_that_flickers_sounds_once() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.after(MAX_ON)
    for _ in range(5):
        night.closes("east.pir")
        night.opens("east.pir")
    assert not is_on(night)


@pytest.mark.parametrize("point", ["east.panic", "east.panic2"])
def test_g9_a_silent_alarm_switches_nothing_on(point: str) -> None:
    night = Night(site(on=tuple(Category)))
    night.opens(point)
    assert night.incident().silent
    assert not is_on(night)


@pytest.mark.parametrize(
    ("outside", "point", "state", "sounds"),
    [
        (True, "east.pir", PointState.ACTIVE, True),
        (True, "east.pir", PointState.TAMPER, True),
        (True, "east.pir", PointState.FAULT, False),
        (False, "east.pir", PointState.FAULT, True),
        (True, "east.smoke", PointState.ACTIVE, True),
    ],
)
def test_t2_2_an_outside_sounder_tells_of_no_fault(
    outside: bool, point: str, state: PointState, sounds: bool
) -> None:
    night = Night(site(outside=outside))
    night.says(point, state)
    assert is_on(night) is sounds


def test_t2_2_an_outside_sounder_tells_of_no_silence() -> None:
    """A panel that says nothing may be the network: people are called, the street is not told."""
    night = Night(site(outside=True, device="west"))
    night.loses("east")
    night.after(MIN)
    assert Category.TAMPER in night.incident().categories
    assert not is_on(night)


def test_t2_2_silence_that_joins_an_attack_does_not_sound_outside_for_it() -> None:
    """Somebody took it and it was off; a panel that falls silent is no reason again."""
    night = Night(site(outside=True, device="west"))
    night.opens("east.pir", "east.door")
    assert night.incident().confirmed
    night.acknowledges()
    night.loses("east")
    night.after(MIN)
    assert "east/tamper" in night.incident().alarms
    assert not is_on(night)


def test_t2_2_a_confirmation_sounds_outside_for_what_was_sensed() -> None:
    """It is nobody's alarm: what the incident holds decides."""
    night = Night(site(outside=True, confirmed=True))
    night.opens("east.pir")
    assert not is_on(night)
    night.confirms()
    assert is_on(night)


def test_t2_2_in_an_unset_area_a_fire_sounds_outside_and_its_detectors_cover_does_not() -> None:
    night = Night(site(outside=True), gallery="unset")
    night.says("east.smoke", PointState.TAMPER)
    assert not is_on(night)
    night.says("east.smoke", PointState.ACTIVE)
    assert is_on(night)


def test_t2_2_in_an_unset_area_an_intruder_switches_nothing_and_a_tamper_not_outside() -> None:
    night = Night(site(outside=True), gallery="unset")
    night.opens("east.pir")
    night.says("east.door", PointState.TAMPER)
    assert not is_on(night)


def test_one_that_is_for_confirmed_ones_waits_until_it_is() -> None:
    night = Night(site(confirmed=True))
    night.opens("east.pir")
    assert not is_on(night)
    night.opens("east.door")
    assert night.incident().confirmed
    assert is_on(night)


def test_one_that_ends_with_the_incident_stays_on_when_it_is_taken() -> None:
    night = Night(site(off=OutputOff.CLOSED))
    night.opens("east.pir")
    night.acknowledges()
    assert is_on(night)


def test_it_stays_on_for_the_incident_that_nobody_has_taken() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.opens("east.smoke")
    assert len(list(night.state.open_incidents())) == 2
    night.acknowledges(incident=1)
    assert is_on(night)
    night.acknowledges(incident=2)
    assert not is_on(night)


def test_an_area_of_its_own_leaves_it_off_for_others() -> None:
    night = Night(site(area="store"))
    night.opens("east.pir")
    assert not is_on(night)


def test_a_device_that_does_not_switch_it_is_a_fault_until_it_does() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.feed(f.OutputAnswered(output="east.siren", on=True, error="no answer"))
    fault = night.state.alarms[f"{PREFIX}east.siren/fault"]
    assert fault.active
    assert fault.category is Category.TECHNICAL
    night.feed(f.OutputAnswered(output="east.siren", on=True))
    assert not night.state.alarms[f"{PREFIX}east.siren/fault"].active
    assert night.state.outputs["east.siren"].done
    night.feed(f.OutputAnswered(output="east.siren", on=True, error="it fell off"))
    assert not night.state.outputs["east.siren"].done, "what it is now, nobody knows"


def test_an_answer_to_what_was_asked_before_says_nothing() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.acknowledges()
    assert night.feed(f.OutputAnswered(output="east.siren", on=True)) == ()
    assert not night.state.outputs["east.siren"].done


def test_a_start_goes_on_with_what_is_due_and_switches_everything_else_off() -> None:
    night = Night(site())
    night.opens("east.pir")
    due = night.state.deadlines["output:east.siren"]
    started = night.feed(f.Started(epoch=2, version="t", utc_ms=night.state.utc_ms(night.now_ms)))
    [again] = [e for e in started if isinstance(e, ev.OutputSwitched)]
    assert (again.on, again.until_ms) == (True, due)
    night.acknowledges()
    started = night.feed(f.Started(epoch=3, version="t", utc_ms=night.state.utc_ms(night.now_ms)))
    [off] = [e for e in started if isinstance(e, ev.OutputSwitched)]
    assert not off.on


def test_one_that_left_the_site_is_forgotten_with_its_fault() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.feed(f.OutputAnswered(output="east.siren", on=True, error="no answer"))
    night.offer(museum(), "other")
    assert night.state.outputs == {}
    assert not night.state.alarms[f"{PREFIX}east.siren/fault"].active


@pytest.mark.parametrize(
    ("by", "proof", "code"),
    [
        ("gus", Proof.PIN, ""),
        ("gus", Proof.LOGIN, "needs-pin"),
        ("token/hub", Proof.TOKEN, "forbidden"),
    ],
)
def test_law_11_switching_by_hand_needs_a_person_and_their_pin(
    by: str, proof: Proof, code: str
) -> None:
    night = Night(site())
    night.opens("east.pir")
    events = night.feed(f.SwitchOutput(output="east.siren", on=False, by=by, proof=proof))
    refused = [e.code for e in events if isinstance(e, ev.CommandRefused)]
    assert refused == ([code] if code else [])
    assert is_on(night) is bool(code)


def test_a_test_by_hand_is_short_and_refused_when_it_is_not() -> None:
    night = Night(site())
    ask = {"output": "east.siren", "on": True, "by": "anna", "proof": Proof.PIN}
    for for_ms in (0, TEST_MS_MAX + 1):
        [refused] = night.feed(f.SwitchOutput(for_ms=for_ms, **ask))  # type: ignore[arg-type]
        assert isinstance(refused, ev.CommandRefused)
    night.feed(f.SwitchOutput(for_ms=5_000, **ask))  # type: ignore[arg-type]
    assert is_on(night)
    night.after(5_000)
    assert not is_on(night)
    [unknown] = night.feed(f.SwitchOutput(output="x", on=False, by="anna", proof=Proof.PIN))
    assert isinstance(unknown, ev.CommandRefused)


def test_a_replay_comes_to_the_same_outputs() -> None:
    night = Night(site())
    night.opens("east.pir")
    night.after(MIN)
    night.feed(f.OutputAnswered(output="east.siren", on=True, error="no answer"))
    night.acknowledges()
    assert encode(night.replayed()) == encode(night.state)
