"""The call chain: order, waits, the decide timer, worsening, the end that loops (C1, law 10)."""

import itertools

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.chain import BUILT_IN_WAIT_MS, ROUND_MS_MIN
from monitord.core.site import Chain, ChainStep
from monitord.vocabulary import Category, Mode, Outcome, PointState, Priority, Proof
from tests.core.night import Night, only
from tests.core.sites import MIN, S, museum

ANNA = ChainStep(("anna",), ("voice",), 60 * S)
BORIS = ChainStep(("boris",), ("voice",), 90 * S)
CHLOE = ChainStep(("chloe",), ("voice",), 30 * S)
CONSOLE = ChainStep(("control-room",), ("console",), 30 * S)
NOBODY = ChainStep(("nobody",), ("voice",), 30 * S)


def _chain(*steps: ChainStep, name: str = "default", start_at: int = 0) -> Chain:
    return Chain(name, steps, decide_ms=2 * MIN, confirmed_start_at=start_at)


def _when_and_whom(night: Night) -> list[tuple[int, str]]:
    return [(at_ms, who) for at_ms, who, _, _ in night.called()]


def test_the_steps_come_in_order_each_after_its_wait_and_then_all_again_loudly() -> None:
    """C1: ``wait`` counts from the start of the step; the end of a chain loops, loudly."""
    night = Night(museum(_chain(ANNA, BORIS, CHLOE)))
    night.opens("west.pir")
    night.at(4 * MIN)
    assert _when_and_whom(night) == [
        (0, "anna"),
        (60 * S, "boris"),
        (150 * S, "chloe"),
        (180 * S, "anna"),
        (240 * S, "boris"),
    ]
    assert [e.loud for e in night.all(ev.CallPlaced)] == [False, False, False, True, True]
    assert night.incident().round == 2


def test_an_attempt_that_was_only_handed_over_waits_for_its_time() -> None:
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    for outcome in (Outcome.OFFERED, Outcome.HANDED_OVER, Outcome.DELIVERED, Outcome.HEARD):
        night.call_ends(night.called()[0][3], outcome)
    night.at(60 * S - 1)
    assert len(night.called()) == 1
    night.at(60 * S)
    assert len(night.called()) == 2


def test_when_every_attempt_failed_for_certain_the_next_step_begins_at_once() -> None:
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    night.at(5 * S).call_ends(night.called()[0][3], Outcome.FAILED)
    assert _when_and_whom(night) == [(0, "anna"), (5 * S, "boris")]
    assert night.deadline_in("chain:1") == 90 * S


def test_dead_channels_cannot_make_it_spin() -> None:
    """All fail at once, for ever: two rounds begin at least ``ROUND_MS_MIN`` apart."""
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    while night.now_ms < night.begin_ms + 5 * MIN:
        for call in tuple(night.incident().calls):
            night.call_ends(call, Outcome.FAILED)
        night.after(1 * S)
    begins = [at_ms for at_ms, who in _when_and_whom(night) if who == "anna"]
    assert len(begins) == 1 + 5 * MIN // ROUND_MS_MIN
    assert all(b - a >= ROUND_MS_MIN for a, b in itertools.pairwise(begins))


def test_a_round_that_began_late_is_not_followed_by_the_next_at_once() -> None:
    night = Night(museum(_chain(ANNA)))
    night.opens("west.pir")
    night.call_ends(night.called()[-1][3], Outcome.FAILED)
    night.sleeps_until(ROUND_MS_MIN + 20 * S).time_passes()
    night.call_ends(night.called()[-1][3], Outcome.FAILED)
    assert night.deadline_in("chain:1") == ROUND_MS_MIN


def test_a_chain_with_nobody_in_it_looks_again_every_round_and_never_spins() -> None:
    night = Night(museum(_chain(CONSOLE, NOBODY)))
    night.opens("west.pir")
    night.at(5 * MIN)
    looped = night.all(ev.ChainLooped)
    assert len(looped) == 1 + 5 * MIN // ROUND_MS_MIN
    assert not night.called()


def test_a_console_that_nobody_attends_is_skipped_at_once_and_says_so() -> None:
    night = Night(museum(_chain(CONSOLE, ANNA)))
    events = night.opens("west.pir")
    assert _when_and_whom(night) == [(0, "anna")]
    assert only(events, ev.CallSkipped)[0].why == "no console is attended"
    assert only(events, ev.StepSkipped)[0].step == 0


def test_a_role_that_nobody_has_is_skipped_and_says_so() -> None:
    night = Night(museum(_chain(NOBODY, ANNA)))
    events = night.opens("west.pir")
    assert only(events, ev.CallSkipped)[0].why == "nobody has this name or role"
    assert _when_and_whom(night) == [(0, "anna")]


# --- decide -----------------------------------------------------------------------------------


def test_acknowledged_and_no_outcome_in_time_climbs_from_the_next_step() -> None:
    """C3, law 10."""
    night = Night(museum(_chain(ANNA, BORIS, CHLOE)))
    night.opens("west.pir")
    night.at(10 * S).acknowledges("anna")
    night.at(10 * S + 2 * MIN - 1)
    assert len(night.called()) == 1
    night.at(10 * S + 2 * MIN)
    assert _when_and_whom(night)[1:] == [(130 * S, "boris")]
    assert night.all(ev.DecideExpired)


