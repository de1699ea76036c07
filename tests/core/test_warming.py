"""Power-up hold-off: detectors settle after the power came back, nothing else waits (T2.8)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core.site import Site
from monitord.vocabulary import AlarmState, Kind, PointState
from tests.core.houses import house
from tests.core.night import Night
from tests.core.sites import MIN, S, point

AWAY = 30 * S
HOLD_OFF = 60 * S


def panel(*, route: tuple[str, ...] = ()) -> Site:
    """The house; the west panel says ``west.cold`` when its power has come back."""
    site = house(route=route)
    cold = point("west", "cold", Kind.EVENT, "store")
    west = site.devices["west"]
    names = (*west.points, "west.cold")
    return msgspec.structs.replace(
        site,
        points={**site.points, "west.cold": cold},
        devices={
            **site.devices,
            "west": msgspec.structs.replace(west, points=names, cold_start="west.cold"),
        },
        areas={**site.areas, "store": msgspec.structs.replace(site.areas["store"], points=names)},
    )


def powered_up(night: Night, **says: PointState) -> Night:
    """Its power failed, and came back after ``AWAY``; the loss was called for and taken."""
    night.loses("west")
    night.after(AWAY).returns("west", cold=PointState.ACTIVE, **says)
    return night


def alarms(night: Night) -> list[str]:
    return [e.alarm for e in night.all(ev.AlarmOccurred) if not e.alarm.startswith("west/")]


@pytest.mark.parametrize(("ms", "told"), [(59_900, False), (59_999, False), (60_000, True)])
def test_t2_8_no_intruder_alarm_for_60_s_and_then_what_is_still_active(ms: int, told: bool) -> None:
    """T2.8: a detector that goes mad with the power is heard when it has settled."""
    night = powered_up(Night(panel()), pir=PointState.ACTIVE, glass=PointState.ACTIVE)
    night.after(10 * S).closes("west.glass")
    night.after(ms - 10 * S)
    assert alarms(night) == (["west.pir/active"] if told else [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("smoke", PointState.ACTIVE),
        ("panic", PointState.ACTIVE),
        ("case", PointState.ACTIVE),
        ("pir", PointState.TAMPER),
        ("pir", PointState.FAULT),
    ],
)
def test_t2_8_everything_else_is_live_at_once(name: str, says: PointState) -> None:
    """T2.8: faults, tamper, hold-up, fire, objects."""
    night = powered_up(Night(panel()), **{name: says})
    assert [alarm.partition("/")[0] for alarm in alarms(night)] == [f"west.{name}"]


def test_the_other_panels_are_not_held_off() -> None:
    night = powered_up(Night(panel()))
    night.opens("east.pir")
    assert alarms(night) == ["east.pir/active"]


def test_t2_8_a_restart_of_the_service_gets_nothing() -> None:
    """T2.8: the power was never lost, whatever the signal shows; nor after a damaged start."""
    for damaged in ("", "no journal"):
        night = powered_up(Night(panel()))
        night.after(2 * MIN).restarts(damaged=damaged)
        night.returns("west", cold=PointState.ACTIVE, pir=PointState.ACTIVE)
        assert "west.pir/active" in alarms(night)


def test_a_panel_that_was_not_away_gets_nothing() -> None:
    """Whoever can switch that signal gains nothing by it."""
    night = Night(panel()).after(2 * MIN)
    night.opens("west.cold", "west.pir")
    assert alarms(night) == ["west.pir/active"]


def test_it_counts_from_the_first_answer_and_is_given_once() -> None:
    night = Night(panel())
    night.loses("west")
    night.after(AWAY).returns("west")
    night.after(50 * S).opens("west.cold")
    assert night.deadline_in("warm:west") == 10 * S
    night.closes("west.cold")
    night.after(5 * S).opens("west.cold")
    assert night.deadline_in("warm:west") == 5 * S
    night.after(5 * S)
    night.closes("west.cold")
    night.opens("west.cold", "west.pir")
    assert alarms(night) == ["west.pir/active"]


def test_a_panel_that_falls_silent_again_gets_no_more_of_it() -> None:
    """And its silence is the tamper that it always is while set."""
    night = powered_up(Night(panel()))
    night.acknowledges()
    night.after(10 * S).loses("west")
    night.after(20 * S)
    assert night.alarm("west/tamper") is AlarmState.UNACK
    night.returns("west", cold=PointState.ACTIVE)
    assert night.deadline_in("warm:west") == 30 * S


def test_a_door_that_only_settles_begins_no_entry() -> None:
    night = powered_up(Night(panel(route=("west.door",))))
    night.opens("west.door")
    assert not night.all(ev.EntryBegan)
    night.after(HOLD_OFF)
    assert alarms(night) == ["west.door/active"]


def test_a_site_file_without_the_signal_ends_it() -> None:
    night = powered_up(Night(panel()), pir=PointState.ACTIVE)
    west = msgspec.structs.replace(night.state.site.devices["west"], cold_start="")
    told = night.offer(
        msgspec.structs.replace(
            night.state.site, devices={**night.state.site.devices, "west": west}
        )
    )
    assert [event.device for event in told if isinstance(event, ev.DeviceWarmed)] == ["west"]
    night.returns("west", pir=PointState.ACTIVE)
    assert alarms(night) == ["west.pir/active"]
