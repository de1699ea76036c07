"""Joining: one cause, one blackout, one area, one neighbour; and what always stands alone."""

from typing import Any, Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import invariants
from monitord.core.joining import headline, in_order
from monitord.core.site import Device, Site, ancestors
from monitord.vocabulary import (
    Category,
    Kind,
    PointState,
    Priority,
)
from tests.core.night import Night
from tests.core.sites import GRACE, MIN, S, museum, point

JOIN: Final = 10 * MIN


def areas(site: Site, **words: Any) -> Site:
    """The site with these words at every area."""
    changed = {name: msgspec.structs.replace(a, **words) for name, a in site.areas.items()}
    return msgspec.structs.replace(site, areas=changed)


def next_door() -> Site:
    site = museum()
    gallery = msgspec.structs.replace(site.areas["gallery"], next_to=("store",))
    store = msgspec.structs.replace(site.areas["store"], next_to=("gallery",))
    return msgspec.structs.replace(site, areas={"gallery": gallery, "store": store})


# --- the own incident of an alarm that comes back -----------------------------------------------


@pytest.mark.parametrize(("after", "worse"), [(JOIN - 1, False), (JOIN, True)])
def test_who_took_it_and_left_it_open_is_called_again_when_it_comes_back_later(
    after: int, worse: bool
) -> None:
    """Law 4: an incident that was forgotten open must not swallow the next break-in."""
    night = Night(museum())
    night.opens("east.pir")
    night.acknowledges()
    night.closes("east.pir")
    night.at(after).opens("east.pir")
    assert len(night.state.incidents) == 1
    assert night.incident().worse == (("again after 10 min",) if worse else ())
    assert night.incident().calling or not worse


@pytest.mark.parametrize(("after", "incidents"), [(5 * S - 1, 1), (5 * S, 2)])
def test_a_fault_of_monitords_own_does_not_hide_behind_another(after: int, incidents: int) -> None:
    """Somebody knows of the broker; that the journal is held in memory calls them anew."""
    night = Night(museum())
    night.feed(f.BrokerLost(reason="nobody listens there"))
    night.acknowledges()
    night.after(after)
    night.feed(f.StoreFailed(reason="full"))
    assert len(night.state.incidents) == incidents
    assert night.incident(incidents).calling is (incidents == 2)


# --- one area, and the neighbour ------------------------------------------------------------------


@pytest.mark.parametrize(("after", "joined"), [(3 * MIN - 1, True), (3 * MIN, False)])
def test_how_long_an_incident_takes_more_stands_in_the_site_file(after: int, joined: bool) -> None:
    night = Night(areas(museum(), join_ms=3 * MIN), gallery="unset")
    night.opens("east.case")
    night.at(after).says("east.door", PointState.TAMPER)
    assert len(night.state.incidents) == (1 if joined else 2)


@pytest.mark.parametrize("declared", [True, False])
def test_a_neighbour_joins_only_where_it_is_declared_and_that_is_a_worsening(
    declared: bool,
) -> None:
    night = Night(next_door() if declared else museum())
    night.opens("east.pir")
    night.acknowledges()
    night.after(S).opens("west.pir")
    assert len(night.state.incidents) == (1 if declared else 2)
    if declared:
        assert night.incident().worse == ("now also in store",)
        assert night.incident().calling, "it calls again"
        assert not night.incident().confirmed


@pytest.mark.parametrize("other", ["west.hatch", "west.fire", "west.button", "west.damp"])
def test_next_door_another_family_a_fire_and_a_hold_up_open_their_own(other: str) -> None:
    kinds = {"fire": Kind.SMOKE, "button": Kind.PANIC, "damp": Kind.WATER, "hatch": Kind.HATCH}
    base = museum(west=kinds)
    gallery = msgspec.structs.replace(base.areas["gallery"], next_to=("store",))
    store = msgspec.structs.replace(base.areas["store"], next_to=("gallery",))
    night = Night(msgspec.structs.replace(base, areas={"gallery": gallery, "store": store}))
    night.opens("east.pir")
    night.opens(other)
    assert len(night.state.incidents) == (1 if other == "west.hatch" else 2)


def test_an_old_attack_next_door_is_over() -> None:
    night = Night(next_door())
    night.opens("east.pir")
    night.at(30 * MIN).opens("west.pir")
    assert len(night.state.incidents) == 2


def test_the_own_area_is_nearer_than_the_neighbour() -> None:
    """An incident in the room itself is looked for before the older one next door."""
    night = Night(areas(next_door(), next_to=()))
    night.opens("east.pir")
    night.opens("west.pir")
    night.offer(next_door())
    night.opens("west.glass")
    assert night.incident(2).alarms == ["west.pir/active", "west.glass/active"]


def test_a_closed_incident_takes_nothing_more() -> None:
    night = Night(next_door())
    night.opens("east.pir")
    night.closes("east.pir")
    night.closes_incident()
    night.opens("west.pir")
    assert night.incident(2).alarms == ["west.pir/active"]
    assert night.incident(1).alarms == ["east.pir/active"]


def test_the_weight_of_an_incident_never_falls() -> None:
    site = museum()
    site.points["east.case"] = msgspec.structs.replace(
        site.points["east.case"], priority=Priority.CRITICAL
    )
    night = Night(site)
    night.opens("east.case", "east.pir")
    night.closes("east.case")
    night.opens("east.door")
    assert night.incident().priority is Priority.CRITICAL


# --- one cause ------------------------------------------------------------------------------------


