"""Texts of panels, as they become facts: only what can be stored (laws 2 and 12)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core.facts import Sample
from monitord.core.signals import Change, Momentary
from monitord.driver import DeviceFault, Reading
from monitord.runtime.health import Health
from monitord.runtime.readings import RAW_MAX, fact_of, unwrap, valid
from monitord.vocabulary import PointState

LONE = "\ud83d"


@given(st.text(st.characters(codec=None)))
def test_what_is_valid_can_be_stored_and_read_back(text: str) -> None:
    """A replay of the journal has the same text as the live state."""
    stored = valid(text)
    assert msgspec.json.decode(msgspec.json.encode(stored)) == stored


@given(st.text())
def test_valid_text_stays_as_it_is(text: str) -> None:
    """Nothing of it is lost."""
    assert valid(text) == text


@pytest.mark.parametrize(
    ("text", "stored"), [(f"zone {LONE}", "zone ?"), (f"{LONE}{LONE}é", "??é")]
)
def test_half_a_character_shows_as_one_that_is_missing(text: str, stored: str) -> None:
    """One sign for each, as the journal itself would put it."""
    assert valid(text) == stored


@pytest.mark.parametrize("item", [LONE, Reading("p", LONE)])
def test_values_are_cleaned_before_they_are_compared(item: object) -> None:
    """Bare or with more known about them."""
    assert unwrap(item) == "?"


def test_happenings_are_cleaned() -> None:
    """What has no end carries a text too."""
    happened = unwrap(Reading("p", LONE, once=True))
    assert isinstance(happened, Momentary)
    assert happened.value == "?"


def test_whatever_a_reading_names_is_cleaned() -> None:
    """User, key and the text as received; that one is still cut."""
    change = Change(0, Sample("a.p", PointState.ACTIVE))
    fact = fact_of(change, Reading("p", value=True, by=LONE, key=LONE, raw=LONE * 300))
    assert (fact.by, fact.key, fact.raw) == ("?", "a.p/?", "?" * RAW_MAX)


@pytest.mark.parametrize(
    ("device_ms", "told"), [(-5, -5), (1_795_000_000_000, 1_795_000_000_000), (10**30, None)]
)
def test_a_clock_that_cannot_be_written_down_is_none(device_ms: int, told: int | None) -> None:
    """And costs nothing else of what the device said."""
    change = Change(0, Sample("a.p", PointState.ACTIVE))
    fact = fact_of(change, Reading("p", value=True, device_ms=device_ms, by="x" * 999))
    assert (fact.device_ms, len(fact.by)) == (told, RAW_MAX)
    assert msgspec.json.encode(fact)


def test_what_a_fault_says_is_cleaned() -> None:
    """A driver may put a panel's own words into it."""
    health = Health("a", limit_ms=1, now_ms=0)
    lost = health.failed(DeviceFault(f"panel says {LONE}"), now_ms=2)
    assert lost is not None
    assert lost.detail == "panel says ?"
