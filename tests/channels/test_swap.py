"""Channels that change while calls are made: nothing is lost, nothing is called twice."""

import asyncio
from collections.abc import Callable

from monitord.channels.contract import Delivery, Message
from monitord.runtime.outbox import Outbox
from monitord.vocabulary import Outcome
from tests.channels.test_outbox import CoreEngine, Phone, alarm, engine, make

__all__ = ["engine", "make"]


async def test_a_call_on_its_way_ends_where_it_began_and_the_next_takes_the_new_channel(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    go = asyncio.Event()

    async def slow(_: Message) -> Delivery:
        await go.wait()
        return Delivery(Outcome.HANDED_OVER)

    old, new = Phone(slow), Phone()
    outbox = make({"sms": old, "voice": Phone()})
    engine.offer(alarm())
    await engine.until(lambda: bool(old.messages))
    await outbox.swap({"sms": new}, ())
    engine.offer(alarm())
    await engine.until(lambda: bool(new.messages))
    assert len(old.messages) == 1
    assert not old.closed, "a call is on its way on it"
    go.set()
    await engine.until(lambda: len(engine.outcomes()) == 4)
    assert set(engine.outcomes().values()) == {Outcome.HANDED_OVER}
    async with asyncio.timeout(5):
        while not old.closed:
            await asyncio.sleep(0)


async def test_a_channel_that_left_the_site_fails_for_certain_so_that_the_next_is_called(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    sms = Phone()
    outbox = make({"sms": sms, "voice": Phone()})
    await outbox.swap({}, ["sms"])
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) == 2)
    assert not sms.messages
    assert sorted(engine.outcomes().values()) == [Outcome.FAILED, Outcome.HANDED_OVER]
