"""Frames: what a driver says arrives as it was said; nothing that a worker sends is believed."""

import struct
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.driver import UNKNOWN, Counted, Paired, PointState, Quality, Reading
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items


def over(said: list[Any]) -> list[Any]:
    """The items on the daemon's side of the socket."""
    frame = f.framed(f.Answer(1, [items.packed(item) for item in said]))
    there = f.said_of(frame[f.HEAD :])
    assert isinstance(there, f.Answer)
    return items.unpacked(there.items)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)
PLAIN = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXTS
VALUES = PLAIN | st.sampled_from(PointState)
READINGS = st.builds(
    Reading,
    point=TEXTS,
    value=VALUES,
    quality=st.sampled_from(Quality),
    device_ms=st.none() | st.integers(0, 2**52),
    once=st.booleans(),
    by=st.none() | TEXTS,
    key=st.none() | TEXTS,
    raw=st.none() | TEXTS,
)
COUNTED = st.builds(
    Counted,
    contact=st.booleans() | st.integers(0, 1) | st.sampled_from(PointState),
    count=st.integers(0, 2**32 - 1),
    bits=st.integers(1, 64),
)
PAIRED = st.builds(Paired, contact=st.booleans(), opposite=st.booleans())


@given(st.lists(VALUES | st.just(UNKNOWN) | READINGS | COUNTED | PAIRED, max_size=8))
def test_every_item_arrives_as_it_was_said(said: list[Any]) -> None:
    """Type by type: a text that spells a state is a text, and 1 is not True."""
    there = over(said)
    assert there == said
    assert [type(item) for item in there] == [type(item) for item in said]


def test_what_no_frame_can_hold_is_said_as_a_driver_in_the_daemon_would_be_understood() -> None:
    surrogate, long, odd, count = over(["\udcff", "x" * 999, object(), Counted(True, 1, 2**40)])
    assert surrogate == "?"
    assert len(long) == 200
    assert odd is UNKNOWN
    assert count is UNKNOWN, "a count of so many bits would fill the memory"
    [raw] = over([Reading("p", True, raw="y" * 999)])
    assert len(raw.raw) == 200
    [huge] = over([2**80])
    assert huge == float("inf"), "neither a contact nor a measurement: never normal"
    with pytest.raises(items.TooLong):
        items.packed(Reading("p", True, key="k" * 2_000))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xc1",
        b"\x93\x01\x02\x03",
        msgspec.msgpack.encode(["answer", 1]),
        msgspec.msgpack.encode(["answer", "1", []]),
        msgspec.msgpack.encode(["answer", 1, [["state", "sunny"]]]),
        msgspec.msgpack.encode(["answer", 1, [["counted", True, False, 1, 2**40]]]),
        msgspec.msgpack.encode(["answer", 1, ["x" * 201]]),
        msgspec.msgpack.encode(["answer", 1, [{"a": 1}]]),
        msgspec.msgpack.encode(["answer", 1, [b"bytes"]]),
        msgspec.msgpack.encode(["reading", "p", 1]),
        msgspec.msgpack.encode(["failed", 1, "mood", False, ""]),
        msgspec.msgpack.encode(["failed", 1, "silent", False, "x" * 501]),
        msgspec.msgpack.encode(["open", 1, 1, [], None]),
        b"\x91" * 100_000,
    ],
)
def test_what_is_no_frame_is_garbage_and_nothing_else(said: bytes) -> None:
    with pytest.raises(items.Garbage):
        f.said_of(said)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(said: bytes) -> None:
    try:
        frame = f.said_of(said)
        if isinstance(frame, f.Answer):
            items.unpacked(frame.items)
    except items.Garbage:
        pass


def test_a_state_that_is_none_is_garbage_in_a_reading_too() -> None:
    told = ["reading", "p", "sunny", True, "good", None, False, None, None, None]
    said = f.said_of(msgspec.msgpack.encode(["answer", 1, [told]]))
    assert isinstance(said, f.Answer)
    with pytest.raises(items.Garbage):
        items.unpacked(said.items)


def test_a_frame_has_a_bound_both_ways() -> None:
    with pytest.raises(items.TooLong):
        f.framed(f.Answer(1, ["x" * 200] * 10_000))
    for length in (0, f.FRAME_MAX + 1, 2**32 - 1):
        with pytest.raises(items.Garbage):
            f.length_of(struct.pack(">I", length))
