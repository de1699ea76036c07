"""The engine and its ledger: order, deadlines, a disk that fails or hangs, a step that raises."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import incidents
from monitord.core import state as core_state
from monitord.core.site import Site
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.codec import decode
from monitord.runtime import engine as engine_module
from monitord.runtime import giving_way, ledger
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Category, PointState, Proof
from tests.core.sites import museum
from tests.runtime.engine_parts import Bench

Test = Callable[[], Coroutine[Any, Any, None]]


def virtual(test: Test) -> Callable[[], None]:
    """Run a test on virtual time: waiting costs nothing."""

    def run() -> None:
        run_virtual(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def opens(point: str = "west.pir") -> f.PointChanged:
    return f.PointChanged(point, PointState.ACTIVE)


def fire() -> f.Declare:
    return f.Declare(category=Category.FIRE, area="store", by="anna", proof=Proof.LOGIN)


def ack(seen: int, *, incident: int = 1, key: str = "") -> f.Acknowledge:
    return f.Acknowledge(incident=incident, seen=seen, by="anna", proof=Proof.LINK, key=key)


@virtual
async def test_nothing_is_published_before_it_is_stored() -> None:
    """Law 1, A3."""
    bench = await Bench().start()
    seen = len(bench.published)
    bench.committer.hang = True
    bench.engine.offer(opens())
    await asyncio.sleep(0.5)
    assert len(bench.published) == seen
    bench.committer.heal()
    await asyncio.sleep(0.001)
    assert [p.stored for p in bench.published[seen:]] == [True]
    assert "IncidentOpened" in bench.events()


@virtual
async def test_a_disk_that_hangs_holds_no_alarm_up() -> None:
    """Law 1: after 1 s the alarm goes out in memory, marked, with a technical alarm of its own."""
    bench = await Bench().start()
    seen, stored = len(bench.published), len(bench.committer.rows)
    bench.committer.hang = True
    bench.engine.offer(opens())
    await asyncio.sleep(0.9)
    assert len(bench.published) == seen
    await asyncio.sleep(0.2)
    assert [p.stored for p in bench.published[seen:]] == [False, False]
    assert bench.events()[-3:] != []
    assert "StoreDegraded" in bench.events()
    assert bench.engine.degraded
    assert len(bench.committer.rows) == stored


@pytest.mark.parametrize("hangs_s", [60, 600])
def test_an_alarm_in_the_middle_of_a_long_hang_is_called_and_climbs(hangs_s: int) -> None:
    """Law 1, design section 7: no restart, the chain goes on, and all of it is stored after."""

    async def night() -> None:
        bench = await Bench().start()
        bench.committer.hang = True
        await asyncio.sleep(hangs_s / 2)
        before_ms = bench.clock.boot_ms()
        bench.engine.offer(fire())
        while not bench.steps():
            await asyncio.sleep(0.01)
        assert bench.clock.boot_ms() - before_ms <= ledger.STALL_MS + 100
        await asyncio.sleep(hangs_s / 2)
        assert bench.engine.degraded
        assert len(bench.steps()) >= hangs_s // 2 // 60
        bench.committer.heal()
        await asyncio.sleep(3)
        assert not bench.engine.degraded
        assert [row.seq for row in bench.committer.rows] == [p.entry.seq for p in bench.published]

    run_virtual(night())


@virtual
async def test_what_was_held_is_stored_in_order_and_once_when_the_disk_answers() -> None:
    """Law 1."""
    bench = await Bench().start()
    bench.committer.hang = True
    bench.engine.offer(opens("west.pir"))
    await asyncio.sleep(1.5)
    bench.engine.offer(opens("west.glass"))
    answer = await bench.engine.submit(ack(1))
    assert (answer.code, answer.stored) == ("worsened", False)
    bench.committer.heal()
    await asyncio.sleep(3)
    sequence = [row.seq for row in bench.committer.rows]
    assert sequence == list(range(1, len(sequence) + 1))
    assert [p.entry.seq for p in bench.published] == sequence
    assert not bench.engine.degraded
    assert "StoreRestored" in bench.events()
    assert bench.published[-1].stored


@virtual
async def test_a_full_disk_is_told_at_once_and_tried_again() -> None:
    """A10."""
    bench = await Bench().start()
    bench.committer.fail = True
    answer = await bench.engine.submit(fire())
    assert (answer.code, answer.stored) == ("", False)
    await asyncio.sleep(2.5)
    assert bench.engine.state.degraded.startswith("the disk is full")
    bench.committer.heal()
    await asyncio.sleep(2)
    assert not bench.engine.degraded
    assert [row.seq for row in bench.committer.rows] == [p.entry.seq for p in bench.published]


@virtual
async def test_what_came_while_a_refused_commit_was_under_way_is_stored_behind_it() -> None:
    """Law 1: in order, whatever became of the first try."""
    bench = await Bench().start()
    bench.committer.hang = True
    bench.engine.offer(opens("west.pir"))
    await asyncio.sleep(0.5)
    bench.engine.offer(opens("west.glass"))
    await asyncio.sleep(0.1)
    bench.committer.refuse()
    await asyncio.sleep(3)
    sequence = [row.seq for row in bench.committer.rows]
    assert sequence == list(range(1, len(sequence) + 1))
    assert [p.entry.seq for p in bench.published] == sequence


@virtual
async def test_answers_wait_for_the_commit_of_what_they_rest_on() -> None:
    """Refusals and answers without an entry too: design, section 1."""
    bench = await Bench().start()
    bench.engine.offer(opens())
    await asyncio.sleep(0.01)
    bench.committer.hang = True
    first = asyncio.ensure_future(bench.engine.submit(ack(1, key="k")))
    again = asyncio.ensure_future(bench.engine.submit(ack(1, key="k")))
    await asyncio.sleep(0.5)
    assert not first.done()
    assert not again.done()
    bench.committer.heal()
    answers = await asyncio.gather(first, again)
    assert [(a.code, a.stored) for a in answers] == [("", True), ("", True)]
    assert bench.events().count("IncidentAcknowledged") == 1


@virtual
async def test_a_deadline_fires_by_itself_and_exactly() -> None:
    """Law 6: the second step begins when the first one's wait is over."""
    bench = await Bench().start()
    bench.engine.offer(fire())
    await asyncio.sleep(59.9)
    assert bench.steps() == [(1, 0)]
    await asyncio.sleep(0.2)
    assert bench.steps() == [(1, 0), (1, 1)]
    first, second = [p.entry.at_ms for p in bench.published if bench.steps([p])]
    assert second - first == 60_000


