"""Confirmation: which two alarms prove an attack, within which time, and who may say so (G3)."""

from typing import Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core.confirmation import PAIRS, SORT_OF, Pair, Sort
from monitord.core.site import Site
from monitord.vocabulary import ATTACK, Category, Confirmed, Kind, PointState, Proof
from tests.core.night import Night, only, refused
from tests.core.sites import EAST, GRACE, HOUR, MIN, WEST, S, museum

WINDOW: Final = 30 * MIN
APART: Final = 2 * MIN


def said(site: Site, **of: str) -> Site:
    """The site with these words at a point: ``said(site, point="west.pir", group="door")``."""
    name = of.pop("point")
    words = {key: value == "yes" if key == "outside" else value for key, value in of.items()}
    point = msgspec.structs.replace(site.points[name], **words)
    return msgspec.structs.replace(site, points={**site.points, name: point})


def window(site: Site, ms: int) -> Site:
    store = msgspec.structs.replace(site.areas["store"], confirm_ms=ms)
    return msgspec.structs.replace(site, areas={**site.areas, "store": store})


def confirmed(night: Night) -> list[int]:
    return [i.number for i in night.state.incidents.values() if i.confirmed]


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", Sort)
@pytest.mark.parametrize("second", Sort)
def test_each_pair_of_alarms_has_its_rule(first: Sort, second: Sort) -> None:
    """T2.5, G3: written down apart from the code, over the whole domain."""
    intruder = {Sort.DETECTOR, Sort.TAMPER}
    expected = Pair.NEVER
    if first in intruder and second in intruder:
        expected = Pair.WINDOW
    if {first, second} in ({Sort.PATHS, Sort.DETECTOR}, {Sort.PATHS, Sort.TAMPER}):
        expected = Pair.WINDOW
    if first is second is Sort.HOLD_UP:
        expected = Pair.APART
    if {first, second} == {Sort.HOLD_UP, Sort.TAMPER}:
        expected = Pair.TOGETHER
    assert PAIRS[first, second] is expected


@pytest.mark.parametrize("category", Category)
def test_each_category_is_sorted(category: Category) -> None:
    expected = {
        Category.INTRUSION: Sort.DETECTOR,
        Category.OBJECT: Sort.DETECTOR,
        Category.TAMPER: Sort.TAMPER,
        Category.HOLD_UP: Sort.HOLD_UP,
    }
    assert SORT_OF[category] is expected.get(category, Sort.NONE)
    assert (category in ATTACK) is (SORT_OF[category] in (Sort.DETECTOR, Sort.TAMPER))


# --- two detectors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window_ms", "after", "wanted"),
    [
        (WINDOW, 29 * MIN, True),
        (WINDOW, 30 * MIN - S, True),
        (WINDOW, 30 * MIN - 1, True),
        (WINDOW, 30 * MIN, False),
        (WINDOW, 30 * MIN + S, False),
        (WINDOW, 31 * MIN, False),
        (WINDOW, 61 * MIN, False),
        (60 * MIN, 31 * MIN, True),
        (60 * MIN, 60 * MIN - 1, True),
        (60 * MIN, 61 * MIN, False),
    ],
)
def test_a_second_detector_confirms_inside_the_window(
    window_ms: int, after: int, wanted: bool
) -> None:
    """T2.5, G3: 29:59 confirms, 30:01 is a new first alarm; 29, 31 and 61 min."""
    night = Night(window(museum(), window_ms))
    night.opens("west.pir")
    night.closes("west.pir")
    night.at(after).opens("west.glass")
    assert bool(confirmed(night)) is wanted
    if not wanted:
        assert night.state.areas["store"].first_source == "west.glass"
        assert night.deadline_in("confirm:store") == window_ms


@pytest.mark.parametrize("ticked", [True, False], ids=["time was told", "the alarm came first"])
def test_the_end_of_the_window_holds_whoever_speaks_first(ticked: bool) -> None:
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    (night.at if ticked else night.sleeps_until)(WINDOW)
    night.opens("west.glass")
    assert not confirmed(night)
    assert len(night.all(ev.ConfirmationLapsed)) == 1


