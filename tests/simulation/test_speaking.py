"""Panels that speak first, in bad nights: what one of them was answered is in the journal (S12)."""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache

import pytest

from monitord.core.facts import PointChanged
from monitord.core.site import Site
from monitord.driver import Reading
from monitord.runtime.reading_queue import ReadingQueue
from monitord.testing.checkers import check
from monitord.testing.evidence import Evidence
from monitord.testing.simulation import Outcome, Simulation
from monitord.testing.speaking import with_speaking
from monitord.testing.standard import standard_site
from monitord.testing.swarm import draw

HOURS = 1.0
SEEDS = range(10)


@cache
def site() -> Site:
    return with_speaking(standard_site(panels=4), "p0", "p1", "p3")


def run(seed: int) -> Outcome:
    return Simulation(draw(f"speaking-{seed}", site(), HOURS), site(), healed_ms=600_000).run()


def test_what_a_panel_was_answered_is_in_the_journal_after_any_crash() -> None:
    """Crashes at every place of the storage, bad disks, panels in trouble; nothing is found."""
    receipts = repeated = 0
    for seed in SEEDS:
        outcome = run(seed)
        assert check(outcome) == [], seed
        evidence = Evidence(outcome.script, outcome.site, outcome.history, outcome.store.rows)
        facts = [entry.fact for entry in evidence.entries]
        keys = [fact.key for fact in facts if isinstance(fact, PointChanged) and fact.key]
        assert len(keys) == len(set(keys)), "a repeat is no second event"
        answered = {receipt.key for receipt in outcome.history.receipts}
        receipts += len(answered)
        repeated += len(outcome.history.receipts) - len(answered)
    assert receipts > 100
    assert repeated == 0, "the panel forgets what was answered"


def test_answering_before_it_is_stored_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The safeguard is taken away: `emit` says True as soon as the reading was given."""
    original = ReadingQueue.take

    async def take(
        self: ReadingQueue, readings: Sequence[Reading], alive: Callable[[], bool]
    ) -> bool:
        taking = asyncio.ensure_future(original(self, readings, alive))
        await asyncio.sleep(0)
        taking.add_done_callback(lambda done: done.cancelled() or done.exception())
        return True

    monkeypatch.setattr(ReadingQueue, "take", take)
    found = {finding.split()[0] for seed in SEEDS for finding in check(run(seed))}
    assert "S12" in found
