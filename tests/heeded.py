"""Ask every concern about everything, and fail where one answers that is not named as heeding."""

from collections.abc import Iterator
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import step as step_module
from monitord.core.concern import Decide
from monitord.core.heeding import HEEDED_BY
from monitord.core.state import State


def heeds(decide: Decide, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]) -> bool:
    """Whether the table says that this concern is asked."""
    kinds = (type(fact), *map(type, so_far))
    return any(kind not in HEEDED_BY or decide in HEEDED_BY[kind] for kind in kinds)


def ask_everybody(patch: pytest.MonkeyPatch) -> None:
    """Have each step ask all concerns, and hold them to the table."""
    patch.setattr(step_module, "_WAKES", {})
    patch.setattr(step_module, "_ORDER", tuple(map(_held_to_it, step_module._ORDER)))


def _held_to_it(decide: Decide) -> Decide:
    def held(
        state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[Any, ...]
    ) -> Iterator[ev.AnyEvent]:
        for event in decide(state, now_ms, fact, so_far):
            who = f"{decide.__module__}.{decide.__name__}"
            assert heeds(decide, fact, so_far), f"{who} is not named in HEEDED_BY: {event}"
            yield event

    return held
