"""Weeks of plain days, crashes and restarts included: what is kept does not grow with them."""

from monitord.core.state import CLOSED_INCIDENTS_KEPT, encode
from monitord.testing.checkers import check
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.standard import standard_site
from monitord.testing.swarm import PLAIN_DAYS, draw

SEED = 7


def _after(days: int) -> Outcome:
    site = standard_site()
    outcome = Simulation(draw(SEED, site, 24 * days, PLAIN_DAYS), site).run()
    assert not check(outcome)
    return outcome


def test_ten_more_days_leave_the_state_as_large_as_it_was() -> None:
    """Closed incidents have filled their place by then; nothing else grows at all."""
    before, after = _after(16), _after(26)
    assert len(after.store.rows) > 1.4 * len(before.store.rows)
    for outcome in (before, after):
        assert CLOSED_INCIDENTS_KEPT <= len(outcome.state.incidents) <= CLOSED_INCIDENTS_KEPT + 10
        assert len(outcome.state.deadlines) < 10
    assert len(encode(after.state)) < 1.1 * len(encode(before.state))
