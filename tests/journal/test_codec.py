"""Entries as bytes: every type round trips, and a newer version's words are told, not guessed."""

import typing
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitord.core.events import AnyEvent, Entry
from monitord.core.facts import AnyFact, UnknownFact
from monitord.core.site import Site
from monitord.journal.codec import NotAnEntry, Skipped, decode, encode, place_of
from tests.journal.samples import entry

FACTS: tuple[Any, ...] = typing.get_args(AnyFact)
EVENTS: tuple[Any, ...] = typing.get_args(AnyEvent)

small_ints = st.integers(-(1 << 53), 1 << 53)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
floats = st.floats(allow_nan=False, allow_infinity=False)


def strategy_of(kind: Any) -> st.SearchStrategy[Any]:
    """Every field of a Struct drawn by its type, defaults included."""
    if kind is Site:
        return st.builds(Site, id=texts, timezone=texts)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return st.builds(
            kind,
            **{
                field.name: strategy_of(hints[field.name]) for field in msgspec.structs.fields(kind)
            },
        )
    origin = typing.get_origin(kind)
    if origin is tuple:
        parts = typing.get_args(kind)
        if parts[1:] == (...,):
            return st.lists(strategy_of(parts[0]), max_size=2).map(tuple)
        return st.tuples(*map(strategy_of, parts))
    if origin is dict:
        return st.dictionaries(*map(strategy_of, typing.get_args(kind)), max_size=2)
    if origin is not None:
        return st.one_of([strategy_of(part) for part in typing.get_args(kind)])
    basic = {str: texts, int: small_ints, float: floats, bool: st.booleans(), type(None): st.none()}
    return basic[kind] if kind in basic else st.sampled_from(list(kind))


@pytest.mark.parametrize("kind", FACTS + EVENTS, ids=lambda kind: str(kind.__name__))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_type_round_trips(kind: Any, data: st.DataObject) -> None:
    """A3: what was stored is what comes back, for every fact and every event there is."""
    drawn = data.draw(strategy_of(kind))
    plain = entry(1)
    if kind in FACTS:
        written = msgspec.structs.replace(plain, fact=drawn)
    else:
        written = msgspec.structs.replace(plain, events=(drawn, *plain.events))
    read = decode(encode(written))
    assert read.entry == written
    assert read.skipped == ()
    assert encode(read.entry) == encode(written)


def changed(change: typing.Callable[[dict[str, Any]], object]) -> bytes:
    """The sample entry as another version would have written it."""
    document: dict[str, Any] = msgspec.json.decode(encode(entry(7)))
    change(document)
    return msgspec.json.encode(document)


def test_an_unknown_event_is_skipped_and_told() -> None:
    """Law 2: kept, skipped and alarmed; the events that are known still count."""
    payload = changed(lambda doc: doc["events"].insert(1, {"type": "MoonRose", "phase": 3}))
    read = decode(payload)
    assert read.entry == entry(7)
    assert [skipped.type for skipped in read.skipped] == ["MoonRose"]


def test_an_unknown_fact_keeps_its_name_and_its_events() -> None:
    read = decode(changed(lambda doc: doc.update(fact={"type": "MoonSeen", "by": "guard-1"})))
    assert read.entry.fact == UnknownFact(fact_type="MoonSeen")
    assert read.entry.events == entry(7).events
    assert [skipped.type for skipped in read.skipped] == ["MoonSeen"]


def test_an_unknown_word_of_a_closed_set_skips_that_event_alone() -> None:
    """Law 4: a state we do not know must never be taken for a normal one."""
    read = decode(changed(lambda doc: doc["events"][0].update(state="glowing")))
    assert read.entry.events == entry(7).events[1:]
    assert read.skipped[0].type == "PointStateChanged"
    assert "glowing" in read.skipped[0].reason


def test_an_extra_field_is_passed_over() -> None:
    read = decode(changed(lambda doc: (doc["events"][0].update(colour=1), doc.update(w=2))))
    assert read.entry == entry(7)
    assert read.skipped == ()


def test_a_newer_format_is_told() -> None:
    read = decode(changed(lambda doc: doc.update(v=9)))
    assert read.entry.events == entry(7).events
    assert read.skipped == (Skipped("entry", "format 9 is newer than 1"),)


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"null", b"[1,2]", b'{"v":1}', b"\xff\xfe", b"[" * 200_000, encode(entry(1))[:-1]],
    ids=["empty", "brace", "null", "list", "bare", "binary", "deep", "cut"],
)
def test_what_is_no_entry_is_said_to_be_none(payload: bytes) -> None:
    with pytest.raises(NotAnEntry):
        decode(payload)
    if payload != encode(entry(1))[:-1]:
        with pytest.raises(NotAnEntry):
            place_of(payload)


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 60))
def test_damage_never_raises_anything_else(noise: bytes, at: int, cut: int) -> None:
    whole = encode(entry(3))
    payload = whole[:at] + noise + whole[at + cut :]
    try:
        read = decode(payload)
    except NotAnEntry:
        return
    assert isinstance(read.entry, Entry)


def test_text_that_is_no_unicode_is_stored_all_the_same() -> None:
    """A panel's garbage must not hold the batch up that an alarm stands in."""
    stored = decode(encode(entry(1, word="case\udcff7"))).entry
    assert stored == entry(1, word="case?7")


def test_the_place_is_read_without_the_rest() -> None:
    place = place_of(changed(lambda doc: doc.update(events="?", fact=None)))
    assert (place.epoch, place.seq, place.at_ms) == (1, 7, 70)
