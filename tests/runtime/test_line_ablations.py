"""What a shared line rests on, taken away once each: the checks on a simulated bus must notice.

The same six units as in test_line, on virtual time, for half a minute.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from monitord.core import lines
from monitord.runtime import line as line_module
from monitord.runtime.line import SharedLine

from .test_line import UNITS, World, bus, longest_pause_ms, run

Patch = pytest.MonkeyPatch
POLL_MS = 200


def no_turns(patch: Patch) -> None:
    """Whoever is due speaks, whoever speaks already."""

    @asynccontextmanager
    async def turn(self: SharedLine, *, answering: bool) -> AsyncIterator[None]:
        yield

    patch.setattr(SharedLine, "turn", turn)


def no_bound(patch: Patch) -> None:
    """A dead unit is waited for as long as the site file lets any device take."""
    patch.setattr(line_module, "try_ms", lambda longest_ms, timeout_ms: timeout_ms)


def a_connection_for_each(patch: Patch) -> None:
    """Every device that opens connects anew: a serial port would be opened six times."""

    async def get(self: SharedLine) -> object:
        return await self._cls.connect(self._address)

    patch.setattr(SharedLine, "get", get)


def found(dead: tuple[str, ...]) -> set[str]:
    """What the checks find on a bus with these units dead. Pauses are looked at once learned."""
    world, wire = bus(*dead)
    run(world, wire, 30)
    on_paper_ms = lines.worst_ms([POLL_MS] * len(UNITS), [10.0] * len(UNITS), 1_000)
    findings = set()
    if wire.most > 1:
        findings.add("two at once")
    if wire.connected > 1:
        findings.add("connected again")
    if any(pause_ms(world, unit) > on_paper_ms for unit in UNITS if unit not in dead):
        findings.add("later than on paper")
    return findings


def pause_ms(world: World, unit: str) -> int:
    return longest_pause_ms(world, unit, 8_000)


@pytest.mark.parametrize("dead", [(), UNITS[3:4], UNITS[1:3]])
def test_nothing_is_found_while_nothing_is_taken_away(dead: tuple[str, ...]) -> None:
    assert found(dead) == set()


@pytest.mark.parametrize(
    ("ablation", "dead", "by"),
    [
        (no_turns, (), "two at once"),
        (no_bound, UNITS[3:4], "later than on paper"),
        (a_connection_for_each, (), "connected again"),
    ],
)
def test_the_checks_notice(
    ablation: Callable[[Patch], None], dead: tuple[str, ...], by: str, monkeypatch: Patch
) -> None:
    ablation(monkeypatch)
    assert by in found(dead)
