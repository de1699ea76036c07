"""Search everywhere: incidents, areas, points, devices, people. Pure, bounded, and drawn from the
state of one viewer: what does not exist for them is not found.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from monitord.console.seen import Vitals
from monitord.console.shown.finding import has
from monitord.console.shown.standings import Eye, Health, Stands, health
from monitord.console.words import CATEGORY, ROLE
from monitord.console.words_areas import STATE
from monitord.console.words_devices import HEALTH
from monitord.console.words_points import STANDS
from monitord.console.words_search import WORDS
from monitord.core.records import AreaRecord
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.vocabulary import Role

#: Of one kind; of more than these it is said how many there are.
HITS: Final = 12

#: Who may look up people: those who work with them. At a station all their names stand as tiles.
KNOWS_PEOPLE: Final = frozenset(
    {"", Role.GUARD, Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR, Role.AUDITOR}
)

_STANDS_RANK: Final = {stands: rank for rank, stands in enumerate(Stands)}
_HEALTH_RANK: Final = {health: rank for rank, health in enumerate(Health)}


class Hit(msgspec.Struct, frozen=True):
    """One thing that was found. ``kind``, ``said``: its state with word and shape; None: none."""

    id: str
    title: str
    where: str
    href: str = ""
    kind: str = ""
    said: tuple[str, str] | None = None
    numbers: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """What was found of one kind: the first few, how many more, and where all of them are."""

    title: str
    hits: list[Hit]
    more: int = 0
    more_href: str = ""


def search(
    state: State,
    vitals: Mapping[str, Vitals],
    text: str,
    role: str,
    people: Iterable[Mapping[str, Any]] = (),
) -> list[Group]:
    """What has all words of ``text``; ``people`` are id, name, role and numbers."""
    words = tuple(text.casefold().split())
    if not words:
        return []
    known = people if role in KNOWS_PEOPLE else ()
    everywhere = urlencode({"show": "all", "text": text})
    found = (
        _group("incidents", _incidents(state, words)),
        _group("areas", _areas(state, words)),
        _group("points", _points(state, vitals, words), f"/points?{everywhere}"),
        _group("devices", _devices(state, vitals, words), f"/devices?{everywhere}"),
        _group("people", _people(known, words)),
    )
    return [group for group in found if group.hits]


def _group(title: str, found: Iterator[Hit], more_href: str = "") -> Group:
    hits: list[Hit] = []
    more = 0
    for hit in found:
        if len(hits) < HITS:
            hits.append(hit)
        else:
            more += 1
    return Group(WORDS[title], hits, more, more_href)


def _incidents(state: State, words: tuple[str, ...]) -> Iterator[Hit]:
    """By number first; then by place and what it is, the open ones and the newest above."""
    numbers = {word.removeprefix("#") for word in words} if len(words) == 1 else set()
    listed = sorted(state.incidents.values(), key=lambda i: (not i.open, -i.number))
    by_number = [i for i in listed if str(i.number) in numbers]
    others = [i for i in listed if str(i.number) not in numbers]
    for incident in [*by_number, *others]:
        place = view.place(state, incident.area)["place"]
        what = CATEGORY.get(incident.category, incident.category)
        if incident in by_number or has(words, place, what):
            where = f"{what}, {WORDS['open' if incident.open else 'closed']}"
            title = f"#{incident.number} {place}"
            yield Hit(f"i-{incident.number}", title, where, f"/incidents/{incident.number}")


def _areas(state: State, words: tuple[str, ...]) -> Iterator[Hit]:
    for area in state.site.areas.values():
        if has(words, area.id, area.name, area.gate):
            kind = state.areas.get(area.id, AreaRecord()).state
            href = "/points?" + urlencode({"show": "all", "area": area.id})
            yield Hit(f"a-{area.id}", area.name or area.id, area.gate, href, kind, STATE[kind])


def _points(state: State, vitals: Mapping[str, Vitals], words: tuple[str, ...]) -> Iterator[Hit]:
    """The worst first: what is not known must not stand below the fold."""
    eye, areas = Eye(state, vitals), state.site.areas
    place = {name: area.name for name, area in areas.items()}
    found = [
        (eye.stands(point), point)
        for point in state.site.points.values()
        if has(words, point.id, point.name, point.kind, place.get(point.area, ""))
    ]
    for kind, point in sorted(found, key=lambda each: _STANDS_RANK[each[0]]):
        href = "/points?" + urlencode({"show": "all", "text": point.id})
        where = f"{place.get(point.area, '')} · {point.id}"
        yield Hit(f"p-{point.id}", point.name or point.id, where, href, kind, STANDS[kind])


def _devices(state: State, vitals: Mapping[str, Vitals], words: tuple[str, ...]) -> Iterator[Hit]:
    found = [
        (health(state, device, vitals.get(device.id)), device)
        for device in state.site.devices.values()
        if has(words, device.id, device.name, device.driver)
    ]
    for kind, device in sorted(found, key=lambda each: _HEALTH_RANK[each[0]]):
        href = "/devices?" + urlencode({"show": "all", "text": device.id})
        where = f"{device.driver} · {device.id}"
        yield Hit(f"d-{device.id}", device.name or device.id, where, href, kind, HEALTH[kind])


def _people(people: Iterable[Mapping[str, Any]], words: tuple[str, ...]) -> Iterator[Hit]:
    for person in people:
        name, role = person["name"] or person["id"], ROLE.get(person["role"], person["role"])
        if has(words, person["id"], name, role):
            numbers = tuple(person.get("numbers", ()))
            yield Hit(f"who-{person['id']}", name, role, numbers=numbers)
