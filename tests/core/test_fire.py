"""E4: what a fire panel says beside a fire is of the top class, and its doors are guarded."""

from itertools import product
from typing import Final

import msgspec
import pytest

from monitord.core.processing import PROCESSING, Sign
from monitord.core.site import Site
from monitord.vocabulary import Category, Condition, Kind, PointState, Priority, SetState
from tests.core.night import Night, refused
from tests.core.sites import EAST, HOUR, MIN, museum

KINDS: Final = {
    "release": Kind.EVENT,
    "off": Kind.FIRE_DISABLED,
    "pre": Kind.FIRE_PRE_ALARM,
    "bad": Kind.FIRE_FAULT,
}
LIMIT: Final = 8 * HOUR


def fire_house() -> Site:
    """The gallery with a fire panel that releases its door, and a zone that may be off for 8 h."""
    site = museum(east={**EAST, **KINDS})
    more = {
        "east.release": {"releases": ("east.door",), "priority": Priority.HIGH, "latching": True},
        "east.door": {"released_by": ("east.release",)},
        "east.off": {"ends_after_ms": LIMIT},
    }
    points = {k: msgspec.structs.replace(p, **more.get(k, {})) for k, p in site.points.items()}
    return msgspec.structs.replace(site, points=points)


def families(night: Night) -> set[str]:
    return {str(a.category) for a in night.state.alarms.values() if a.active}


def test_e4_what_the_fire_panel_says_yields_to_nothing() -> None:
    """E4: fire, pre-alarm, fault, disablement and sprinkler flow, set or not, by no permit."""
    fires = ("smoke", "heat", "fire-panel", "sprinkler", *(str(k) for k in KINDS.values()))
    for area, kind in product(SetState, [Kind(word) for word in fires if word != "event"]):
        row = PROCESSING[area, kind, Sign.ACTIVE]
        assert (row.category, row.condition) == (Category.FIRE, Condition.ACTIVE), (area, kind)
        assert not row.yields


@pytest.mark.parametrize("name", ["pre", "bad", "smoke"])
def test_e4_a_guard_holds_none_of_them_back(name: str) -> None:
    assert refused(Night(fire_house()).holds(f"east.{name}", by="gus")) == "forbidden"


def test_e4_doors_released_at_night_with_no_fire_confirmed_are_an_intrusion() -> None:
    """E4: at once, and one smoked detector does not open the house either."""
    for smoke in ((), ("east.smoke",)):
        night = Night(fire_house())
        night.opens(*smoke)
        night.opens("east.release")
        alarm = night.state.alarms["east.release/active"]
        assert (alarm.category, alarm.priority) == (Category.INTRUSION, Priority.HIGH)
        assert night.incident(alarm.incident).calling
        assert not night.incident(alarm.incident).confirmed
        night.after(MIN)
        night.opens("east.door")
        assert night.incident(alarm.incident).alarms == ["east.release/active", "east.door/active"]
        night.replayed()


@pytest.mark.parametrize("how", ["second detector", "person"])
def test_e4_doors_released_by_a_confirmed_fire_are_none(how: str) -> None:
    night = Night(fire_house())
    night.opens("east.smoke")
    if how == "person":
        night.confirms()
    else:
        night.opens("east.smoke2")
    night.opens("east.release")
    assert families(night) == {"fire"}


def test_e4_released_doors_are_guarded_by_day_while_nothing_burns() -> None:
    """The release itself is for the record then; a visitor who opens the fire exit is not."""
    night = Night(fire_house(), gallery="unset")
    night.opens("east.door")
    assert families(night) == set()
    night.opens("east.release")
    assert families(night) == {"intrusion"}, "what stands open already counts, too"
    assert "east.release/active" not in night.state.alarms
    night.closes("east.release")
    assert families(night) == set()


def test_e4_whoever_leaves_by_day_because_it_burns_is_no_intruder() -> None:
    night = Night(fire_house(), gallery="unset")
    night.opens("east.smoke", "east.release", "east.door")
    assert families(night) == {"fire"}


@pytest.mark.parametrize(("ms", "alarms"), [(LIMIT - 1, False), (LIMIT, True)])
def test_e4_a_disablement_over_its_end_is_an_alarm(ms: int, alarms: bool) -> None:
    """E4: to the millisecond, through a restart, and not by a value that comes once more."""
    night = Night(fire_house())
    night.opens("east.off")
    night.after(HOUR)
    night.restarts()
    night.returns("west")
    night.returns("east", set=PointState.ACTIVE, off=PointState.ACTIVE)
    night.after(ms - HOUR)
    assert (families(night) == {"fire"}) is alarms
    night.closes("east.off")
    assert families(night) == set()
    night.after(LIMIT)
    assert families(night) == set()
    night.replayed()


def test_e4_a_disablement_that_leaves_the_file_leaves_no_deadline() -> None:
    night = Night(fire_house())
    night.opens("east.off")
    night.offer(museum())
    night.after(2 * LIMIT)
    assert not [key for key in night.state.deadlines if key.startswith("disabled")]


@pytest.mark.parametrize("gallery", ["set", "unset"])
def test_g4_a_tamper_while_open_is_a_tamper_and_no_intrusion(gallery: str) -> None:
    """G4, T2.3 in the core: tamper and line faults live in every mode; of a class of their own."""
    night = Night(gallery=gallery)
    night.says("east.pir", PointState.TAMPER)
    alarm = night.state.alarms["east.pir/tamper"]
    assert (alarm.category, alarm.active, alarm.priority) == (Category.TAMPER, True, Priority.HIGH)
    assert night.incident().category is Category.TAMPER
    assert night.incident().calling
    assert families(night) == {"tamper"}
    night.says("east.door", PointState.FAULT)
    assert families(night) == {"tamper", "technical"}