@virtual
async def test_replaying_what_was_stored_gives_the_live_state() -> None:
    """Law 2."""
    bench = await Bench().start()
    for fact in (opens("west.pir"), opens("west.glass"), ack(1), ack(3), opens("east.smoke")):
        bench.engine.offer(fact)
    await asyncio.sleep(200)
    state = State()
    for row in bench.committer.rows:
        apply(state, decode(row.payload).entry)
    assert core_state.encode(state) == core_state.encode(bench.engine.state)


def test_a_step_that_raises_changes_nothing_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: the state is rebuilt, FactFailed is stored, the next alarm goes its way."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        before = core_state.encode(bench.engine.state)

        def broken(*_: object) -> object:
            raise ZeroDivisionError("planted")

        with monkeypatch.context() as planted:
            planted.setattr(incidents, "answerable", broken)
            answer = await bench.engine.submit(ack(1))
        assert answer.code == "fault"
        failed = bench.published[-1].entry.events[0]
        assert type(failed).__name__ == "FactFailed"
        assert "planted" in str(failed)
        assert before != core_state.encode(bench.engine.state)
        bench.engine.offer(opens())
        await asyncio.sleep(0.01)
        assert any(i.category is Category.INTRUSION for i in bench.engine.state.open_incidents())

    run_virtual(night())


