"""What the kinds beside intrusion do: power, water, wind, climate, early warning."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Chain, ChainStep, Site, Span
from monitord.vocabulary import AlarmState, Category, Kind, Priority
from tests.core.night import UTC_OFFSET_MS, Night
from tests.core.sites import HOUR, MIN, S, museum

READY_MS = 1_000_000 + UTC_OFFSET_MS
EAST = {
    "set": Kind.AREA_SET,
    "mains": Kind.MAINS,
    "battery": Kind.BATTERY,
    "charger": Kind.CHARGER,
    "ups": Kind.UPS,
    "water": Kind.WATER,
    "wind": Kind.WIND,
    "blow": Kind.VIBRATION,
    "humid": Kind.HUMIDITY,
    "truck": Kind.VEHICLE,
}


def test_a5_the_messages_of_a_power_failure_come_in_its_order_and_the_chain_goes_on() -> None:
    """A5: mains, then the battery, then the return: one incident, each in its turn; a break-in on
    battery is called at once."""
    night = Night(museum(east=EAST | {"pir": Kind.MOTION}))
    night.opens("east.mains")
    night.after(2 * MIN).opens("east.ups")
    night.after(2 * MIN).opens("east.battery")
    told = [event.alarm.partition("/")[0] for event in night.all(ev.AlarmOccurred)]
    assert told == ["east.mains", "east.ups", "east.battery"]
    power = night.incident(1)
    assert (power.category, power.priority, len(power.alarms)) == (
        Category.POWER,
        Priority.MEDIUM,
        3,
    )
    called = night.opens("east.pir")
    assert [event.person for event in called if isinstance(event, ev.CallPlaced)] == ["anna"]
    night.closes("east.battery", "east.ups", "east.mains")
    cleared = [event.alarm.partition("/")[0] for event in night.all(ev.AlarmCleared)]
    assert cleared == ["east.battery", "east.ups", "east.mains"]


def test_a5_the_chain_comes_to_its_end_on_battery() -> None:
    """A5: with everything on battery and low, a break-in climbs every step and begins anew."""
    night = Night(museum(east=EAST | {"pir": Kind.MOTION}))
    night.opens("east.mains", "east.ups", "east.battery")
    night.opens("east.pir")
    night.after(3 * MIN)
    number = next(i.number for i in night.state.open_incidents() if i.category == "intrusion")
    placed = [c for c in night.all(ev.CallPlaced) if c.incident == number]
    assert [(c.person, c.loud) for c in placed] == [
        ("anna", False),
        ("boris", False),
        ("anna", True),
        ("boris", True),
    ]


def test_e2_water_does_not_clear_itself() -> None:
    """E2: a floor that has dried stays an alarm until a person has taken and closed it."""
    night = Night(museum(east=EAST))
    night.opens("east.water")
    night.after(MIN).closes("east.water")
    assert night.alarm("east.water/active") is AlarmState.LATCH_UNACK
    night.acknowledges()
    assert night.alarm("east.water/active") is AlarmState.LATCH_ACKED
    night.closes_incident()
    assert night.alarm("east.water/active") is AlarmState.NORMAL


def test_e3_wind_mutes_nothing() -> None:
    """E3: blows on a wall while the wind alarm stands are an alarm of their own and call."""
    night = Night(museum(east=EAST))
    night.opens("east.wind")
    called = night.after(S).opens("east.blow")
    assert [e.category for e in called if isinstance(e, ev.IncidentOpened)] == [Category.OBJECT]
    assert [e for e in called if isinstance(e, ev.CallPlaced)]


def test_e8_climate_is_advice_with_a_chain_of_its_own() -> None:
    """E8: the conservator is called, at the lowest priority, and nobody else."""
    climate = Chain("climate", (ChainStep(("chloe",), ("voice",), MIN),))
    others = Chain("default", (ChainStep(("anna",), ("voice",), MIN),))
    night = Night(museum(climate, others, east=EAST))
    called = night.opens("east.humid")
    assert [e.person for e in called if isinstance(e, ev.CallPlaced)] == ["chloe"]
    assert night.incident().priority is Priority.LOW


def _with_hours() -> Site:
    site = museum(east=EAST)
    return msgspec.structs.replace(site, setup={"areas": {"gallery": {"open": "10:00-18:00"}}})


@pytest.mark.parametrize(
    ("ms", "warned"), [(MIN - 1, True), (MIN, False), (HOUR - 1, False), (HOUR, True)]
)
def test_d4_a_vehicle_outside_the_hours_of_an_unset_area_warns(ms: int, warned: bool) -> None:
    """D4, table of kinds: outside bookings or hours, to the millisecond at both ends."""
    night = Night(_with_hours(), gallery="unset")
    hours = {"gallery": (Span(READY_MS + MIN, READY_MS + HOUR),)}
    night.feed(
        f.CalendarRead(
            site_hash=night.state.site_hash,
            from_ms=READY_MS,
            until_ms=READY_MS + 400 * HOUR,
            areas=hours,
        )
    )
    night.at(ms).opens("east.truck")
    assert bool(night.state.incidents) is warned


def test_d4_hours_that_nobody_has_laid_are_none() -> None:
    """Law 4: what is not known guards."""
    night = Night(_with_hours(), gallery="unset")
    night.opens("east.truck")
    assert night.incident().category is Category.EARLY_WARNING
    other = Night(museum(east=EAST), gallery="unset")
    other.opens("east.truck")
    assert not other.state.incidents