def plant(*, behind: bool = True) -> Site:
    """A switch in the store with two cameras behind it, one of them in the gallery.

    The switch stands behind the charger of the mains.
    """
    base = museum()
    switch_points = {"switch.link": point("switch", "link", Kind.EVENT, "store")}
    devices = {
        "switch": Device(
            "switch", "Switch", "x", ("store",), ("switch.link",), GRACE, behind="east.mains"
        ),
        "cam-a": Device("cam-a", "Camera A", "x", ("gallery",), (), GRACE, behind="switch"),
        "cam-b": Device("cam-b", "Camera B", "x", ("store",), (), GRACE, behind="switch"),
    }
    if not behind:
        devices = {k: msgspec.structs.replace(d, behind="") for k, d in devices.items()}
    store = base.areas["store"]
    return msgspec.structs.replace(
        base,
        devices={**base.devices, **devices},
        points={**base.points, **switch_points},
        areas={
            **base.areas,
            "store": msgspec.structs.replace(store, points=(*store.points, "switch.link")),
        },
    )


def test_what_stands_behind_what() -> None:
    site = plant()
    assert ancestors(site, "cam-a") == ("switch", "east.mains")
    assert ancestors(site, "switch.link") == ()
    circle = msgspec.structs.replace(site.devices["switch"], behind="cam-a")
    round_and_round = msgspec.structs.replace(site, devices={**site.devices, "switch": circle})
    assert ancestors(round_and_round, "cam-a") == ("switch", "cam-a")


@pytest.mark.parametrize("order", [("switch", "cam-a", "cam-b"), ("cam-b", "cam-a", "switch")])
@pytest.mark.parametrize("behind", [True, False])
def test_losses_behind_one_parent_are_one_incident_from_the_start(
    order: tuple[str, ...], behind: bool
) -> None:
    """design.md 7: whichever is found first; every one of them is listed, the cause in front."""
    night = Night(plant(behind=behind))
    for device in order:
        night.after(S).loses(device)
    night.after(GRACE)
    if not behind:
        assert len(night.state.incidents) == 2
        return
    incident = night.incident()
    assert len(night.state.incidents) == 1
    assert set(incident.alarms) == {f"{device}/tamper" for device in order}
    assert headline(night.state, incident) == "switch/tamper"
    assert in_order(night.state, incident)[0] == "switch/tamper"
    assert sorted(in_order(night.state, incident)) == sorted(incident.alarms)
    assert not incident.confirmed, "one cause proves nothing twice"


@pytest.mark.parametrize(("apart", "joined"), [(5 * S, True), (5 * S + 1, False)])
def test_two_behind_one_parent_that_is_well_are_one_within_five_seconds(
    apart: int, joined: bool
) -> None:
    night = Night(plant())
    night.loses("cam-a")
    night.after(apart).loses("cam-b")
    night.after(GRACE)
    assert len(night.state.incidents) == (1 if joined else 2)


def test_a_supply_is_the_cause_of_the_switch_and_of_all_behind_it() -> None:
    night = Night(plant())
    night.opens("east.mains")
    night.after(20 * MIN).loses("cam-a")
    night.after(GRACE)
    incident = night.incident()
    assert incident.categories == [Category.POWER, Category.TAMPER]
    assert incident.worse == ("higher priority", "now also tamper")
    assert in_order(night.state, incident) == ["east.mains/active", "cam-a/tamper"]
    night.closes("east.mains")
    night.after(JOIN).loses("cam-b")
    night.after(GRACE)
    assert len(night.state.incidents) == 2, "the supply is back: this has another cause"


@pytest.mark.parametrize("back", [False, True])
def test_a_cause_that_is_found_late_joins_what_it_explains(back: bool) -> None:
    """A switch that is asked seldom: its loss joins that of the camera behind it, while that is."""
    night = Night(plant())
    night.loses("cam-a")
    night.after(GRACE)
    if back:
        night.returns("cam-a")
    night.after(20 * S).loses("switch")
    night.after(GRACE)
    assert len(night.state.incidents) == (2 if back else 1)


def test_a_fire_takes_no_loss_even_where_it_is_named_as_a_cause() -> None:
    site = plant()
    cam = msgspec.structs.replace(site.devices["cam-a"], behind="east.smoke")
    night = Night(msgspec.structs.replace(site, devices={**site.devices, "cam-a": cam}))
    night.opens("east.smoke")
    night.loses("cam-a")
    night.after(GRACE)
    assert night.incident(1).alarms == ["east.smoke/active"]
    assert night.incident(2).alarms == ["cam-a/tamper"]


def test_a_detector_confirms_a_loss_whatever_stands_behind_what() -> None:
    night = Night(plant())
    night.loses("cam-b")
    night.after(GRACE).opens("west.pir")
    assert night.incident().confirmed


# --- what always holds ----------------------------------------------------------------------------


def test_an_alarm_in_two_incidents_is_noticed() -> None:
    night = Night()
    night.opens("east.pir", "east.panic")
    night.incident(2).alarms.append("east.pir/active")
    assert any("in incident 1 and in incident 2" in text for text in invariants.check(night.state))


def test_an_acknowledgement_of_what_was_not_shown_is_noticed() -> None:
    night = Night()
    night.opens("west.pir")
    night.opens("west.glass")
    events = (
        ev.IncidentAcknowledged(incident=1, by="anna", seen=1),
        ev.AlarmAcknowledged(alarm="west.glass/active", by="anna"),
    )
    assert any("did not show" in text for text in invariants.touched(night.state, events))
