"""Outward paths as the calls on them show them: whether the other end answered at all (A4)."""

import asyncio

import msgspec
import pytest

from monitord.channels.contract import Delivery
from monitord.channels.words import Situation, spoken
from monitord.core import facts as f
from monitord.runtime.outbox import Outbox
from monitord.vocabulary import Category, Condition, Outcome, PathState
from tests.channels.samples import SITE
from tests.channels.test_outbox import REACH, CoreEngine, Phone, alarm


def an_engine(*, outside: bool) -> CoreEngine:
    engine = CoreEngine()
    site = engine.state.site
    sms = msgspec.structs.replace(site.channels["sms"], outside=outside)
    engine.state.site = msgspec.structs.replace(site, channels={**site.channels, "sms": sms})
    return engine


@pytest.mark.parametrize(
    ("outside", "reached", "told"),
    [(True, False, True), (True, True, False), (True, None, False), (False, False, False)],
)
async def test_a_call_that_reaches_nothing_tells_that_its_path_fails(
    outside: bool, reached: bool | None, told: bool
) -> None:
    """A4: the other end, not the person: one who is out is no lost path."""
    engine = an_engine(outside=outside)
    failed = Delivery(Outcome.FAILED, "nobody listens there", reached=reached)
    outbox = Outbox(
        engine, {"sms": Phone(lambda _: failed), "voice": Phone()}, lambda p: REACH[p], None
    )
    engine.listener = outbox.on_published
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) >= 2)
    assert bool(engine.of(f.PathLost)) is told
    assert ("sms" in engine.state.paths) is told
    await outbox.close()


async def test_a_call_that_gets_through_tells_that_the_path_works() -> None:
    engine = an_engine(outside=True)
    engine.offer(f.PathLost("sms"))
    answered = Delivery(Outcome.FAILED, "answered 500", reached=True)
    outbox = Outbox(
        engine, {"sms": Phone(lambda _: answered), "voice": Phone()}, lambda p: REACH[p], None
    )
    engine.listener = outbox.on_published
    assert engine.state.paths["sms"].state is PathState.FAILING
    engine.offer(alarm())
    await engine.until(lambda: bool(engine.of(f.PathReturned)))
    assert "sms" not in engine.state.paths
    await asyncio.wait_for(outbox.close(), 5)


def test_people_are_told_which_path_is_lost_and_that_nothing_gets_out() -> None:
    one = Situation(
        category=Category.TECHNICAL, area="", source="monitord.path.sms", condition=Condition.FAULT
    )
    every = Situation(
        category=Category.TAMPER, area="", source="monitord.paths", condition=Condition.TAMPER
    )
    assert "An outward path is lost: sms." in spoken(SITE, one)
    assert "every outward path is lost" in spoken(SITE, every)
    assert "Place not known" not in spoken(SITE, one) + spoken(SITE, every)