def test_after_the_window_the_next_two_confirm_again() -> None:
    """T2.5: reinstated by itself."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    night.at(WINDOW).opens("west.glass")
    night.after(WINDOW - 1).opens("west.pir")
    assert night.all(ev.AreaConfirmed)[-1].first == "west.glass"


def test_what_says_it_twice_confirms_nothing() -> None:
    """T2.5: the same detector, and its own tamper."""
    night = Night()
    for _ in range(3):
        night.opens("west.pir")
        night.closes("west.pir")
    night.says("west.pir", PointState.TAMPER)
    assert not confirmed(night)


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [(("door", "door"), False), (("door", "hall"), True), (("door", ""), True), (("", ""), True)],
)
def test_two_of_one_group_confirm_nothing(groups: tuple[str, str], wanted: bool) -> None:
    """G3, T2.5: two elements in one housing are one word."""
    site = said(museum(), point="west.pir", group=groups[0])
    night = Night(said(site, point="west.glass", group=groups[1]))
    night.opens("west.pir", "west.glass")
    assert bool(confirmed(night)) is wanted


@pytest.mark.parametrize("first", [True, False])
def test_a_detector_outside_never_contributes(first: bool) -> None:
    """T2.5: neither as the first nor as the second; it is an alarm all the same."""
    night = Night(said(museum(), point="west.pir", outside="yes"))
    order = ("west.pir", "west.glass") if first else ("west.glass", "west.pir")
    night.opens(*order)
    assert not confirmed(night)
    assert night.state.areas["store"].first_source == "west.glass"
    assert len(night.incident().alarms) == 2


def test_a_tamper_is_signalled_as_tamper_and_confirms_a_detector() -> None:
    """G3 (detector and tamper), law 4."""
    night = Night()
    night.says("west.glass", PointState.TAMPER)
    assert night.incident().category is Category.TAMPER
    assert not confirmed(night)
    night.opens("west.pir")
    assert confirmed(night) == [1]
    assert night.incident().confirmed_by == ("west.glass", "west.pir")
    assert night.incident().confirmed_how is Confirmed.SOURCES


def test_an_area_that_is_unset_confirms_nothing_and_forgets_its_first_alarm() -> None:
    """G3: unset area, never confirmed."""
    night = Night()
    night.opens("east.case")
    night.says("east.set", PointState.NORMAL)
    night.says("east.door", PointState.TAMPER)
    night.says("east.set", PointState.ACTIVE)
    assert not confirmed(night)
    assert "confirm:gallery" not in night.state.deadlines


# --- still active at the end --------------------------------------------------------------------


def test_a_detector_still_active_at_the_end_is_excluded_until_it_returns() -> None:
    """T2.5: told, and reinstated by itself."""
    night = Night()
    night.opens("west.pir")
    night.at(WINDOW)
    assert night.all(ev.ConfirmationLapsed)[0].excluded == ("west.pir",)
    night.opens("west.glass")
    night.says("west.pir", PointState.TAMPER)
    assert not confirmed(night)
    night.closes("west.pir")
    assert night.all(ev.DetectorReinstated)[0] == ev.DetectorReinstated("store", "west.pir")
    night.opens("west.pir")
    assert confirmed(night)


def test_an_excluded_detector_is_not_a_first_alarm_either() -> None:
    night = Night()
    night.opens("west.pir")
    night.at(WINDOW)
    night.holds("west.pir")
    night.releases("west.pir")  # it is presented anew, and active since long ago
    assert not night.state.areas["store"].first_source


def test_who_returned_before_the_end_is_not_excluded() -> None:
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    night.at(WINDOW)
    assert night.all(ev.ConfirmationLapsed)[0].excluded == ()


def test_unsetting_reinstates() -> None:
    night = Night()
    night.opens("east.case")
    night.at(WINDOW)
    assert night.state.areas["gallery"].excluded == ["east.case"]
    night.says("east.set", PointState.NORMAL)
    assert night.state.areas["gallery"].excluded == []


def test_a_lost_panel_that_stays_lost_is_excluded_and_its_return_reinstates() -> None:
    night = Night()
    night.loses("west")
    night.at(GRACE + WINDOW)
    assert night.state.areas["store"].excluded == ["west"]
    night.returns("west")
    assert night.state.areas["store"].excluded == []


# --- hold-up ------------------------------------------------------------------------------------


@pytest.mark.parametrize("gallery", ["set", "unset"])
@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (APART - 1, False),
        (APART, True),
        (8 * HOUR, True),
        (20 * HOUR - 1, True),
        (20 * HOUR, False),
    ],
)
def test_two_hold_up_devices_confirm_when_they_are_apart(
    gallery: str, after: int, wanted: bool
) -> None:
    """T2.5, standards 2.2: two devices, 2 min apart or more, inside the window, set or unset."""
    night = Night(gallery=gallery)
    night.opens("east.panic")
    night.at(after).opens("east.panic2")
    assert confirmed(night) == ([1, 2] if wanted else [])


def test_the_same_hold_up_device_twice_confirms_nothing() -> None:
    night = Night()
    night.opens("east.panic")
    night.closes("east.panic")
    night.at(HOUR).opens("east.panic")
    assert not confirmed(night)


def test_a_second_device_pressed_at_once_and_again_later_confirms() -> None:
    night = Night()
    night.opens("east.panic", "east.panic2")
    assert not confirmed(night)
    night.closes("east.panic2")
    night.at(APART).opens("east.panic2")
    assert confirmed(night) == [1, 2]


@pytest.mark.parametrize("hold_up_first", [True, False])
@pytest.mark.parametrize(("after", "wanted"), [(APART - 1, True), (APART, False)])
def test_hold_up_and_tamper_inside_two_minutes_confirm(
    hold_up_first: bool, after: int, wanted: bool
) -> None:
    """standards 2.2: the other way round than two hold-up devices."""
    night = Night(gallery="unset")
    both = [("east.panic", PointState.ACTIVE), ("east.door", PointState.TAMPER)]
    one, other = both if hold_up_first else reversed(both)
    night.says(*one)
    night.at(after).says(*other)
    assert bool(confirmed(night)) is wanted


def test_a_tamper_elsewhere_confirms_no_hold_up() -> None:
    night = Night(gallery="unset")
    night.opens("east.panic")
    night.says("west.glass", PointState.TAMPER)
    assert not confirmed(night)


def test_a_hold_up_is_no_second_source_of_an_intrusion() -> None:
    night = Night(museum(west={**WEST, "panic": Kind.PANIC}, east=EAST))
    night.opens("west.pir")
    night.at(APART).opens("west.panic")
    assert not confirmed(night)


# --- a person -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [Confirmed.SEEN, Confirmed.ON_SCENE])
def test_a_person_who_has_seen_it_confirms(how: Confirmed) -> None:
    """G3: seen on camera, or a person on the spot; in an unset area as well."""
    night = Night(gallery="unset")
    night.opens("east.case")
    events = night.confirms(how=how)
    assert only(events, ev.IncidentConfirmed)[0] == ev.IncidentConfirmed(1, ("gus",), how)
    assert night.incident().worse == ("confirmed",)
    assert night.incident().confirmed_how is how
    assert not night.confirms(by="anna"), "it is confirmed already"


@pytest.mark.parametrize("proof", [Proof.NONE, Proof.TOKEN])
def test_only_a_known_person_confirms(proof: Proof) -> None:
    night = Night()
    night.opens("west.pir")
    by = "token/hub" if proof is Proof.TOKEN else "gus"
    assert refused(night.confirms(by=by, proof=proof)) == "forbidden"
    assert refused(night.confirms(by="stranger")) == "forbidden"
    assert not confirmed(night)


def test_what_is_not_there_or_closed_is_not_confirmed() -> None:
    night = Night()
    assert refused(night.confirms(incident=7)) == "unknown"
    night.opens("west.pir")
    night.closes("west.pir")
    night.closes_incident()
    assert refused(night.confirms()) == "ended"


# --- over a restart and a new site file ---------------------------------------------------------


def test_a_window_outlives_a_restart() -> None:
    """Law 6: a deadline is a field."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    night.at(20 * MIN)
    night.restarts()
    night.returns("west")
    night.opens("west.glass")
    assert confirmed(night)


def test_a_window_that_was_stored_before_there_were_deadlines_still_ends() -> None:
    """An older version stored the first alarm without its end."""
    night = Night()
    night.opens("west.pir")
    night.closes("west.pir")
    del night.state.deadlines["confirm:store"]
    night.now_ms += WINDOW
    night.opens("west.glass")
    assert not confirmed(night)
    assert night.state.areas["store"].first_source == "west.glass"


def test_what_was_renamed_stays_excluded() -> None:
    night = Night()
    night.opens("west.pir")
    night.at(WINDOW)
    site = museum(west={"eye": Kind.MOTION, "glass": Kind.GLASS})
    eye = msgspec.structs.replace(site.points["west.eye"], setup={"was": "west.pir"})
    night.offer(msgspec.structs.replace(site, points={**site.points, "west.eye": eye}))
    assert night.state.areas["store"].excluded == ["west.eye"]
