"""Whom a fact wakes. That nobody else has anything to say is held in every test of the core."""

from collections.abc import Iterator
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import step as step_module
from monitord.core.concern import Decide
from monitord.core.heeding import HEEDED_BY
from monitord.core.state import State
from monitord.vocabulary import PointState
from tests.core.night import Night
from tests.core.sites import DEFAULT_CHAIN, museum
from tests.heeded import ask_everybody


@pytest.fixture(autouse=True)
def _nobody_is_left_asleep() -> None:
    """Here the table itself is at work."""


def test_whoever_is_named_has_a_place() -> None:
    """A concern that is named and not in the order would never be asked."""
    for heeding in HEEDED_BY.values():
        assert heeding <= frozenset(step_module._ORDER)


def _name(decide: Decide) -> str:
    return decide.__module__.rpartition(".")[2]


def _asked(patch: pytest.MonkeyPatch) -> list[str]:
    """The concerns that are asked from now on, in turn."""
    asked: list[str] = []

    def noted(decide: Decide) -> Decide:
        def note(state: State, now_ms: int, fact: f.AnyFact, so_far: Any) -> Iterator[ev.AnyEvent]:
            asked.append(_name(decide))
            yield from decide(state, now_ms, fact, so_far)

        return note

    patch.setattr(step_module, "_ORDER", tuple(map(noted, step_module._ORDER)))
    return asked


def test_a_change_asks_few_and_an_unknown_type_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order, each once; what an event wakes comes after whoever decided it."""
    night = Night(museum(DEFAULT_CHAIN))
    of_points = HEEDED_BY[ev.PointStateChanged]
    in_order = [_name(decide) for decide in step_module._ORDER if decide in of_points]
    asked = _asked(monkeypatch)
    night.feed(f.PointChanged("west.pir", PointState.NORMAL))
    assert asked == ["supervision"]
    asked.clear()
    night.feed(f.PointChanged("west.pir", PointState.ACTIVE))
    for_alarm = ["floods", "confirmation", "incidents"]
    for_incident = ["plans", "outward", "outputs", "pictures", "chain", "reattending"]
    assert asked == ["supervision", *in_order, *for_alarm, *for_incident]
    asked.clear()
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms)))
    assert len(asked) == len(step_module._ORDER)


def test_whoever_is_not_named_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of every other test of the core, at work."""
    monkeypatch.setitem(HEEDED_BY, ev.PointStateChanged, frozenset())  # type: ignore[arg-type]
    ask_everybody(monkeypatch)
    with pytest.raises(AssertionError, match="is not named in HEEDED_BY"):
        Night(museum(DEFAULT_CHAIN)).feed(f.PointChanged("west.pir", PointState.ACTIVE))
