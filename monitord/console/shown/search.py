"""Search everywhere: incidents, areas, points, devices, people. Pure, bounded, and drawn from the
state of one viewer: what does not exist for them is not found.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeVar
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
from monitord.core.records import AreaRecord, IncidentRecord
from monitord.core.site import Area, Device, Point
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.vocabulary import Role

#: Of one kind; of more than these it is said how many there are.
HITS: Final = 12

#: Who may look up people: those who work with them. At a station all their names stand as tiles.
KNOWS_PEOPLE: Final = frozenset(
    {"", Role.GUARD, Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR, Role.AUDITOR}
)

#: Id, name, role, and numbers where they are known.
Person = Mapping[str, Any]

_T = TypeVar("_T")
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
    people: Iterable[Person] = (),
) -> list[Group]:
    """What has all words of ``text``; ``people`` are id, name, role and numbers."""
    words = tuple(text.casefold().split())
    if not words:
        return []
    known = people if role in KNOWS_PEOPLE else ()
    everywhere = urlencode({"show": "all", "text": text})
    found = (
        _group("incidents", _incidents(state, words), partial(_incident, state)),
        _group("areas", _areas(state, words), partial(_area, state)),
        _group("points", _points(state, vitals, words), partial(_point, state), everywhere),
        _group("devices", _devices(state, vitals, words), _device, everywhere),
        _group("people", _people(known, words), _person),
    )
    return [group for group in found if group.hits]


def _group(title: str, found: list[_T], hit: Callable[[_T], Hit], query: str = "") -> Group:
    """Only what is shown is drawn: a word may be in 12,800 names."""
    hits = [hit(each) for each in found[:HITS]]
    more_href = f"/{title}?{query}" if query else ""
    return Group(WORDS[title], hits, len(found) - len(hits), more_href)


def _incidents(state: State, words: tuple[str, ...]) -> list[IncidentRecord]:
    """By number first; then by place and what it is, the open ones and the newest above."""
    numbers = {word.removeprefix("#") for word in words} if len(words) == 1 else set()
    listed = sorted(state.incidents.values(), key=lambda i: (not i.open, -i.number))
    by_number = [i for i in listed if str(i.number) in numbers]
    return by_number + [
        i
        for i in listed
        if str(i.number) not in numbers and has(words, _place(state, i.area), _what(i))
    ]


def _incident(state: State, incident: IncidentRecord) -> Hit:
    where = f"{_what(incident)}, {WORDS['open' if incident.open else 'closed']}"
    title = f"#{incident.number} {_place(state, incident.area)}"
    return Hit(f"i-{incident.number}", title, where, f"/incidents/{incident.number}")


def _what(incident: IncidentRecord) -> str:
    return CATEGORY.get(incident.category, incident.category)


def _place(state: State, area: str) -> str:
    return str(view.place(state, area)["place"])


def _areas(state: State, words: tuple[str, ...]) -> list[Area]:
    return [area for area in state.site.areas.values() if has(words, area.id, area.name, area.gate)]


def _area(state: State, area: Area) -> Hit:
    kind = state.areas.get(area.id, AreaRecord()).state
    href = "/points?" + urlencode({"show": "all", "area": area.id})
    return Hit(f"a-{area.id}", area.name or area.id, area.gate, href, kind, STATE[kind])


def _points(
    state: State, vitals: Mapping[str, Vitals], words: tuple[str, ...]
) -> list[tuple[Stands, Point]]:
    """The worst first: what is not known must not stand below the fold."""
    eye = Eye(state, vitals)
    place = {name: area.name for name, area in state.site.areas.items()}
    found = [
        (eye.stands(point), point)
        for point in state.site.points.values()
        if has(words, point.id, point.name, point.kind, place.get(point.area, ""))
    ]
    return sorted(found, key=lambda each: _STANDS_RANK[each[0]])


def _point(state: State, found: tuple[Stands, Point]) -> Hit:
    kind, point = found
    href = "/points?" + urlencode({"show": "all", "text": point.id})
    where = f"{_place(state, point.area)} · {point.id}"
    return Hit(f"p-{point.id}", point.name or point.id, where, href, kind, STANDS[kind])


def _devices(
    state: State, vitals: Mapping[str, Vitals], words: tuple[str, ...]
) -> list[tuple[Health, Device]]:
    found = [
        (health(state, device, vitals.get(device.id)), device)
        for device in state.site.devices.values()
        if has(words, device.id, device.name, device.driver)
    ]
    return sorted(found, key=lambda each: _HEALTH_RANK[each[0]])


def _device(found: tuple[Health, Device]) -> Hit:
    kind, device = found
    href = "/devices?" + urlencode({"show": "all", "text": device.id})
    where = f"{device.driver} · {device.id}"
    return Hit(f"d-{device.id}", device.name or device.id, where, href, kind, HEALTH[kind])


def _people(people: Iterable[Person], words: tuple[str, ...]) -> list[Person]:
    return [p for p in people if has(words, p["id"], p["name"], ROLE.get(p["role"], p["role"]))]


def _person(person: Person) -> Hit:
    role = ROLE.get(person["role"], person["role"])
    numbers = tuple(person.get("numbers", ()))
    return Hit(f"who-{person['id']}", person["name"] or person["id"], role, numbers=numbers)
