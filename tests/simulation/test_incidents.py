"""K3: five incidents that museums have had, replayed, and what must be reported of them."""

from functools import cache

import pytest

from monitord.core.kpis import kpis
from monitord.journal.codec import decode
from monitord.testing.rehearsal import Played, play
from monitord.testing.scenario import read
from tests.support import ROOT

_FOLDER = ROOT / "config/scenarios"
INCIDENTS = ("louvre", "dresden", "oxford", "kunsthal", "lockdown-week")


@cache
def played(name: str) -> Played:
    return play(read(_FOLDER / f"{name}.yaml", ROOT))


@pytest.mark.parametrize("name", INCIDENTS)
def test_k3_an_incident_replay_is_met(name: str) -> None:
    """K3: the right alarm, place and calls, at the right times."""
    assert played(name).missed == []


def test_k3_kunsthal_what_nobody_looked_into_is_reported() -> None:
    """K3, G6: the figures of `report kpis` name it."""
    rows = played("kunsthal").outcome.store.rows
    entries = [decode(row.payload).entry for row in rows]
    found = kpis(entries, entries[0].utc_ms, entries[-1].utc_ms + 1)
    assert found.outside_only == 1
    assert found.causes == {"assumed-false": 1}
    assert found.false == found.closed == 1


def test_k3_lockdown_week_is_the_same_each_time() -> None:
    """The same calls, to the millisecond and the word."""
    again = play(read(_FOLDER / "lockdown-week.yaml", ROOT))
    assert again.outcome.history.dials == played("lockdown-week").outcome.history.dials
