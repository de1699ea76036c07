"""Simulated site-days a minute on one core: leaping over quiet polls, and making every one.

The standard site (10 panels of 8 points), plain days of about 340 facts and 0.4 crashes, people
and calls, all checkers on. Full mode polls each panel once a second, through pymodbus.
"""

import time
from collections.abc import Callable

from monitord.core.site import Site
from monitord.testing.checkers import check
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.standard import standard_site
from monitord.testing.swarm import PLAIN_DAYS, draw
from tests.bench.figures import figure, title

SEEDS, DAYS = 12, 4.0
FULL_DAYS, FULL_POLL_MS = 0.25, 1_000
HEALED_MS = 45 * 60_000


def test_site_days_a_minute() -> None:
    """Leap mode at least 1,000, full mode at least 1."""
    title("simulated site-days a minute, 10 panels x 8 points, checkers on")
    outcomes: list[Outcome] = []
    leap_s = _core_s(lambda: outcomes.extend(_leapt(seed) for seed in range(SEEDS)))
    days = SEEDS * DAYS
    figure("leap mode", days * 60 / leap_s, "days/min", least=1_000)
    figure("facts a day", sum(len(o.store.rows) for o in outcomes) / days)
    figure("crashes a day", sum(len(o.history.lives) - 1 for o in outcomes) / days)
    site = standard_site("modbus", FULL_POLL_MS)
    full_s = _core_s(lambda: outcomes.append(_polled(site)))
    full_days = FULL_DAYS + HEALED_MS / 86_400_000
    figure("full mode, one poll a second", full_days * 60 / full_s, "days/min", least=1)
    figure("full mode, a poll", full_s * 1e6 / (full_days * 864_000), "us")


def _core_s(work: Callable[[], object]) -> float:
    """Seconds of one core: what else the machine does meanwhile is not counted."""
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def _leapt(seed: int) -> Outcome:
    site = standard_site()
    return _judged(Simulation(draw(seed, site, 24 * DAYS, PLAIN_DAYS), site))


def _polled(site: Site) -> Outcome:
    script = draw(0, site, 24 * FULL_DAYS, PLAIN_DAYS)
    return _judged(Simulation(script, site, full=True, healed_ms=HEALED_MS))


def _judged(simulation: Simulation) -> Outcome:
    outcome = simulation.run()
    found = check(outcome)
    assert not found, f"seed {outcome.script.seed}: {found[:3]}"
    return outcome
