"""The feed and the vitals: no gap between what is stored and what comes live."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from monitord.core import facts as f
from monitord.core.state import State, decode, encode
from monitord.core.step import apply
from monitord.journal.codec import decode as decode_entry
from monitord.runtime.control import live
from monitord.vocabulary import PointState
from tests.runtime.control.house import Client, House


async def test_a_feed_replays_to_the_same_state(house: House, client: Client) -> None:
    """Law 3: a replica fed from the beginning equals the daemon, byte for byte."""
    house.trip()
    replica = State()
    await client.send(b'{"do": "feed", "live": false}')
    while "end" not in (reply := await client.receive()):
        apply(replica, decode_entry(msgspec.json.encode(reply["entry"])).entry)
    assert encode(replica) == encode(house.engine.state)


async def test_a_snapshot_and_the_feed_behind_it_meet(house: House, client: Client) -> None:
    house.trip()
    snapshot = await client.ask("snapshot")
    replica = decode(msgspec.json.encode(snapshot["state"]))
    assert replica.position == snapshot["position"]
    house.trip("west")
    await client.send(
        b'{"do": "feed", "live": false, "after": "%s"}' % snapshot["position"].encode()
    )
    while "end" not in (reply := await client.receive()):
        apply(replica, decode_entry(msgspec.json.encode(reply["entry"])).entry)
    assert encode(replica) == encode(house.engine.state)


async def test_what_happens_comes_live_and_once(house: House, client: Client) -> None:
    await client.send(b'{"do": "feed"}')
    seen = [await client.receive() for _ in range(len(house.engine.rows))]
    house.trip()
    seen.append(await client.receive())
    assert [reply["seq"] for reply in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["stored"]


async def test_a_position_that_is_gone_names_the_snapshot(house: House, client: Client) -> None:
    """The 410 of the feed."""
    reply = await client.ask("feed", after="1.4711")
    assert (reply["ok"], reply["code"]) == (False, "gone")
    assert reply["snapshot"] == house.engine.state.position


async def test_a_position_is_written_as_it_is(client: Client) -> None:
    assert (await client.ask("feed", after="soon"))["code"] == "bad-input"


async def test_a_degraded_store_is_fed_from_a_snapshot(house: House, client: Client) -> None:
    """Law 1: what is held in memory leaves marked; who missed some starts from a snapshot."""
    house.engine.degraded = True
    house.trip()
    await client.send(b'{"do": "feed"}')
    for _ in house.engine.rows:
        assert (await client.receive())["stored"]
    house.trip("west")
    refused = await client.receive()
    assert refused["code"] == "gone"
    snapshot = await client.ask("snapshot")
    await client.send(b'{"do": "feed", "after": "%s"}' % snapshot["position"].encode())
    await _until(lambda: house.engine.listeners == 1)
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.NORMAL))
    live = await client.receive()
    assert not live["stored"]
    assert live["seq"] == house.engine.state.seq


async def test_a_reader_of_history_that_gave_way_starts_from_a_snapshot(
    house: House, client: Client
) -> None:
    """Law 3: what it was told and nobody stored is no base to go on from."""
    house.engine.degraded = True
    await client.send(b'{"do": "feed"}')
    for _ in house.engine.rows:
        await client.receive()
    before = house.engine.state.seq
    house.engine.take(f.HistoryFull(after_seq=before - 2, entries=2, from_ms=1))
    refused = await client.receive()
    assert refused["code"] == "gone"
    assert refused["snapshot"] == house.engine.state.position


async def test_watch_shows_raw_and_decided_values(client: Client) -> None:
    """A10: vitals of one device, once a second."""
    reply = await client.ask("watch", device="east")
    assert [d["device"] for d in reply["devices"]] == ["east"]
    point = reply["devices"][0]["points"][0]
    assert (point["raw"], point["state"]) == ("active", "normal")


async def test_how_devices_do_is_told_without_their_points(client: Client) -> None:
    """A page of 200 devices asks for as many lines, not for 12,800."""
    reply = await client.ask("watch", points=False)
    assert [(d["device"], d["age_ms"], d["points"]) for d in reply["devices"]] == [
        ("east", 120, []),
        ("west", 9_000, []),
    ]


async def test_watching_nothing_names_the_nearest(client: Client) -> None:
    assert "did you mean east?" in (await client.ask("watch", device="easst"))["text"]


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not happen")


async def test_a_frame_is_made_once_for_all_who_watch(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 12: ten watchers of 12,800 points cost what one costs, and others have their turn."""
    made = 0
    encode_json = msgspec.json.encode

    def counted(value: object) -> bytes:
        nonlocal made
        made += 1
        return encode_json(value)

    monkeypatch.setattr(live, "POINTS_AT_A_TIME", 1)
    monkeypatch.setattr("monitord.runtime.control.live.msgspec.json.encode", counted)
    frames, frame = live.LiveFrames(), house.desk.frame()
    loop = asyncio.get_running_loop()
    watchers = [loop.create_task(frames.devices(house.desk, frame)) for _ in range(10)]
    await asyncio.sleep(0)
    assert made < len(frame.devices), "another task ran between two devices"
    shown = await asyncio.gather(*watchers)
    assert made == len(frame.devices)
    assert all(devices is shown[0] for devices in shown)
    later = house.desk.frame()
    assert later is not frame
    assert await frames.devices(house.desk, later) is not shown[0]


async def test_one_device_is_watched_alone(house: House, client: Client) -> None:
    await client.send(b'{"do": "watch", "device": "east"}')
    reply = await client.receive()
    assert [d["device"] for d in reply["devices"]] == ["east"]
    assert reply["devices"][0]["points"][0]["state"] == "normal"
    assert reply["devices"][0]["points"][0]["raw"] == "active"
