"""The replica: equal to the daemon at the same position, and honest about a link that is gone."""

import asyncio

import msgspec
import pytest

from monitord.console.replica import WHOLE_MS, Replica
from monitord.core.state import encode
from monitord.runtime.control.server import ControlServer
from tests.console.conftest import Console
from tests.runtime.control.house import House


async def test_it_is_equal_to_the_daemon_at_the_same_position(
    house: House, console: Console
) -> None:
    """Law 3."""
    house.trip()
    house.trip("west")
    replica = console.desk.replica
    async with asyncio.timeout(2):
        while replica.state is None or replica.state.position != house.engine.state.position:
            await asyncio.sleep(0.01)
    assert encode(replica.state) == encode(house.engine.state)


async def test_it_says_since_when_it_is_not_true_any_more(
    daemon: ControlServer, console: Console
) -> None:
    replica = console.desk.replica
    assert replica.fresh
    assert replica.last_true_utc_ms is not None
    await daemon.close()
    async with asyncio.timeout(3):
        while replica.fresh:
            await asyncio.sleep(0.01)
    assert replica.lost


async def test_it_begins_anew_where_the_journal_does_not_have_its_position(
    house: House, daemon: ControlServer, console: Console
) -> None:
    """A daemon whose journal was lost: the old state must not go on being shown."""
    house.trip()
    replica = console.desk.replica
    await daemon.close()
    other = House()
    again = ControlServer(other.desk, daemon.path.parent)
    await again.open()
    try:
        async with asyncio.timeout(5):
            while not (replica.fresh and replica.state and not replica.state.incidents):
                await asyncio.sleep(0.01)
    finally:
        await again.close()


async def test_how_all_of_it_stands_is_worked_out_once_for_all_until_something_happens(
    house: House, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never lent to somebody who may see less of it (G9)."""
    replica = console.desk.replica
    monkeypatch.setattr(Replica, "now_ms", lambda _: 1_000_000)
    assert replica.state is not None
    before = replica.whole(replica.state)
    assert replica.whole(replica.state) is before
    less = msgspec.structs.replace(replica.state, incidents={})
    assert replica.whole(less) is not before
    house.trip()
    await replica.reach(house.engine.state.position)
    after = replica.whole(replica.state)
    assert [i["number"] for i in after["open"]] == [1]
    assert replica.whole(less)["open"] == []
    assert replica.whole(replica.state) is after
    monkeypatch.setattr(Replica, "now_ms", lambda _: 1_000_000 + WHOLE_MS)
    assert replica.whole(replica.state) is not after
    replica.degraded = True
    assert replica.whole(replica.state)["store"]["degraded"]
