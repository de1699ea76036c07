"""Each task that stalls stops the pulse; a disk that stalls is told and does not (T8.2)."""

import asyncio
from collections.abc import Callable

import pytest

from monitord.channels.contract import Delivery, Message
from monitord.core import facts as f
from monitord.runtime import lane, ledger
from monitord.runtime.engine import Engine
from monitord.runtime.lane import Lane
from monitord.runtime.outbox import Outbox
from monitord.runtime.probes import watch_guard
from monitord.runtime.pulse import Notifier, Pulse
from monitord.testing.loop import run_virtual
from monitord.vocabulary import Category, Outcome, Proof
from tests.runtime.engine_parts import Bench
from tests.runtime.supervised import FakeIo

Patch = pytest.MonkeyPatch
FIRE = f.Declare(category=Category.FIRE, area="store", by="anna", proof=Proof.LOGIN)


class Phone:
    """Takes every call up, or never comes back from one."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs

    async def open(self) -> None:
        """Ready."""

    async def deliver(self, message: Message) -> Delivery:
        if self._hangs:
            await asyncio.Event().wait()
        return Delivery(Outcome.HANDED_OVER)

    async def close(self) -> None:
        """Nothing to let go of."""


class Watched:
    """An engine and an outbox on a bench, and the pulse that asks them once a second."""

    def __init__(self, bench: Bench, *, phone_hangs: bool = False) -> None:
        self.bench, self.io, self.said = bench, FakeIo(), [""]
        phones = {name: Phone(hangs=phone_hangs) for name in ("voice", "sms", "mail")}
        self.outbox = Outbox(bench.engine, phones, lambda _: dict.fromkeys(phones, "1"), None)
        bench.engine.subscribe(self.outbox.on_published)
        self.pulse = Pulse(bench.clock, self.io, Notifier())
        watch_guard(self.pulse, bench.engine, self.outbox, lambda _: "")

    async def fire(self, seconds: float) -> None:
        """An alarm, and then so much time with a pulse in every second of it."""
        self.bench.engine.offer(FIRE)
        for _ in range(round(seconds)):
            await asyncio.sleep(1)
            self.said.append(self.pulse.tick())


def never_wakes_for_time(patch: Patch) -> None:
    """The escalation scheduler: a deadline is due and nothing steps it."""
    patch.setattr(Engine, "_set_timer", lambda _self: None)


def never_wakes_for_facts(patch: Patch) -> None:
    """A fact waits and nothing steps it."""
    patch.setattr(Engine, "_may_step", lambda _self: False)


def never_looks_at_the_disk(patch: Patch) -> None:
    """A commit hangs and the engine does not see it."""
    patch.setattr(ledger, "STALL_MS", 600_000)


def makes_no_call(patch: Patch) -> None:
    """A call waits although there is a place for it."""
    patch.setattr(Lane, "_pump", lambda _self: None)


def forgets_a_call(patch: Patch) -> None:
    """A call is on its way for ever: nobody watches it any more."""

    async def watch(_self: Lane, _job: object, _on_way: object) -> None:
        """Not at all."""

    patch.setattr(Lane, "_watch", watch)


@pytest.mark.parametrize(
    ("stall", "says"),
    [
        (never_wakes_for_time, "decide: a deadline is due"),
        (never_wakes_for_facts, "facts wait"),
        (never_looks_at_the_disk, "store: a commit has not come back"),
        (makes_no_call, "calls on voice do not get on"),
        (forgets_a_call, "calls on voice do not get on"),
    ],
)
def test_one_stalled_task_stops_the_pulse(
    stall: Callable[[Patch], None], says: str, monkeypatch: Patch
) -> None:
    """A2: the others go on, and the service manager is to start the daemon again all the same."""

    async def night() -> None:
        watched = Watched(await Bench().start())
        stall(monkeypatch)
        watched.bench.committer.hang = stall is never_looks_at_the_disk
        if stall is never_wakes_for_facts:
            watched.bench.engine._wake.set()
        await watched.fire(20)
        if stall is forgets_a_call:
            assert not any(watched.said), "a channel may take its time"
            await watched.fire(lane.DELIVER_S)
        if stall is never_wakes_for_time:
            await watched.fire(60)
        assert says in watched.said[-1]
        assert len(watched.io.alive) < len(watched.said) - 1
        monkeypatch.undo()
        await watched.outbox.close()

    run_virtual(night())


def test_a_disk_that_hangs_and_channels_that_hang_are_no_reason_to_be_killed() -> None:
    """A2, law 1: declared degraded within a second, and the pulse goes on."""

    async def night() -> None:
        watched = Watched(await Bench().start(), phone_hangs=True)
        watched.bench.committer.hang = True
        await watched.fire(600)
        assert watched.bench.engine.degraded
        assert not any(watched.said)
        await watched.outbox.close()

    run_virtual(night())
