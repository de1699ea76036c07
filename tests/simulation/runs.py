"""How these tests run seeds: one site, a few hours of a bad day each."""

from functools import cache

from monitord.core.site import Site
from monitord.testing.checkers import check
from monitord.testing.report import report
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.standard import standard_site
from monitord.testing.swarm import draw

HOURS = 2.0


@cache
def site() -> Site:
    return standard_site()


def run(seed: int | str, hours: float = HOURS) -> Outcome:
    return Simulation(draw(seed, site(), hours), site()).run()


def findings(seed: int | str, hours: float = HOURS) -> list[str]:
    return check(run(seed, hours))


def story(seed: int | str) -> str:
    outcome = run(seed)
    return report(outcome, check(outcome))
