"""A bug in any concern is a fault, not the end: planted one by one, survived each time (law 13)."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitord.core import alarms, chain, invariants
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import step as step_module
from monitord.runtime.failing import REMEMBERED_MAX, Failing
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Category, Cause, PointState, Proof
from tests.runtime.engine_parts import Bench

CONCERNS = range(len(step_module._ORDER))
NAMES = [decide.__module__.rpartition(".")[2] for decide in step_module._ORDER]


def plant(patch: pytest.MonkeyPatch, place: int, when: Callable[[f.AnyFact], bool]) -> list[str]:
    """Make the concern at ``place`` raise for some facts; returns what it has raised for."""
    raised: list[str] = []
    original = step_module._ORDER[place]

    def broken(state: Any, now_ms: int, fact: f.AnyFact, so_far: Any) -> Iterator[ev.AnyEvent]:
        yield from original(state, now_ms, fact, so_far)
        if when(fact):
            raised.append(type(fact).__name__)
            raise KeyError("planted")

    order = list(step_module._ORDER)
    order[place] = broken
    patch.setattr(step_module, "_ORDER", tuple(order))
    patch.setattr(step_module, "_WAKES", {})  # a bug is wherever it is: all are asked
    return raised


def calls(bench: Bench, first_out: str) -> list[str]:
    """Whom an incident with this first alarm had called."""
    numbers = {
        e.incident
        for p in bench.published
        for e in p.entry.events
        if isinstance(e, ev.IncidentOpened) and e.first_out == first_out
    }
    return [
        e.person
        for p in bench.published
        for e in p.entry.events
        if isinstance(e, ev.CallPlaced) and e.incident in numbers
    ]


def fire() -> f.Declare:
    return f.Declare(category=Category.FIRE, area="store", by="anna", proof=Proof.LOGIN)


@pytest.mark.parametrize("place", CONCERNS, ids=NAMES)
@pytest.mark.parametrize(
    "signal",
    [
        f.PointChanged("west.pir", PointState.ACTIVE),
        f.DeviceReturned("west", (f.Sample("west.pir", PointState.ACTIVE),)),
    ],
    ids=["changed", "returned"],
)
def test_a_bug_in_any_concern_costs_no_alarm(
    place: int, signal: f.AnyFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 13, A3: the signal is called by the bare path, and the bug is told too."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        raised = plant(monkeypatch, place, lambda fact: isinstance(fact, type(signal)))
        bench.engine.offer(signal)
        await asyncio.sleep(0.1)
        assert raised
        assert calls(bench, "west.pir/active") == ["anna"]
        assert calls(bench, "monitord.step/fault") == ["anna"]
        assert invariants.check(bench.engine.state) == []
        assert [row.seq for row in bench.committer.rows] == [p.entry.seq for p in bench.published]
        await asyncio.sleep(61)
        assert calls(bench, "west.pir/active") == ["anna", "boris"]

    run_virtual(night())


@pytest.mark.parametrize("place", CONCERNS, ids=NAMES)
def test_a_bug_that_fails_on_everything_still_calls_for_an_alarm(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 13: even StepFailed raises, and so does every deadline: the bare path goes on calling."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        plant(monkeypatch, place, lambda fact: True)
        bench.engine.offer(f.PointChanged("west.pir", PointState.ACTIVE))
        await asyncio.sleep(0.1)
        assert calls(bench, "west.pir/active") == ["anna"]
        await asyncio.sleep(200)
        assert calls(bench, "west.pir/active")[:4] == ["anna", "boris", "anna", "boris"]
        assert len(bench.published) < 60
        assert not bench.engine.state.position.startswith("0.")

    run_virtual(night())


@pytest.mark.parametrize(
    "handled", [ev.IncidentOpened, ev.StepStarted, ev.CallPlaced, ev.AlarmOccurred, ev.FactFailed]
)
def test_a_bug_in_a_handler_costs_no_alarm(
    handled: type[ev.AnyEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 13: the bare path has handlers of its own."""

    async def night() -> None:
        bench = await Bench(strict=False).start()

        def broken(state: object, event: object) -> None:
            raise KeyError("planted")

        monkeypatch.setitem(step_module._EVOLVE, handled, broken)
        bench.engine.offer(f.PointChanged("west.pir", PointState.ACTIVE))
        await asyncio.sleep(0.1)
        assert calls(bench, "west.pir/active") == ["anna"]
        bench.engine.offer(f.PointChanged("west.glass", PointState.ACTIVE))
        await asyncio.sleep(0.1)
        joined = "west.glass/active" in bench.engine.state.incidents[1].alarms
        assert joined or calls(bench, "west.glass/active") == ["anna"]

    run_virtual(night())


def test_broken_invariants_cost_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: a step that leaves the state broken changed nothing, and the signal is called."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        monkeypatch.setattr(invariants, "touched", lambda state, events: ["planted"])
        bench.engine.offer(f.PointChanged("west.pir", PointState.TAMPER))
        await asyncio.sleep(0.1)
        assert calls(bench, "west.pir/tamper") == ["anna"]

    run_virtual(night())


