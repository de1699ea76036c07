"""A swarm of planted bugs: each seed draws which concern raises, on what, and when (law 13)."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from monitord.core import bare
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import step as step_module
from monitord.journal.codec import decode
from monitord.testing.checkers import check
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.swarm import MIN, draw
from tests.simulation.runs import HOURS, site

#: A bug may keep an alarm from being recorded as one, never from being called.
HOLD = ("S6", "S7", "S8", "S10")
KINDS: tuple[tuple[type[Any], ...], ...] = (
    (f.PointChanged,),
    (f.DeviceReturned,),
    (f.TimePassed,),
    (f.PointChanged, f.DeviceReturned, f.TimePassed, f.StepFailed),
)


def plant(patch: pytest.MonkeyPatch, simulation: Simulation, seed: int) -> list[tuple[int, Any]]:
    """Make one concern raise in half of the minutes; what it raised for, and when."""
    chance = Random(f"{seed}/bugs")
    place = chance.randrange(len(step_module._ORDER))
    kinds = chance.choice(KINDS)
    bad = {minute for minute in range(int(HOURS * 60)) if chance.random() < 0.5}
    original, raised = step_module._ORDER[place], list[tuple[int, Any]]()

    def broken(state: Any, now_ms: int, fact: f.AnyFact, so_far: Any) -> Iterator[ev.AnyEvent]:
        yield from original(state, now_ms, fact, so_far)
        at_ms = simulation.now_ms()
        if at_ms // MIN in bad and isinstance(fact, kinds):
            raised.append((at_ms, fact))
            raise KeyError("planted")

    order = list(step_module._ORDER)
    order[place] = broken
    patch.setattr(step_module, "_ORDER", tuple(order))
    patch.setattr(step_module, "_WAKES", {})  # a bug is wherever it is: all are asked
    return raised


def uncalled(outcome: Outcome, raised: list[tuple[int, Any]]) -> list[str]:
    """Signals whose step raised, and for which no bare incident or chain was calling."""
    entries = [seen.entry for seen in outcome.history.seen]
    entries += [decode(row.payload).entry for row in outcome.store.rows]
    opened = {
        e.first_out for entry in entries for e in entry.events if isinstance(e, ev.IncidentOpened)
    }
    ends = [life.ended_ms for life in outcome.history.lives]
    lost = []
    for at_ms, fact in raised:
        if any(0 <= end_ms - at_ms < 10 for end_ms in ends):
            continue  # killed before it could be stored: read again by the next life
        if isinstance(fact, f.PointChanged) and fact.state == "active":
            point = site().points[fact.point]
            if point.arming != "never" and f"{fact.point}/active" not in opened:
                lost.append(f"{at_ms} {fact.point}")
    return lost


@pytest.mark.parametrize("seed", range(12))
def test_a_planted_bug_costs_no_call_and_the_run_comes_through(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 13: with crashes, losses and a bad disk beside it."""
    simulation = Simulation(draw(seed, site(), HOURS), site(), strict=False)
    raised = plant(monkeypatch, simulation, seed)
    outcome = simulation.run()
    assert [found for found in check(outcome) if found.startswith(HOLD)] == []
    assert uncalled(outcome, raised) == []


def test_without_the_bare_path_alarms_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these runs watch is watched: taken away, it is missed."""
    monkeypatch.setattr(bare, "signals_of", lambda state, fact: ())
    lost = []
    for seed in range(4):
        with monkeypatch.context() as planted:
            simulation = Simulation(draw(seed, site(), HOURS), site(), strict=False)
            raised = plant(planted, simulation, seed)
            lost += uncalled(simulation.run(), raised)
    assert lost