def test_it_climbs_past_the_end_into_the_next_round() -> None:
    night = Night(museum(_chain(ANNA)))
    night.opens("west.pir")
    night.acknowledges("anna")
    night.after(2 * MIN)
    assert night.all(ev.CallPlaced)[-1].loud
    assert night.incident().calling


def test_closing_ends_everything_a_retry_that_was_due_included() -> None:
    """A retry that outlived its incident would raise for ever."""
    step = ChainStep(("anna",), ("voice",), MIN, tries=3)
    night = Night(museum(_chain(step)))
    night.opens("west.pir")
    night.closes("west.pir")
    night.call_ends(night.called()[0][3], Outcome.FAILED)
    night.closes_incident()
    night.after(10 * MIN)
    assert len(night.called()) == 1
    assert not night.state.deadlines
    assert not night.incident().calls


# --- which chain ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "point", "chain"),
    [
        (Mode.NIGHT, "west.pir", "intrusion"),
        (Mode.LOCKDOWN, "west.pir", "intrusion/lockdown"),
        (Mode.LOCKDOWN, "east.water", "default"),
    ],
)
def test_category_and_mode_win_over_category_and_that_over_the_default(
    mode: Mode, point: str, chain: str
) -> None:
    names = ("default", "intrusion", "intrusion/lockdown", "water/lockdown")
    night = Night(museum(*(_chain(ANNA, name=name) for name in names)))
    night.feed(f.ChangeMode(mode=mode, reason="r", by="boris", proof=Proof.PIN))
    night.opens(point)
    assert night.incident().chain.id == chain


def test_a_site_without_chains_calls_everybody_on_everything() -> None:
    site = museum()
    site.chains.clear()
    night = Night(site)
    night.opens("west.pir")
    called = {(who, channel) for _, who, channel, _ in night.called()}
    assert called >= {("anna", "voice"), ("boris", "mail"), ("chloe", "voice"), ("gus", "sms")}
    assert night.deadline_in("chain:1") == BUILT_IN_WAIT_MS


def test_a_site_without_people_still_speaks_at_the_terminal() -> None:
    site = museum(people=())
    site.chains.clear()
    night = Night(site)
    night.opens("west.pir")
    assert [(who, channel) for _, who, channel, _ in night.called()] == [("anybody", "terminal")]


def test_an_open_incident_keeps_its_steps_through_a_reload() -> None:
    """design.md 5.2: whom a step means is looked up at the call, the steps stay as they were."""
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    night.at(S).offer(museum(_chain(CHLOE)))
    night.at(MIN)
    assert _when_and_whom(night)[1:] == [(MIN, "boris")]


# --- confirmed and worsened -------------------------------------------------------------------


def test_a_confirmed_alarm_starts_where_its_chain_says() -> None:
    night = Night(museum(_chain(ANNA, BORIS, start_at=1)))
    night.declares(Category.THEFT)
    assert _when_and_whom(night) == [(0, "boris")]


def test_confirmation_jumps_ahead_and_never_back() -> None:
    night = Night(museum(_chain(ANNA, BORIS, CHLOE, start_at=1)))
    night.opens("west.pir")
    night.at(10 * S).opens("west.glass")
    assert _when_and_whom(night) == [(0, "anna"), (10 * S, "boris")]
    later = Night(museum(_chain(ANNA, BORIS, CHLOE, start_at=1)))
    later.opens("west.pir")
    later.at(160 * S).opens("west.glass")
    assert _when_and_whom(later)[-1] == (150 * S, "chloe"), "already further on: goes on"


def test_a_worsening_after_the_acknowledgement_calls_again() -> None:
    """Law 10: also whoever has acknowledged before."""
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    night.at(10 * S).acknowledges("anna")
    night.at(20 * S).opens("west.glass")
    assert _when_and_whom(night) == [(0, "anna"), (20 * S, "anna")]
    assert night.deadline_in("decide:1") is None
    assert night.incident().owner == "anna"


def test_a_worsening_that_brings_another_chain_starts_that_chain() -> None:
    chains = (_chain(ANNA, BORIS, name="tamper"), _chain(CHLOE, name="object"))
    site = museum(*chains)
    site.points["east.case"] = msgspec.structs.replace(
        site.points["east.case"], priority=Priority.CRITICAL
    )
    night = Night(site, gallery="unset")
    night.says("east.pir", PointState.TAMPER)
    night.at(10 * S).opens("east.case")
    assert _when_and_whom(night) == [(0, "anna"), (10 * S, "chloe")]


# --- restarts and late clocks -----------------------------------------------------------------


def test_deadlines_that_passed_while_the_daemon_was_down_fire_once() -> None:
    """Law 6: one next step, not one for each that was missed."""
    night = Night(museum(_chain(ANNA, BORIS, CHLOE)))
    night.opens("west.pir")
    night.sleeps_until(30 * MIN).restarts()
    night.time_passes()
    assert [who for at_ms, who in _when_and_whom(night) if at_ms == 30 * MIN] == ["boris"]
    assert night.deadline_in("chain:1") == 90 * S


def test_escalation_goes_on_over_a_restart_where_it_was() -> None:
    """A3, T1.5."""
    night = Night(museum(_chain(ANNA, BORIS)))
    night.opens("west.pir")
    night.sleeps_until(20 * S).restarts()
    night.at(60 * S)
    assert [who for at_ms, who in _when_and_whom(night) if at_ms == 60 * S] == ["boris"]
