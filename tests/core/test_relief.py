"""A PIN for one shift: given by who answers for the shift, to a guard, until an end."""

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.relief import RELIEF_MS_MAX
from monitord.core.site import Person
from monitord.vocabulary import Proof, Role
from tests.core.night import Events, Night
from tests.core.sites import HOUR, museum


@pytest.fixture
def night() -> Night:
    site = museum()
    people = {
        **site.people,
        "dora": Person("dora", Role.DUTY_MANAGER),
        "gus": Person("gus", Role.GUARD),
    }
    return Night(replace(site, people=people))


def gives(night: Night, ahead_ms: int = 8 * HOUR, person: str = "gus") -> Events:
    until_utc_ms = night.state.utc_ms(night.now_ms) + ahead_ms
    fact = f.GiveRelief(person=person, until_utc_ms=until_utc_ms, by="dora", proof=Proof.PIN)
    return night.feed(fact)


def ends(night: Night, person: str = "gus") -> Events:
    return night.feed(f.EndRelief(person=person, by="dora", proof=Proof.PIN))


def code(events: Events) -> str:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused.code


def test_it_is_given_and_ends_by_itself_to_the_millisecond(night: Night) -> None:
    (given,) = gives(night)
    assert given == ev.ReliefGiven(
        person="gus", by="dora", until_utc_ms=night.state.utc_ms(night.now_ms) + 8 * HOUR
    )
    night.after(8 * HOUR - 1)
    assert "gus" in night.state.reliefs
    night.after(1)
    assert night.all(ev.ReliefEnded) == [ev.ReliefEnded(person="gus")]
    assert not night.state.reliefs
    night.replayed()


def test_its_end_follows_the_time_of_day(night: Night) -> None:
    gives(night)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + 3 * HOUR))
    night.after(5 * HOUR - 1)
    assert night.state.reliefs
    night.after(1)
    assert not night.state.reliefs


def test_its_end_is_kept_over_a_restart(night: Night) -> None:
    gives(night)
    night.restarts()
    night.after(8 * HOUR)
    assert not night.state.reliefs


def test_it_is_ended_before_its_time_once(night: Night) -> None:
    gives(night)
    assert ends(night) == (ev.ReliefEnded(person="gus", by="dora"),)
    assert code(ends(night)) == "unknown"
    night.after(9 * HOUR)
    assert len(night.all(ev.ReliefEnded)) == 1


@pytest.mark.parametrize(
    ("ahead_ms", "allowed"),
    [(0, False), (1, True), (RELIEF_MS_MAX, True), (RELIEF_MS_MAX + 1, False)],
)
def test_it_is_for_one_shift(night: Night, ahead_ms: int, allowed: bool) -> None:
    events = gives(night, ahead_ms)
    assert isinstance(events[0], ev.ReliefGiven) is allowed
    if not allowed:
        assert code(events) == "bad-input"


def test_it_is_for_guards_of_the_site_file_alone(night: Night) -> None:
    """Whoever may close or isolate has a PIN of their own."""
    assert code(gives(night, person="dora")) == "forbidden"
    assert code(gives(night, person="nobody")) == "unknown"
