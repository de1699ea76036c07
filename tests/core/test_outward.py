"""What is told inside first: alarms of an entry, the abort window, and what unsetting calls back.

Console and post are told at once in all of it; only channels that leave the site wait.
"""

import pytest

from monitord.core import events as ev
from monitord.vocabulary import Confirmed, Outcome, PointState, Proof
from tests.core.houses import ENTRY, OUTSIDE_FIRST, house, outside_calls, unsets
from tests.core.night import Night, only
from tests.core.sites import MIN, S

ABORT = 30 * S


def late_entry(abort_ms: int = ABORT) -> Night:
    """Somebody came in by the door and did not unset: the alarm is there, at ``ENTRY``."""
    night = Night(house(OUTSIDE_FIRST, abort_ms=abort_ms))
    night.opens("west.door")
    night.closes("west.door")
    return night.at(ENTRY)


def off_the_route(at_ms: int = 10 * S) -> Night:
    """Somebody came in by the door and went astray at ``at_ms``; called at once: outside only."""
    night = Night(house(OUTSIDE_FIRST))
    night.opens("west.door")
    night.at(at_ms).opens("west.pir")
    return night


# --- off the route, during an entry (T2.4) --------------------------------------------------------


@pytest.mark.parametrize(("ms", "told"), [(29_900, False), (29_999, False), (30_100, True)])
def test_t2_4_off_the_route_it_goes_out_after_a_warning_of_30_s(ms: int, told: bool) -> None:
    """T2.4: at once inside; nothing outside at 29.9 s of warning, all of it at 30.1 s."""
    night = Night(house())
    night.opens("west.door")
    night.closes("west.door")
    night.at(10 * S).opens("west.pir")
    assert [(who, by) for _, who, by, _ in night.called()] == [("control-room", "terminal")]
    night.at(10 * S + ms)
    assert bool(outside_calls(night)) is told


@pytest.mark.parametrize(("ms", "told"), [(44_900, False), (45_100, True)])
def test_t2_4_and_not_before_the_entry_time_is_over(ms: int, told: bool) -> None:
    """T2.4: a warning of 30 s is over at 32 s, the entry at 45 s."""
    night = Night(house(OUTSIDE_FIRST, entry_ms=45_000))
    night.opens("west.door")
    night.at(2 * S).opens("west.pir")
    night.at(ms)
    assert bool(outside_calls(night)) is told


def test_unset_while_it_waits_nothing_goes_out() -> None:
    night = off_the_route()
    night.at(ENTRY - 1)
    (aborted,) = only(unsets(night), ev.OutsideAborted)
    assert (aborted.incident, aborted.by) == (1, "gus")
    night.after(30 * MIN)
    assert night.incident().open
    assert not outside_calls(night)


@pytest.mark.parametrize("point", ["case", "smoke", "panic"])
def test_nothing_but_intrusion_waits(point: str) -> None:
    """A case that is lifted during an entry is called for in its own step."""
    night = Night(house(OUTSIDE_FIRST))
    night.opens("west.door")
    night.after(S).opens(f"west.{point}")
    assert [ms for ms, *_ in outside_calls(night)] == [S]


def test_a_tamper_does_not_wait() -> None:
    night = Night(house(OUTSIDE_FIRST))
    night.opens("west.door")
    night.after(S).says("west.hall", PointState.TAMPER)
    assert [ms for ms, *_ in outside_calls(night)] == [S]


def test_what_joins_ends_the_wait() -> None:
    """The case after the detector: one attack, and it goes out in that step."""
    night = off_the_route()
    night.at(12 * S).opens("west.case")
    assert outside_calls(night)[0] == (12 * S, "anna", "voice")
    assert night.deadline_in("outside:1") is None


def test_another_detector_off_the_route_makes_the_wait_no_longer() -> None:
    night = off_the_route()
    night.at(20 * S).opens("west.glass")
    night.at(40 * S - 1)
    assert not outside_calls(night)
    night.at(40 * S)
    assert outside_calls(night)[0] == (40 * S, "anna", "voice")


def test_who_has_seen_it_ends_the_wait() -> None:
    night = off_the_route()
    night.at(12 * S).confirms(how=Confirmed.SEEN)
    assert outside_calls(night)[0] == (12 * S, "anna", "voice")


def test_an_acknowledgement_inside_stops_what_waits() -> None:
    """Law 10: somebody has it; without an outcome it climbs, then outside as well."""
    night = late_entry()
    night.acknowledges(by="gus")
    night.after(2 * MIN)
    assert not outside_calls(night)
    night.after(5 * MIN)
    assert outside_calls(night)


def test_a_wait_shifts_the_chain_and_skips_nobody() -> None:
    """Post at once; anna the moment the wait is over, for her whole minute; then boris."""
    night = Night(house(entry_ms=45_000))
    night.opens("west.door")
    night.closes("west.door")
    night.at(30 * S).opens("west.pir")
    night.at(3 * MIN)
    steps = [(ms, who, by) for ms, who, by, _ in night.called()]
    assert steps[:4] == [
        (30 * S, "control-room", "terminal"),
        (60 * S, "anna", "voice"),
        (120 * S, "boris", "voice"),
        (120 * S, "boris", "sms"),
    ]


def test_a_post_that_cannot_be_reached_does_not_swallow_the_step_after_it() -> None:
    night = Night(house())
    night.opens("west.door")
    night.at(10 * S).opens("west.pir")
    night.call_ends(night.called()[0][3], Outcome.FAILED)
    night.at(40 * S)
    assert outside_calls(night)[0] == (40 * S, "anna", "voice")


