"""What seeds have found, each as the smallest script that shows it."""

from monitord.testing.checkers import check
from monitord.testing.script import CrashAt, CrashPlan, Script
from monitord.testing.simulation import Simulation
from tests.simulation.runs import site

MIN = 60_000


def test_two_crashes_and_a_long_pause_are_no_attack() -> None:
    """Law 4: a deadline that passed while nobody looked says nothing of a device.

    Before the start was stepped first, ten minutes without a daemon, begun in the first seconds
    of a life, made every panel overdue at once: a tamper alarm in all areas, and everybody called.
    """
    crashes = (
        CrashPlan(MIN, CrashAt.ANYWHERE, 1_000),
        CrashPlan(MIN + 1_001, CrashAt.BEFORE_COMMIT, 10 * MIN),
    )
    script = Script(seed="pause", end_ms=30 * MIN, crashes=crashes, commit_ms=3)
    outcome = Simulation(script, site()).run()
    assert len(outcome.history.lives) == 3
    assert outcome.state.incidents_opened == 0
    assert check(outcome) == []
