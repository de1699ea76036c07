"""Part set: what guards then, how an area comes to be it, and that it never guards less unasked."""

import itertools

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.areas import FOLLOWS
from monitord.core.site import Site
from monitord.vocabulary import AlarmState, AreaPhase, Kind, PointState, Proof, SetState
from tests.core.houses import EXIT, house, sets, unsets
from tests.core.night import Events, Night, refused
from tests.core.sites import EAST, GRACE, S, museum

SET, PART, UNSET, UNKNOWN = SetState.SET, SetState.PART_SET, SetState.UNSET, SetState.UNKNOWN
HOLD = 2 * S + GRACE


def flat(*off: str) -> Site:
    """The house; somebody sleeps in it, and the points ``off`` do not guard then."""
    site = house()
    points = {
        name: msgspec.structs.replace(p, part_off=name in (off or ("west.pir", "west.hall")))
        for name, p in site.points.items()
    }
    return msgspec.structs.replace(site, points=points)


def two_contacts() -> Site:
    """The gallery follows ``east.set`` and ``east.part``."""
    site = museum(east={**EAST, "part": Kind.AREA_SET})
    points = {
        **site.points,
        "east.part": msgspec.structs.replace(site.points["east.part"], sets=("gallery",)),
        "east.pir": msgspec.structs.replace(site.points["east.pir"], part_off=True),
    }
    gallery = msgspec.structs.replace(site.areas["gallery"], set_by="east.set", part_by="east.part")
    return msgspec.structs.replace(site, points=points, areas={**site.areas, "gallery": gallery})


def sets_part(night: Night, proof: Proof = Proof.PIN, by: str = "gus") -> Events:
    return night.feed(f.SetArea(area="store", part=True, by=by, proof=proof))


def state(night: Night, area: str = "store") -> SetState:
    return night.state.areas[area].state


def part_set() -> Night:
    night = Night(flat())
    unsets(night)
    sets_part(night, Proof.LOGIN)
    assert state(night) is PART
    return night.after(EXIT)


def test_what_is_off_in_part_does_not_alarm_and_all_else_does() -> None:
    """T2.2: its tamper and its silence always guard."""
    night = part_set()
    night.opens("west.pir", "west.hall")
    assert not night.state.incidents
    night.says("west.pir", PointState.TAMPER)
    assert night.alarm("west.pir/tamper") is AlarmState.UNACK
    night.opens("west.glass")
    assert night.alarm("west.glass/active") is AlarmState.UNACK


def test_fully_set_presents_what_was_off_in_part() -> None:
    night = part_set()
    night.opens("west.pir")
    (told,) = sets(night)
    assert isinstance(told, ev.CommandRefused)
    assert "west.pir open" in told.text
    night.closes("west.pir")
    sets(night)
    assert state(night) is SET
    night.opens("west.pir")
    assert night.alarm("west.pir/active") is AlarmState.UNACK


def test_from_part_to_fully_set_nobody_is_excused() -> None:
    """Never less armed: what guards already goes on to."""
    night = part_set()
    sets(night)
    assert night.state.areas["store"].phase is AreaPhase.STEADY
    night = part_set()
    night.opens("west.door")
    night.after(40 * S)
    assert refused(sets(night)) == "not-ready"


def test_from_fully_set_to_part_needs_a_person_with_the_pin() -> None:
    """Law 11: it weakens."""
    for proof, by, code in (
        (Proof.LOGIN, "gus", "needs-pin"),
        (Proof.TOKEN, "token/hub", "needs-pin"),
        (Proof.PIN, "gus", ""),
    ):
        night = Night(flat())
        assert refused(sets_part(night, proof, by)) == code
        assert state(night) is (SET if code else PART)


def test_an_area_with_nothing_off_has_no_part() -> None:
    night = Night(house())
    unsets(night)
    assert refused(sets_part(night)) == "no-part"


def test_what_is_off_in_part_prevents_nothing_then() -> None:
    """G1: the list is that of what will guard."""
    night = Night(flat("west.pir"))
    unsets(night)
    night.opens("west.pir", "west.glass")
    (told,) = sets_part(night)
    assert isinstance(told, ev.CommandRefused)
    assert told.text.startswith("Store is not ready to be set: west.glass open. ")
    night.closes("west.glass")
    sets_part(night)
    assert state(night) is PART


def test_a_door_that_is_off_begins_no_entry() -> None:
    night = Night(flat("west.door"))
    unsets(night)
    sets_part(night)
    night.after(EXIT).opens("west.door")
    assert night.state.areas["store"].phase is AreaPhase.STEADY
    night.opens("west.hall")
    assert night.alarm("west.hall/active") is AlarmState.UNACK


def test_a_detector_that_is_off_is_not_restored_by_part_set() -> None:
    """B6: after a reset it guards again only once the whole area is set."""
    night = Night(flat())
    night.opens("west.pir")
    night.closes("west.pir")
    unsets(night)
    night.closes_incident(by="gus")
    sets_part(night)
    night.after(3 * 60 * S)
    assert night.alarm("west.pir/not restored") is not AlarmState.NORMAL


# --- by the contacts of a panel -------------------------------------------------------------------


def test_the_table_of_the_two_contacts() -> None:
    """Unknown counts as fully set: only two that are both readable say less."""
    for full, part in itertools.product(PointState, PointState):
        wanted = None
        if full is PointState.ACTIVE:
            wanted = SET
        elif full is PointState.NORMAL and part is PointState.ACTIVE:
            wanted = PART
        elif full is PointState.NORMAL and part is PointState.NORMAL:
            wanted = UNSET
        assert FOLLOWS.get((full, part)) is wanted


@pytest.mark.parametrize("full", PointState)
@pytest.mark.parametrize("part", PointState)
def test_an_area_follows_both_contacts(full: PointState, part: PointState) -> None:
    """T2.2: after the hold what nobody knows is guarded as fully set."""
    night = Night(two_contacts())
    night.says("east.set", full)
    night.says("east.part", part)
    night.after(HOLD)
    wanted = FOLLOWS.get((full, part), UNKNOWN)
    assert state(night, "gallery") is wanted
    night.opens("east.pir")
    guards = wanted in (SET, UNKNOWN)
    assert (night.alarm("east.pir/active") is AlarmState.UNACK) is guards


def test_a_part_contact_that_falls_silent_leaves_it_as_it_was_for_a_while() -> None:
    night = Night(two_contacts())
    night.says("east.part", PointState.ACTIVE)
    night.says("east.set", PointState.NORMAL)
    assert state(night, "gallery") is PART
    night.says("east.part", PointState.FAULT)
    night.after(HOLD - 1)
    assert state(night, "gallery") is PART
    night.after(1)
    assert state(night, "gallery") is UNKNOWN