def test_a_deadline_whose_step_raises_does_not_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: tried again once a second, and everything else goes on."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        bench.engine.offer(fire())
        await asyncio.sleep(0.01)
        calls = 0

        def broken(*_: object) -> object:
            nonlocal calls
            calls += 1
            raise ZeroDivisionError("planted")

        monkeypatch.setattr("monitord.core.chain._climb", broken)
        await asyncio.sleep(70)
        assert 5 <= calls <= 15
        answer = await bench.engine.submit(ack(2))
        assert answer.code == ""

    run_virtual(night())


def test_plain_status_gives_way_and_alarms_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 1: what is held in memory is bounded."""

    async def night() -> None:
        bench = await Bench().start()
        bench.committer.hang = True
        monkeypatch.setattr(giving_way, "HELD_BYTES_MAX", 1)
        bench.engine.offer(opens())
        await asyncio.sleep(1.5)
        bench.engine.offer(f.PointChanged("west.pir", PointState.NORMAL))
        bench.engine.offer(opens("west.glass"))
        await asyncio.sleep(0.1)
        assert bench.engine.giving_way.dropped == 1
        assert "west.glass/active" in bench.engine.state.alarms
        assert bench.engine.state.points["west.pir"].state is PointState.ACTIVE

    run_virtual(night())


@virtual
async def test_a_clean_stop_keeps_a_whole_snapshot() -> None:
    """Law 2: the full check runs, and the snapshot stands at a stored position."""
    bench = await Bench().start()
    bench.engine.offer(opens())
    await bench.engine.stop()
    [snapshot] = bench.snapshots
    assert snapshot.head.seq == bench.committer.rows[-1].seq
    assert core_state.decode(snapshot.body) == bench.engine.state


@virtual
async def test_an_entry_has_an_accepted_site_once_and_replays_to_it() -> None:
    """Large sites: the fact names it, the event has it."""
    bench = await Bench().start()
    rows = [row for row in bench.committer.rows if b"SiteAccepted" in row.payload]
    [entry] = [decode(row.payload).entry for row in rows]
    assert isinstance(entry.fact, f.SiteOffered)
    assert entry.fact.site == Site(id="museum")
    [accepted] = [e for e in entry.events if isinstance(e, ev.SiteAccepted)]
    assert accepted.site == museum()
    state = core_state.State()
    for row in bench.committer.rows:
        apply(state, decode(row.payload).entry)
    assert core_state.encode(state) == core_state.encode(bench.engine.state)


@virtual
async def test_a_stop_does_not_wait_for_a_disk_that_hangs() -> None:
    """Law 1: at most 1 s."""
    bench = await Bench().start()
    bench.committer.hang = True
    bench.engine.offer(opens())
    before_ms = bench.clock.boot_ms()
    await bench.engine.stop()
    assert bench.clock.boot_ms() - before_ms <= engine_module.STOP_MS
    assert bench.snapshots == []


@virtual
async def test_a_burst_is_stored_in_batches() -> None:
    """Facts that came together share a commit: design, section 1."""
    bench = await Bench().start()
    before = len(bench.committer.batches)
    for n in range(1_000):
        state = PointState.ACTIVE if n % 2 == 0 else PointState.NORMAL
        bench.engine.offer(f.PointChanged("east.set", state))
    await asyncio.sleep(0.1)
    assert sum(bench.committer.batches[before:]) >= 1_000
    assert len(bench.committer.batches) - before <= 1_000 // 100
    assert max(bench.committer.batches) <= ledger.ROWS_MAX


def test_a_panel_that_says_set_never_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 4: nothing may leave an area less armed, a full memory neither."""

    async def night() -> None:
        bench = await Bench().start()
        monkeypatch.setattr(giving_way, "QUEUE_MAX", 0)
        bench.engine.offer(f.PointChanged("east.set", PointState.ACTIVE))
        bench.engine.offer(f.PointChanged("west.pir", PointState.NORMAL))
        await asyncio.sleep(0.01)
        assert bench.engine.giving_way.dropped == 1
        assert bench.engine.state.areas["gallery"].state == "set"

    run_virtual(night())