def test_one_failing_deadline_keeps_no_other_from_firing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: of three incidents that climb at the same moment, one cannot."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        bench.engine.offer(fire())
        bench.engine.offer(fire())
        bench.engine.offer(fire())
        original = chain._climb

        def broken(state: Any, now_ms: int, incident: Any, why: str) -> Iterator[ev.AnyEvent]:
            if incident.number == 3:
                raise KeyError("planted")
            return original(state, now_ms, incident, why)

        monkeypatch.setattr(chain, "_climb", broken)
        await asyncio.sleep(0.1)
        numbers = [i.number for i in bench.engine.state.open_incidents()]
        await asyncio.sleep(60.5)
        climbed = {number for number, index in bench.steps() if index == 1}
        assert climbed == {n for n in numbers if bench.engine.state.incidents[n].declared_by}
        assert 3 in climbed, "by the bare path"

    run_virtual(night())


def test_a_deadline_that_always_fails_neither_spins_nor_fills_the_journal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 13: tried after 1 s, doubling to a minute; one technical alarm, told anew by the hour."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        seen = len(bench.published)
        tries = plant(monkeypatch, NAMES.index("supervision"), _is_time)
        bench.engine.offer(f.DeviceLost("west", "silent"))  # type: ignore[arg-type]
        await asyncio.sleep(2 * 3_600)
        told = [
            e for p in bench.published[seen:] for e in p.entry.events if type(e) is ev.FactFailed
        ]
        of_device = [e.count for e in told if e.fact_type == "TimePassed device"]
        assert 1 <= len(of_device) <= 4, "the silent device itself, then the bug, by the hour"
        assert of_device[-1] > 60
        assert len(told) <= 3 * 130, "beside it only steps of three chains, each of which calls"
        assert 100 < len(tries) < 2_500
        own = [i for i in bench.engine.state.open_incidents() if "monitord" in i.first_out]
        assert len(own) == 1

    def _is_time(fact: f.AnyFact) -> bool:
        return isinstance(fact, f.TimePassed)

    run_virtual(night())


def test_a_silent_panel_calls_although_its_deadline_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: once, also where it fails for an hour."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        plant(monkeypatch, NAMES.index("supervision"), lambda fact: isinstance(fact, f.TimePassed))
        bench.engine.offer(f.DeviceLost("west", Cause.SILENT))
        await asyncio.sleep(30)
        assert calls(bench, "west/tamper")[:1] == ["anna"]
        for incident in tuple(bench.engine.state.open_incidents()):
            seen = incident.rev
            await bench.engine.submit(
                f.Acknowledge(incident=incident.number, seen=seen, by="anna", proof=Proof.LOGIN)
            )
        await asyncio.sleep(3_600)
        opened = [
            e.first_out
            for p in bench.published
            for e in p.entry.events
            if isinstance(e, ev.IncidentOpened)
        ]
        assert opened.count("west/tamper") == 1

    run_virtual(night())


def test_a_deadline_that_nothing_takes_is_a_bug_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 13: it is told, and the engine does not spin."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        bench.engine.state.deadlines["moon:1"] = bench.engine.now_ms() + 10
        bench.engine.offer(fire())
        await asyncio.sleep(61)
        failed = [e for p in bench.published for e in p.entry.events if type(e) is ev.FactFailed]
        assert [e.fact_type for e in failed] == ["TimePassed moon"]
        assert (1, 1) in bench.steps()

    run_virtual(night())


def test_a_bug_that_is_gone_leaves_the_engine_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again, and then goes its usual way."""

    async def night() -> None:
        bench = await Bench(strict=False).start()
        with monkeypatch.context() as planted:
            planted.setattr(alarms, "_device", _raises)
            bench.engine.offer(f.DeviceLost("west", "silent"))  # type: ignore[arg-type]
            await asyncio.sleep(30)
            assert "west/tamper" not in bench.engine.state.alarms
        await asyncio.sleep(61)
        assert "west/tamper" in bench.engine.state.alarms
        assert invariants.check(bench.engine.state) == []

    def _raises(*_: object) -> Iterator[ev.AnyEvent]:
        raise KeyError("planted")

    run_virtual(night())


def test_what_fails_waits_twice_as_long_each_time_and_is_forgotten_in_the_end() -> None:
    failing = Failing(1_000, 60_000)
    waits, now_ms = [], 0
    for _ in range(9):
        failing.failed("x", now_ms)
        waits.append(failing.until_ms("x") - now_ms)
        now_ms = failing.until_ms("x")
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
    assert not failing.waits("x", now_ms)
    failing.over(now_ms)
    assert not failing
    for number in range(REMEMBERED_MAX + 1):
        failing.failed(str(number), 0)
    assert not failing.waits("0", 0)
    assert len(failing.waiting(0)) == REMEMBERED_MAX
