"""Full mode: every poll is made, by the real driver through pymodbus, on a simulated network."""

from functools import cache

import pytest

from monitord.core import events as ev
from monitord.core.site import Site
from monitord.testing.checkers import check
from monitord.testing.script import Fault, PanelTrouble, Script
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.standard import standard_site
from monitord.testing.swarm import draw, quiet
from monitord.vocabulary import Cause

#: Half the pace of a real site, so that an hour is 72,000 polls.
POLL_MS = 500
HEALED_MS = 15 * 60_000
SEEDS = range(300, 306)
QUIET_SEEDS = range(400, 404)


@cache
def full_site() -> Site:
    return standard_site("modbus", POLL_MS)


def full(seed: int, hours: float) -> Outcome:
    script = draw(seed, full_site(), hours)
    return Simulation(script, full_site(), full=True, healed_ms=HEALED_MS).run()


@pytest.mark.parametrize("seed", SEEDS)
def test_bad_hours_through_pymodbus(seed: int) -> None:
    """A1, C1: cables, hangs, garbage, late and half answers, resets, reboots, crashes."""
    assert check(full(seed, 0.75)) == []


def test_every_fault_of_a_panel_through_pymodbus() -> None:
    """Each kind of fault, long enough to alarm, one after another on panels of their own."""
    troubles = {
        device: (PanelTrouble(60_000 + 5_000 * turn, 90_000 + 5_000 * turn, fault),)
        for turn, (device, fault) in enumerate(zip(full_site().devices, Fault, strict=False))
    }
    last = PanelTrouble(400_000, 430_000, list(Fault)[-1])
    troubles["p0"] = (*troubles["p0"], last)
    script = Script(seed="all faults", end_ms=500_000, troubles=troubles)
    outcome = Simulation(script, full_site(), full=True, healed_ms=HEALED_MS).run()
    assert check(outcome) == []
    lost = {
        (event.device, event.cause)
        for seen in outcome.history.seen
        for event in seen.entry.events
        if isinstance(event, ev.DeviceWentSilent)
    }
    slow = next(d for d, of in troubles.items() if of[0].fault is Fault.SLOW)
    assert {device for device, _ in lost} == set(troubles) - {slow}
    assert {Cause.SILENT, Cause.PROTOCOL, Cause.DEVICE, Cause.REFUSED} <= {c for _, c in lost}


def test_every_poll_is_made() -> None:
    """The network is asked as often as the grid has points: nothing is leapt over."""
    script = quiet(draw(1, full_site(), 0.25), 2 * POLL_MS)
    simulation = Simulation(script, full_site(), full=True, healed_ms=60_000)
    simulation.run()
    polls = simulation.panels_asked()
    expected = (script.end_ms + 60_000) // POLL_MS
    assert len(polls) == len(full_site().devices)
    assert all(abs(asked - expected) <= 2 for asked in polls.values())


def _alarms(outcome: Outcome) -> list[str]:
    return sorted(
        event.alarm
        for seen in outcome.history.seen
        for event in seen.entry.events
        if isinstance(event, ev.AlarmOccurred)
    )


def _incidents(outcome: Outcome) -> list[tuple[object, ...]]:
    return [
        (i.category, i.areas, i.first_out, i.confirmed, sorted(i.alarms), i.owner, i.cause)
        for i in outcome.state.incidents.values()
    ]


def _calls(outcome: Outcome) -> list[tuple[int, str, str]]:
    return sorted((d.incident, d.person, d.channel) for d in outcome.history.dials)


@pytest.mark.parametrize("seed", QUIET_SEEDS)
def test_leaping_and_polling_have_the_same_outcome(seed: int) -> None:
    """Which points alarmed, which incidents came of it, who was called and who took them."""
    leap_site = standard_site("sim", POLL_MS)
    script = quiet(draw(seed, leap_site, 0.5), 3 * POLL_MS)
    leapt = Simulation(script, leap_site, healed_ms=HEALED_MS).run()
    polled = Simulation(script, full_site(), full=True, healed_ms=HEALED_MS).run()
    assert check(leapt) == []
    assert check(polled) == []
    assert _alarms(leapt), "a seed in which nothing happens compares nothing"
    assert _alarms(leapt) == _alarms(polled)
    assert _incidents(leapt) == _incidents(polled)
    assert _calls(leapt) == _calls(polled)
