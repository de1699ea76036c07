"""A rehearsal on paper: the core itself runs a chain, and nobody is called.

A made-up site with the real people, channels and chains gets one made-up detector (or two, for a
confirmed alarm); time then leaps from deadline to deadline, and nobody ever answers. So what it
shows is what the core would do. Pure: it must never open, send or store anything.
"""

from typing import Any, Final

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.rights import MAY
from monitord.core.site import Area, Device, Point, Site, chain_for
from monitord.core.state import State
from monitord.core.step import evolve, next_deadline, step
from monitord.vocabulary import (
    ATTACK,
    CATEGORY_OF_KIND,
    DECLARABLE,
    PRIORITY_OF_CATEGORY,
    Arming,
    Category,
    Kind,
    Mode,
    PointState,
    Proof,
)

ROUNDS: Final = 2
#: Deadlines that are leapt to at most: two rounds of 50 steps with their tries, and to spare.
LEAPS_MAX: Final = 2_000

_AREA: Final = "the-place"
_DEVICES: Final = ("paper-1", "paper-2")
View = dict[str, Any]


class NoSuchChain(LookupError):
    """The site has no chain of this name."""


def rehearse(site: Site, name: str) -> View:
    """Who would be called when, for a first alarm and for a confirmed one, if nobody answers.

    Times are milliseconds after the alarm. ``confirmed`` is None where an alarm of this kind
    cannot be confirmed. Raises :class:`NoSuchChain`.
    """
    chain = site.chains.get(name)
    if chain is None:
        raise NoSuchChain(name)
    category, mode = _served(site, name)
    first = _run(site, category, mode, confirmed=False)
    sure = category in ATTACK or (category in DECLARABLE and _declarer(site) is not None)
    return {
        "chain": name,
        "category": category.value,
        "mode": mode.value,
        "decide_ms": chain.decide_ms,
        "rounds": ROUNDS,
        "unconfirmed": first,
        "confirmed": _run(site, category, mode, confirmed=True) if sure else None,
    }


def _served(site: Site, name: str) -> tuple[Category, Mode]:
    """A category and a mode that this chain serves."""
    wanted = site.chains[name]
    category, _, mode = name.partition("/")
    modes = [Mode(mode)] if mode else [Mode.CLOSED, *Mode]
    names = [category] if category in set(Category) else [c.value for c in Category]
    for found in (Category(n) for n in names if n != Category.NONE):
        for tried in modes:
            if chain_for(site, found, tried) is wanted:
                return found, tried
    raise NoSuchChain(f"{name} serves nothing: every category and mode has a chain of its own")


def _declarer(site: Site) -> str | None:
    """Somebody who may declare an alarm by hand."""
    may = (p.id for p in site.people.values() if p.role in MAY[f.Declare])
    return next(may, None)


def _run(site: Site, category: Category, mode: Mode, *, confirmed: bool) -> list[View]:
    state = _guarding(site, category, mode)
    lines: list[View] = []
    for fact in _alarms(site, category, confirmed=confirmed):
        # All of it is one moment: a step that the next fact replaces lasted no time at all.
        lines = _lines(0, list(step(state, 0, fact))) or lines
    for _ in range(LEAPS_MAX):
        due_ms = next_deadline(state)
        if due_ms is None or not state.incidents or state.incidents[1].round > ROUNDS:
            break
        lines += _lines(due_ms, list(step(state, due_ms, f.TimePassed())))
    return lines


def _alarms(site: Site, category: Category, *, confirmed: bool) -> list[f.AnyFact]:
    """What happens in the first moment: one detector, two, or a person who says so."""
    if confirmed and category not in ATTACK:
        somebody = _declarer(site)
        assert somebody is not None
        return [f.Declare(by=somebody, proof=Proof.PIN, category=category, area=_AREA)]
    return [
        f.PointChanged(point=f"{device}.one", state=PointState.ACTIVE)
        for device in _DEVICES[: 1 + confirmed]
    ]


def _guarding(site: Site, category: Category, mode: Mode) -> State:
    """A state that guards the made-up place, everything normal."""
    paper = _paper_site(site, category, mode)
    state = State()
    step(state, 0, f.Started(epoch=1, version="paper", utc_ms=0))
    step(state, 0, f.SiteOffered(file_hash="paper", site=paper))
    evolve(state, ev.ModeChanged(mode=mode, by=""))
    for device in _DEVICES:
        sample = f.Sample(point=f"{device}.one", state=PointState.NORMAL)
        step(state, 0, f.DeviceReturned(device=device, samples=(sample,)))
    return state


def _paper_site(site: Site, category: Category, mode: Mode) -> Site:
    chain = chain_for(site, category, mode)
    points = {f"{device}.one": _point(device, category) for device in _DEVICES}
    devices = {
        device: Device(device, device, "paper", (_AREA,), (f"{device}.one",)) for device in _DEVICES
    }
    area = Area(id=_AREA, name="The place", gate="the gate", points=tuple(points))
    return msgspec.structs.replace(
        site,
        areas={_AREA: area},
        devices=devices,
        points=points,
        # The one that is asked for, whatever the detector of this paper is called for.
        chains={} if chain is None else {"default": chain},
    )


def _point(device: str, category: Category) -> Point:
    return Point(
        id=f"{device}.one",
        device=device,
        name="A detector",
        kind=_kind(category),
        category=category,
        area=_AREA,
        priority=PRIORITY_OF_CATEGORY[category],
        arming=Arming.ALWAYS,
        latching=True,
    )


def _kind(category: Category) -> Kind:
    """One that alarms in this family; any that always alarms where no detector is of it."""
    kinds = (kind for kind, family in CATEGORY_OF_KIND.items() if family is category)
    return next(kinds, Kind.WATER)


def _lines(at_ms: int, events: list[ev.AnyEvent]) -> list[View]:
    """One line per step that began or was passed over, and per round."""
    lines: list[View] = []
    skipped: list[View] = []
    for event in events:
        match event:
            case ev.StepStarted():
                lines.append(_step_line(at_ms, event.step, event.round, event.why))
            case ev.CallPlaced():
                lines[-1]["calls"].append(
                    {"person": event.person or event.target, "channel": event.channel,
                     "loud": event.loud}
                )  # fmt: skip
            case ev.CallSkipped():
                skipped.append(
                    {"person": event.person or event.target, "channel": event.channel,
                     "why": event.why, "step": event.step + 1}
                )  # fmt: skip
            case ev.StepSkipped():
                lines.append(_step_line(at_ms, event.step, 0, event.why))
            case ev.ChainLooped():
                line = _step_line(event.begins_ms, -1, event.round, "from the start, loudly")
                lines.append(line)
            case _:
                pass
    for entry in skipped:
        for line in lines:
            if line["step"] == entry["step"]:
                line["not_called"].append({k: v for k, v in entry.items() if k != "step"})
    return lines


def _step_line(at_ms: int, index: int, round_: int, why: str) -> View:
    return {
        "at_ms": at_ms,
        "step": index + 1,
        "round": round_,
        "why": why,
        "calls": [],
        "not_called": [],
    }
