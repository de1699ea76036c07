"""Outward paths: lost, returned, flapping; and all of them lost while somebody is at work (A4)."""

from typing import Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.paths import ALL, MOVES, Given
from monitord.core.site import Site
from monitord.vocabulary import Category, PathState, PointState, Priority
from tests.core.night import Night, refused
from tests.core.sites import MIN, S, museum, without

DAMPED: Final = 30 * S


def outward(*names: str) -> Site:
    """The museum, where these channels leave the site."""
    site = museum()
    channels = {
        name: msgspec.structs.replace(channel, outside=name in names)
        for name, channel in site.channels.items()
    }
    return msgspec.structs.replace(site, channels=channels)


class Paths(Night):
    def fails(self, *channels: str) -> None:
        for channel in channels:
            self.feed(f.PathLost(channel, reason="no answer"))

    def works(self, *channels: str) -> None:
        for channel in channels:
            self.feed(f.PathReturned(channel))

    def is_cut_off(self) -> bool:
        alarm = self.state.alarms.get(f"{ALL}/tamper")
        return alarm is not None and alarm.active


@pytest.mark.parametrize("state", PathState)
@pytest.mark.parametrize("given", Given)
def test_each_move_of_a_path(state: PathState, given: Given) -> None:
    """A4: written down apart from the code, over the whole domain."""
    expected = {
        "well": {"failed": "failing"},
        "failing": {"worked": "well", "due": "lost"},
        "lost": {"worked": "returning"},
        "returning": {"failed": "lost", "due": "well"},
    }
    assert MOVES[state, given] == expected[state].get(given, state)


@pytest.mark.parametrize(("after", "lost"), [(DAMPED - 1, False), (DAMPED, True)])
def test_a_path_that_stays_away_is_a_fault(after: int, lost: bool) -> None:
    """A4: one path down is a fault; it ends when the path has worked for as long."""
    night = Paths(outward("voice", "sms"))
    night.fails("sms")
    night.at(after)
    assert bool(night.state.incidents) is lost
    if lost:
        assert night.incident().category is Category.TECHNICAL
        assert refused(night.closes_incident()) == "active"
        night.works("sms")
        night.after(DAMPED - 1)
        assert refused(night.closes_incident()) == "active"
        night.after(1)
        assert not refused(night.closes_incident())


def test_a_path_that_flaps_is_one_fault_and_confirms_nothing() -> None:
    """A4, G3: ten times in five minutes, hysteresis, no storm of alarms."""
    night = Paths(outward("voice", "sms"))
    night.opens("west.pir")
    for _ in range(10):
        night.fails("voice", "sms")
        night.after(15 * S)
        night.works("voice", "sms")
        night.after(15 * S)
    assert not night.incident().confirmed
    assert len(night.state.incidents) == 1
    night.fails("sms")
    night.after(DAMPED)
    for _ in range(10):
        night.works("sms")
        night.after(15 * S)
        night.fails("sms")
        night.after(15 * S)
    assert len(night.state.incidents) == 2


def test_both_paths_lost_while_set_is_an_alarm_of_the_top_class() -> None:
    """A4."""
    night = Paths(outward("voice", "sms"))
    night.fails("voice", "sms")
    night.after(DAMPED)
    tops = [i for i in night.state.incidents.values() if i.priority is Priority.CRITICAL]
    assert [i.categories for i in tops] == [[Category.TAMPER]]
    night.works("sms")
    assert night.is_cut_off(), "it must stay"
    night.after(DAMPED)
    assert not night.is_cut_off()


@pytest.mark.parametrize("first", ["detector", "paths"])
@pytest.mark.parametrize("loss", [False, True], ids=["detector", "tamper"])
def test_both_paths_lost_confirm_an_open_attack(first: str, loss: bool) -> None:
    """G3: detector and both paths lost, whichever came first."""
    night = Paths(outward("voice", "sms"))

    def attack() -> None:
        night.says("west.pir", PointState.TAMPER if loss else PointState.ACTIVE)

    if first == "detector":
        attack()
    night.fails("voice", "sms")
    night.after(DAMPED)
    if first == "paths":
        attack()
    attacked = [i for i in night.state.incidents.values() if "store" in i.areas]
    assert [i.confirmed for i in attacked] == [True]


@pytest.mark.parametrize("first", ["detector", "paths"])
def test_paths_lost_outside_of_the_window_confirm_nothing(first: str) -> None:
    night = Paths(outward("voice", "sms"))
    if first == "detector":
        night.opens("west.pir")
        night.closes("west.pir")
        night.after(30 * MIN - DAMPED)
    night.fails("voice", "sms")
    night.after(DAMPED)
    if first == "paths":
        night.after(30 * MIN)
        night.opens("west.pir")
    assert not any(i.confirmed for i in night.state.incidents.values())


def test_both_paths_lost_by_day_are_two_faults() -> None:
    """A4: the top class is for a guarded house; once something is set it is one."""
    site = outward("voice", "sms")
    gallery = msgspec.structs.replace(site, areas={"gallery": site.areas["gallery"]})
    night = Paths(without(gallery, "west"), gallery="unset")
    night.fails("voice", "sms")
    night.after(DAMPED)
    assert not night.is_cut_off()
    assert [i.category for i in night.state.incidents.values()] == [Category.TECHNICAL]
    night.says("east.set", PointState.ACTIVE)
    assert night.is_cut_off()


def test_an_unset_area_is_not_confirmed_by_paths() -> None:
    night = Paths(outward("voice", "sms"), gallery="unset")
    night.opens("east.case")
    night.fails("voice", "sms")
    night.after(DAMPED)
    assert not night.incident(1).confirmed


@pytest.mark.parametrize(
    ("names", "failing"), [(("sms",), ("sms",)), ((), ("voice", "sms", "mail")),
                           (("voice", "sms", "mail"), ("voice", "sms"))]
)  # fmt: skip
def test_one_path_is_never_all_of_them(names: tuple[str, ...], failing: tuple[str, ...]) -> None:
    """And what does not leave the site is no path."""
    night = Paths(outward(*names))
    night.fails(*failing)
    night.after(DAMPED)
    assert not night.is_cut_off()


def test_a_channel_that_is_no_path_any_more_ends_its_fault() -> None:
    night = Paths(outward("voice", "sms"))
    night.fails("voice", "sms")
    night.after(DAMPED)
    night.offer(outward("voice"))
    assert set(night.state.paths) == {"voice"}
    assert not night.is_cut_off()
    assert not [d for d in night.state.deadlines if d == "path:sms"]


def test_a_lost_path_is_lost_after_a_restart() -> None:
    night = Paths(outward("voice", "sms"))
    night.fails("sms")
    night.after(10 * S)
    night.restarts()
    night.after(20 * S)
    assert night.state.paths["sms"].state is PathState.LOST
    assert len(night.all(ev.PathChanged)) == 2
