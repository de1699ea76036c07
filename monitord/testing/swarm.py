"""Scripts drawn from seeds: every seed is a different bad day.

Swarm testing: a seed first draws which kinds of trouble exist in its world at all and how often,
then the troubles themselves. World, faults and people have streams of their own, so that adding
a kind of fault does not change the burglaries of every seed.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from random import Random
from typing import Final

import msgspec

from monitord.core.site import Site
from monitord.testing.script import (
    CrashAt,
    CrashPlan,
    DiskSpan,
    DiskTrouble,
    Fault,
    Manners,
    Move,
    PanelTrouble,
    Script,
    Span,
    WallStep,
)
from monitord.vocabulary import Kind

S: Final = 1_000
MIN: Final = 60 * S
HOUR: Final = 60 * MIN
DAY: Final = 24 * HOUR

#: The first minute is quiet, so that a first life gets to know the site.
QUIET_MS: Final = MIN
#: And so is the last part: everything is at rest when the world is healed.
REST_MS: Final = MIN


#: Where any crash may strike; the spill file is written only while the disk has trouble.
_PLACES: Final = tuple(place for place in CrashAt if place is not CrashAt.SPILLING)


class Weather(msgspec.Struct, frozen=True):
    """How often things happen, a day; ``exists`` is how likely a seed has a kind of trouble."""

    intrusions: float = 10
    openings: float = 30
    settings: float = 2
    troubles: float = 20
    crashes: float = 12
    disk: float = 8
    wall_steps: float = 3
    exists: float = 0.5


#: What tests run: few hours, and every trouble often enough to meet the others.
BAD_DAYS: Final = Weather(
    intrusions=60, openings=60, settings=4, troubles=40, crashes=40, disk=24, wall_steps=6
)
#: The measured figure: about 340 facts and 0.4 crashes a day.
PLAIN_DAYS: Final = Weather(
    intrusions=2,
    openings=11,
    settings=2,
    troubles=3,
    crashes=0.33,
    disk=0,
    wall_steps=0.2,
    exists=1,
)


def draw(seed: int | str, site: Site, hours: float, weather: Weather = BAD_DAYS) -> Script:
    """The script of ``seed`` for this site, ``hours`` long."""
    end_ms = int(hours * HOUR)
    world, faults, people, memory = (
        Random(f"{seed}/{stream}")  # noqa: S311 - repeatable, not secret
        for stream in ("world", "faults", "people", "memory")
    )
    moves, begins = _moves(world, site, end_ms, weather)
    return Script(
        seed=str(seed),
        end_ms=end_ms,
        moves=moves,
        troubles=_troubles(faults, site, end_ms, weather),
        disk=(disk := _disk(faults, end_ms, weather)),
        crashes=_torn(memory, disk, _crashes(faults, end_ms, weather, begins)),
        wall_steps=_wall_steps(faults, end_ms, weather),
        manners=_manners(people),
        commit_ms=faults.choice((0, 0, 3)),
        snapshot_every=faults.choice((0, 200)),
        spill=memory.random() < 0.75,
    )


def quiet(script: Script, shortest_ms: int) -> Script:
    """The same world without faults, and without openings that a poll may or may not meet.

    Leap and full mode poll at different moments and must agree on everything else.
    """
    return msgspec.structs.replace(
        script,
        moves={p: _without_short(moves, shortest_ms) for p, moves in script.moves.items()},
        troubles={},
        disk=(),
        crashes=(),
        wall_steps=(),
        commit_ms=0,
    )


def _without_short(moves: Sequence[Move], shortest_ms: int) -> tuple[Move, ...]:
    kept: list[Move] = []
    for opens, closes in zip_longest(moves[::2], moves[1::2]):
        apart_ms = opens.at_ms - kept[-1].at_ms if kept else shortest_ms
        lasts = closes is None or closes.at_ms - opens.at_ms >= shortest_ms
        if lasts and apart_ms >= shortest_ms:
            kept += (opens,) if closes is None else (opens, closes)
    return tuple(kept)


def _count(chance: Random, a_day: float, end_ms: int) -> int:
    """How many, for a mean of ``a_day``: half of it to one and a half of it."""
    mean = a_day * end_ms / DAY
    many = mean * (0.5 + chance.random())
    return int(many) + (chance.random() < many % 1)


def _times(chance: Random, a_day: float, end_ms: int) -> list[int]:
    last_ms = end_ms - REST_MS
    return sorted(chance.randint(QUIET_MS, last_ms) for _ in range(_count(chance, a_day, end_ms)))


# --- the contacts ------------------------------------------------------------------------------


def _moves(
    chance: Random, site: Site, end_ms: int, weather: Weather
) -> tuple[dict[str, tuple[Move, ...]], list[int]]:
    """Moves of every contact, and when something began that people should be called for."""
    spans: dict[str, list[Span]] = {point: [] for point in site.points}
    begins: list[int] = []
    for at_ms in _times(chance, weather.openings, end_ms):
        name = chance.choice([p.id for p in site.points.values() if p.kind is not Kind.AREA_SET])
        spans[name] += _opening(chance, at_ms)
        begins.append(at_ms)
    for at_ms in _times(chance, weather.intrusions, end_ms):
        area = chance.choice(list(site.areas))
        begins.append(at_ms)
        for name, enters_ms in _intruder(chance, site, area, at_ms):
            spans[name] += _opening(chance, enters_ms)
    for point in site.points.values():
        if point.kind is Kind.AREA_SET:
            for at_ms in _times(chance, weather.settings, end_ms):
                spans[point.id].append(Span(at_ms, at_ms + chance.randint(5 * MIN, 12 * HOUR)))
    last_ms = end_ms - REST_MS // 2
    moves = {point: _alternate(of, last_ms) for point, of in spans.items()}
    for point in site.points.values():
        if point.kind is Kind.AREA_SET:  # at rest it is set: or what was reset in it is not live
            moves[point.id] = moves[point.id][:-1]
    return {point: of for point, of in moves.items() if of}, sorted(begins)


def _opening(chance: Random, at_ms: int) -> list[Span]:
    """A contact opens, some of them bouncing first."""
    spans = []
    if chance.random() < 0.2:
        for _ in range(chance.randint(1, 4)):
            spans.append(Span(at_ms, at_ms + chance.randint(5, 150)))
            at_ms = spans[-1].until_ms + chance.randint(5, 150)
    lasts_ms = chance.choice(
        (chance.randint(100, 399), chance.randint(420, 5 * S), chance.randint(5 * S, 5 * MIN))
    )
    return [*spans, Span(at_ms, at_ms + lasts_ms)]


def _intruder(chance: Random, site: Site, area: str, at_ms: int) -> Iterable[tuple[str, int]]:
    """In by one detector, on past two or three others of the same area."""
    mine = [
        p
        for p in site.areas[area].points
        if site.points[p].kind in (Kind.MOTION, Kind.DOOR, Kind.GLASS, Kind.CASE)
    ]
    for point in chance.sample(mine, min(len(mine), chance.randint(2, 4))):
        yield point, at_ms
        at_ms += chance.randint(2 * S, 4 * MIN)


def _alternate(spans: Sequence[Span], last_ms: int) -> tuple[Move, ...]:
    """Spans as moves: none overlaps the one before, none goes on past the end."""
    moves: list[Move] = []
    for span in sorted(spans):
        until_ms = min(span.until_ms, last_ms)
        if span.from_ms >= until_ms or (moves and span.from_ms <= moves[-1].at_ms):
            continue
        moves += (Move(span.from_ms, True), Move(until_ms, False))
    return tuple(moves)


# --- the troubles ------------------------------------------------------------------------------


def _troubles(
    chance: Random, site: Site, end_ms: int, weather: Weather
) -> dict[str, tuple[PanelTrouble, ...]]:
    kinds = [fault for fault in Fault if chance.random() < weather.exists]
    found: dict[str, list[PanelTrouble]] = {}
    for at_ms in _times(chance, weather.troubles, end_ms) if kinds else ():
        mine = found.setdefault(chance.choice(list(site.devices)), [])
        if mine and at_ms < mine[-1].until_ms + MIN:
            continue
        lasts_ms = chance.choice(
            (chance.randint(50, 1_500), chance.randint(2 * S, 20 * S), chance.randint(MIN, HOUR))
        )
        until_ms = min(at_ms + lasts_ms, end_ms - REST_MS // 2)
        mine.append(PanelTrouble(at_ms, until_ms, chance.choice(kinds)))
    return {device: tuple(of) for device, of in found.items() if of}


def _disk(chance: Random, end_ms: int, weather: Weather) -> tuple[DiskSpan, ...]:
    if chance.random() >= weather.exists:
        return ()
    spans: list[DiskSpan] = []
    for at_ms in _times(chance, weather.disk, end_ms):
        if not spans or at_ms > spans[-1].until_ms:
            until_ms = min(at_ms + chance.randint(500, 10 * MIN), end_ms - REST_MS // 2)
            spans.append(DiskSpan(at_ms, until_ms, chance.choice((DiskTrouble.HANG, *DiskTrouble))))
    return tuple(spans)


def _crashes(
    chance: Random, end_ms: int, weather: Weather, begins: Sequence[int]
) -> tuple[CrashPlan, ...]:
    """Most strike soon after something began, some of them in bursts; the others at any time."""
    plans = []
    places = [place for place in _PLACES if chance.random() < 0.7] or [CrashAt.ANYWHERE]
    if chance.random() >= (1 + weather.exists) / 2:
        return ()
    for at_ms in _times(chance, weather.crashes, end_ms):
        if begins and chance.random() < 0.7:
            at_ms = chance.choice(begins) + chance.randint(0, 100 * S)  # noqa: PLW2901
        for _ in range(chance.choice((1, 1, 1, 3))):
            down_ms = chance.choice((chance.randint(300, 3 * S), chance.randint(3 * S, 5 * MIN)))
            plans.append(CrashPlan(at_ms, chance.choice(places), down_ms))
            at_ms += down_ms + chance.randint(0, 20 * S)  # noqa: PLW2901
    return tuple(sorted(plan for plan in plans if plan.at_ms < end_ms - REST_MS))


def _torn(
    chance: Random, disk: Sequence[DiskSpan], crashes: tuple[CrashPlan, ...]
) -> tuple[CrashPlan, ...]:
    """Where the disk has trouble some crashes strike soon in it, or in the middle of spilling."""
    moved = []
    for plan in crashes:
        drawn = chance.random()
        if disk and drawn < 0.4:
            span = chance.choice(disk)
            at_ms = chance.randint(span.from_ms, span.until_ms)
            where = CrashAt.SPILLING if drawn < 0.15 else plan.where
            moved.append(CrashPlan(at_ms, where, plan.down_ms))
        else:
            moved.append(plan)
    return tuple(sorted(moved))


def _wall_steps(chance: Random, end_ms: int, weather: Weather) -> tuple[WallStep, ...]:
    if chance.random() >= weather.exists:
        return ()
    return tuple(
        WallStep(at_ms, chance.choice((-1, 1)) * chance.choice((700, 30 * S, HOUR, 30 * DAY)))
        for at_ms in _times(chance, weather.wall_steps, end_ms)
    )


def _manners(chance: Random) -> Manners:
    def rate(most: float) -> float:
        return chance.random() * most if chance.random() < 0.6 else 0.0

    return Manners(
        ignores=rate(0.7),
        late=rate(0.3),
        twice=rate(0.4),
        stale=rate(0.5),
        forgets_to_close=rate(0.3),
        call_fails=rate(0.3),
        call_hangs=rate(0.1),
        call_unknown=rate(0.2),
        channel_raises=rate(0.1),
    )
