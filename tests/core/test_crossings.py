"""What it means that a measured value has crossed a limit (E2, E3, E8)."""

from typing import Final

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.runtime.views import view
from monitord.vocabulary import AlarmState, Category, Kind, Limit, PointState, Priority
from tests.core.night import Events, Night, refused
from tests.core.sites import MIN, S, museum

EAST: Final = {
    "set": Kind.AREA_SET,
    "river": Kind.WATER_LEVEL,
    "wind": Kind.WIND,
    "blow": Kind.VIBRATION,
    "pir": Kind.MOTION,
}
HIGH, HIGH_HIGH, RISE = Limit.HIGH, Limit.HIGH_HIGH, Limit.RISE
RIVER: Final = "east.river/active"


def night() -> Night:
    return Night(museum(east=EAST))


def crosses(of: Night, value: float, *limits: Limit, point: str = "east.river") -> Events:
    state = PointState.ACTIVE if limits else PointState.NORMAL
    return of.feed(f.PointChanged(point, state, value, crossed=limits))


def test_e2_the_second_limit_is_a_worsening_and_refuses_an_older_acknowledgement() -> None:
    """E2, law 10: one incident, one step higher, called anew; who saw the first limit alone has
    not seen this."""
    of = night()
    crosses(of, 1.3, HIGH)
    assert of.incident().priority is Priority.HIGH
    seen = of.incident().rev
    of.acknowledges(seen=seen)
    crosses(of.after(MIN), 1.5, HIGH_HIGH, HIGH)
    river = of.incident()
    assert (len(of.state.incidents), river.priority) == (1, Priority.CRITICAL)
    assert river.worse == ("higher priority",)
    assert of.alarm(RIVER) is AlarmState.UNACK
    assert refused(of.acknowledges(by="boris", seen=seen)) == "worsened"


def test_e2_a_limit_more_at_the_same_weight_sounds_again_and_refuses_nothing() -> None:
    """E2, law 10: it rises fast, too: told anew, "+1 since", and no worsening."""
    of = night()
    crosses(of, 1.3, HIGH)
    seen = of.incident().rev
    of.acknowledges(seen=seen)
    crosses(of.after(S), 1.4, HIGH, RISE)
    assert (of.alarm(RIVER), of.incident().rev) == (AlarmState.UNACK, seen + 1)
    assert of.incident().priority is Priority.HIGH
    assert not refused(of.acknowledges(by="boris", seen=seen))


def test_e2_a_value_that_moves_between_its_limits_is_no_new_alarm() -> None:
    """E2: another centimetre of the same crossing is for the record alone."""
    of = night()
    crosses(of, 1.5, HIGH_HIGH, HIGH)
    of.acknowledges()
    for value, limits in ((1.6, (HIGH_HIGH, HIGH)), (1.45, (HIGH,)), (1.44, (HIGH,))):
        told = crosses(of.after(S), value, *limits)
        assert not [event for event in told if isinstance(event, ev.AlarmOccurred)]
    assert of.incident().priority is Priority.CRITICAL, "severity stays at its maximum"
    assert crosses(of.after(S), 1.55, HIGH_HIGH, HIGH), "and crossing it again is told again"
    assert of.alarm(RIVER) is AlarmState.UNACK


def test_e2_a_level_that_falls_back_stays_until_a_person_closes_it() -> None:
    """E2: water never clears itself."""
    of = night()
    crosses(of, 1.5, HIGH_HIGH, HIGH)
    crosses(of.after(MIN), 0.9)
    assert of.alarm(RIVER) is AlarmState.LATCH_UNACK
    of.acknowledges()
    of.closes_incident()
    assert of.alarm(RIVER) is AlarmState.NORMAL


@pytest.mark.parametrize("how", ["lost", "fault"])
def test_e2_what_was_crossed_before_nobody_knew_is_not_crossed_anew(how: str) -> None:
    """Law 4: neither cleared by silence or a fault, nor counted twice when it is read again."""
    of = night()
    crosses(of, 1.3, HIGH)
    of.acknowledges()
    if how == "lost":
        of.loses("east")
        samples = tuple(
            f.Sample(p, PointState.ACTIVE, 1.31, (HIGH,))
            if p == "east.river"
            else f.Sample(p, PointState.ACTIVE if p == "east.set" else PointState.NORMAL)
            for p in of.state.site.devices["east"].points
        )
        told = of.after(S).feed(f.DeviceReturned("east", samples))
    else:
        of.says("east.river", PointState.FAULT)
        told = crosses(of.after(S), 1.31, HIGH)
    assert not [event for event in told if isinstance(event, ev.AlarmOccurred)]
    assert of.alarm(RIVER) is AlarmState.ACKED


def test_e3_a_shock_in_strong_wind_calls_with_a_caution() -> None:
    """E3: the text says that it may be the wind, and that one looks all the same."""
    of = night()
    crosses(of, 19.0, HIGH, point="east.wind")
    told = of.after(S).opens("east.blow")
    assert [event for event in told if isinstance(event, ev.CallPlaced)]
    [number] = [e.incident for e in told if isinstance(e, ev.IncidentOpened)]
    text = view(of.state, of.incident(number)).text
    assert "it may be the wind, look all the same" in text
    assert of.incident(number).category is Category.OBJECT
    crosses(of, 8.0, point="east.wind")
    assert "wind" not in view(of.state, of.incident(number)).text


def test_e3_what_wind_does_not_shake_has_no_caution() -> None:
    """E3: a detector inside does not move in the wind."""
    of = night()
    crosses(of, 19.0, HIGH, point="east.wind")
    of.opens("east.pir")
    assert "wind" not in view(of.state, of.incident(2)).text


def test_the_message_says_what_was_crossed() -> None:
    """C7: the gravest of them, in words and without a number that may be old."""
    of = night()
    crosses(of, 1.3, HIGH, RISE)
    assert "past its limit" in view(of.state, of.incident()).text
    crosses(of, 1.5, HIGH_HIGH, HIGH)
    assert "past its second limit" in view(of.state, of.incident()).text