# --- the abort window (T2.9) ----------------------------------------------------------------------


def test_t2_9_without_a_window_it_goes_out_at_once() -> None:
    """T2.9: 0 is what a site gets that says nothing."""
    assert house().areas["store"].abort_ms == 0
    assert outside_calls(late_entry(abort_ms=0)) == [(ENTRY, "anna", "voice")]


@pytest.mark.parametrize(("ms", "told"), [(ABORT - 1, False), (ABORT, True)])
def test_t2_9_the_window_holds_outside_channels_and_nothing_else(ms: int, told: bool) -> None:
    """T2.9: the post is called at once, anna by voice when the window is over."""
    night = Night(house(abort_ms=ABORT))
    night.opens("west.door")
    night.at(ENTRY)
    assert [(at, by) for at, _, by, _ in night.called()] == [(ENTRY, "terminal")]
    night.at(ENTRY + ms)
    assert bool(outside_calls(night)) is told


def test_t2_9_an_abort_inside_the_window() -> None:
    """T2.9: nothing transmitted, `abort` journaled; the incident is there for somebody to close."""
    night = late_entry()
    night.after(ABORT - 1)
    heard = unsets(night)
    assert only(heard, ev.OutsideAborted) == [ev.OutsideAborted(incident=1, by="gus")]
    night.after(60 * MIN)
    assert not outside_calls(night)
    assert not night.all(ev.OutsideCancelled)
    assert night.incident().open
    skipped = [e.why for e in night.all(ev.CallSkipped) if e.channel == "voice"]
    assert skipped[-1] == "aborted: unset in time by gus"


def test_t2_9_after_the_window_a_cancel_follows_the_alarm() -> None:
    """T2.9: to everybody outside who was told, once, by the same way."""
    night = late_entry()
    night.after(ABORT + 61 * S)
    before = outside_calls(night)
    assert before == [
        (ENTRY + ABORT, "anna", "voice"),
        (ENTRY + ABORT + 60 * S, "boris", "voice"),
        (ENTRY + ABORT + 60 * S, "boris", "sms"),
    ]
    heard = unsets(night)
    assert only(heard, ev.OutsideCancelled) == [ev.OutsideCancelled(incident=1, by="gus")]
    cancels = [c for c in only(heard, ev.CallPlaced) if c.cancel]
    assert [(c.person, c.channel) for c in cancels] == [(who, by) for _, who, by in before]
    assert night.incident().calling  # acknowledged is not handled, and neither is cancelled
    night.call_ends(cancels[0].call, Outcome.FAILED)
    assert not only(unsets(night), ev.OutsideCancelled)


def test_a_cancel_that_a_crash_swallowed_is_repeated() -> None:
    """Law 7."""
    night = late_entry(abort_ms=0)
    (cancel,) = [c for c in only(unsets(night), ev.CallPlaced) if c.cancel]
    assert cancel.call in [e.call for e in only(night.restarts(), ev.CallRepeated)]


def test_no_unsetting_calls_an_attack_back() -> None:
    """Off the route, or with anything beside an entry in it: no abort, no cancel (A4, Oxford)."""
    night = Night(house(OUTSIDE_FIRST, abort_ms=ABORT))
    night.opens("west.glass")
    assert outside_calls(night)
    unsets(night)
    assert not night.all(ev.OutsideAborted)
    assert not night.all(ev.OutsideCancelled)


def test_a_detector_off_the_route_ends_the_window() -> None:
    """T2.9: 0 for everything else."""
    night = late_entry()
    night.after(5 * S).opens("west.pir")
    assert outside_calls(night)[0] == (ENTRY + 5 * S, "anna", "voice")


def test_another_detector_on_the_route_leaves_the_window_as_it_is() -> None:
    night = late_entry()
    night.after(5 * S).opens("west.hall")
    assert not outside_calls(night)
    night.at(ENTRY + ABORT)
    assert outside_calls(night)


def test_what_was_aborted_goes_out_when_it_worsens() -> None:
    night = late_entry()
    unsets(night)
    night.after(5 * S).opens("west.case")
    assert outside_calls(night)[0] == (ENTRY + 5 * S, "anna", "voice")


def test_only_a_person_with_the_pin_aborts() -> None:
    """Law 11."""
    night = late_entry()
    unsets(night, proof=Proof.LOGIN)
    unsets(night, by="token/hub", proof=Proof.TOKEN)
    night.after(ABORT)
    assert not night.all(ev.OutsideAborted)
    assert outside_calls(night)


def test_a_window_lives_through_kill_and_start_and_is_never_longer() -> None:
    night = late_entry()
    night.after(5 * S).restarts()
    night.returns("west")
    night.returns("east", set=PointState.ACTIVE)
    night.after(ABORT - 5 * S - 1)
    assert not outside_calls(night)
    night.after(1)
    assert outside_calls(night)
    night = late_entry()
    night.sleeps_until(ENTRY + ABORT + MIN).restarts()
    night.time_passes()
    assert outside_calls(night)[0][0] == ENTRY + ABORT + MIN


def test_closed_while_it_waits() -> None:
    """Nothing waits for an incident that is over."""
    night = late_entry()
    night.closes_incident(by="gus")
    assert night.deadline_in("outside:1") is None
    night.after(60 * MIN)
    assert not outside_calls(night)
