"""What a new site changes, in words, and which of it weakens the guard.

Pure: two compiled sites in, a list of changes out. The words go into the journal and before a
person who must decide, so they never hold personal text, an address or a driver's settings: of
those it is told *that* they changed.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from monitord.core.accepted_site import renames
from monitord.core.site import Device, Point, Site
from monitord.site import difference_rows as rows
from monitord.site.difference_rows import Row
from monitord.site.hours import OFF
from monitord.site.words import size_text
from monitord.vocabulary import Arming

Texts = Mapping[str, str]

#: Keys of ``Site.setup`` that have rows, or that other parts are compared by.
_COMPARED: Final = frozenset(
    {"name", "address", "country", "second_person", "areas", "posts", "journal", "origins"}
)
_NO_LISTENER: Final = frozenset({"kinds", "openings", "floors", "places"})


class Change(msgspec.Struct, frozen=True):
    """One difference. ``weakens``: after it less is guarded, later, or by somebody else."""

    words: str
    weakens: bool


def difference(old: Site, new: Site, old_texts: Texts, new_texts: Texts) -> list[Change]:
    """Every change, in the order of the site file; the texts are those of people, by id."""
    return [
        *_site(old, new),
        *_origins(old, new),
        *_areas(old, new),
        *_devices(old, new),
        *_points(old, new),
        *_people(old, new, old_texts, new_texts),
        *_posts(old, new),
        *_stations(old, new),
        *_channels(old, new),
        *_chains(old, new),
        *_plans(old, new),
        *_permits(old, new),
        *_police(old, new),
    ]


def _site(old: Site, new: Site) -> Iterator[Change]:
    if old.id != new.id:
        yield Change(f"the site is {new.id}, no longer {old.id}", weakens=True)
    yield from _rows("the site", rows.SITE, old, new)
    for key in {**old.setup, **new.setup}:
        if key not in _COMPARED and old.setup.get(key) != new.setup.get(key):
            yield Change(f"the site: {key} changed", weakens=key not in _NO_LISTENER)


def _origins(old: Site, new: Site) -> Iterator[Change]:
    """Foreign drivers and channels. The code of one that has changed runs from the next start."""
    was, now = old.setup.get("origins") or {}, new.setup.get("origins") or {}
    for name, origin in now.items():
        if name not in was:
            # An older version accepted it without a word of where it comes from.
            seen = "origins" not in old.setup and name in _plugins(old)
            yield Change(f"{name} is not monitord's own: {origin}", weakens=not seen)
        elif was[name] != origin:
            words = f"{name} comes from another place: {was[name]} → {origin}, from the next start"
            yield Change(words, weakens=True)


def _plugins(site: Site) -> set[str]:
    drivers = {f"driver {device.driver}" for device in site.devices.values()}
    return drivers | {f"channel {channel.driver}" for channel in site.channels.values()}


def _areas(old: Site, new: Site) -> Iterator[Change]:
    yield from _members("area", old.areas, new.areas)
    for area_id in _both(old.areas, new.areas):
        who = f"area {area_id}"
        yield from _rows(who, rows.AREA, old.areas[area_id], new.areas[area_id])
        hours = [(site.setup.get("areas") or {}).get(area_id) or {} for site in (old, new)]
        yield from _rows(who, rows.HOURS, *hours)
        yield from _exceptions(who, *hours)


def _exceptions(who: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Days with other hours. One that is gone may give way to hours that open more."""
    was, now = old.get("exceptions") or (), new.get("exceptions") or ()
    for days in was:
        if days not in now:
            yield Change(f"{who}: {_days(days)} is gone", weakens=True)
    for days in now:
        if days not in was:
            yield Change(f"{who}: {_days(days)} is new", weakens=days["open"] != OFF)


def _days(days: Mapping[str, str]) -> str:
    when = f"from {days['first']} until {days['last']}"
    if days["first"] == days["last"]:
        when = f"on {days['first']}"
    return f"the exception {when}, open {days['open']},"


def _devices(old: Site, new: Site) -> Iterator[Change]:
    yield from _members("device", old.devices, new.devices)
    for device_id in _both(old.devices, new.devices):
        was, now = old.devices[device_id], new.devices[device_id]
        yield from _rows(f"device {device_id}", rows.DEVICE, was, now)
        yield from _outputs(was, now)
    for device_id, device in new.devices.items():
        if device_id not in old.devices:
            yield from _outputs(None, device)


def _outputs(was: Device | None, now: Device) -> Iterator[Change]:
    before = {} if was is None else was.setup.get("outputs") or {}
    after = now.setup.get("outputs") or {}
    for name in after:
        if name not in before:
            yield Change(f"output {now.id}.{name} is new", weakens=True)
    for name in before:
        if name not in after:
            yield Change(f"output {now.id}.{name} is gone", weakens=False)
    for name in _both(before, after):
        yield from _rows(f"output {now.id}.{name}", rows.OUTPUT, before[name], after[name])


def _points(old: Site, new: Site) -> Iterator[Change]:
    renamed = renames(old, new)
    for name in old.points:
        if name not in new.points and name not in renamed:
            yield Change(f"point {name} is gone", weakens=True)
    came_from = {now: was for was, now in renamed.items()}
    for name, point in new.points.items():
        before = old.points.get(came_from.get(name, name))
        if before is None:
            yield Change(f"point {name} is new", weakens=False)
            continue
        if before.id != name:
            yield Change(f"point {before.id} is now {name}", weakens=before.device != point.device)
        yield from _point(before, point)


def _point(was: Point, now: Point) -> Iterator[Change]:
    yield from _rows(f"point {now.id}", rows.POINT, was, now)
    if was.kind is not now.kind and was.arming is not Arming.NEVER and now.arming is Arming.NEVER:
        yield Change(f"point {now.id} no longer alarms", weakens=True)


def _people(old: Site, new: Site, old_texts: Texts, new_texts: Texts) -> Iterator[Change]:
    for person in old.people:
        if person not in new.people:
            yield Change(f"person {person} is gone", weakens=True)
    for person, record in new.people.items():
        if person not in old.people:
            yield Change(f"person {person} is new, as {record.role}", weakens=True)
            continue
        who = f"person {person}"
        yield from _rows(who, rows.PERSON, old.people[person], record)
        said = [_said(texts.get(f"person/{person}", "")) for texts in (old_texts, new_texts)]
        yield from _rows(who, rows.PERSON_TEXT, *said)


def _said(text: str) -> dict[str, Any]:
    """A person's text; empty for one that was erased."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _posts(old: Site, new: Site) -> Iterator[Change]:
    yield from _members("post", old.posts, new.posts)
    for post in _both(old.posts, new.posts):
        yield from _rows(f"post {post}", rows.POST, old.posts[post], new.posts[post])
        rotas = [(site.setup.get("posts") or {}).get(post) for site in (old, new)]
        if rotas[0] != rotas[1]:
            yield Change(f"post {post}: rota or times of handover changed", weakens=True)


def _plans(old: Site, new: Site) -> Iterator[Change]:
    """A mandatory step that is gone, or no longer mandatory, weakens; words are for people."""
    yield from _members("plan", old.plans, new.plans)
    for name in _both(old.plans, new.plans):
        was, now = old.plans[name], new.plans[name]
        if was != now:
            must = [{step.do for step in plan.steps if step.must} for plan in (was, now)]
            words = f"plan {name}: version {was.version} → {now.version}"
            yield Change(words, weakens=bool(must[0] - must[1]))


def _stations(old: Site, new: Site) -> Iterator[Change]:
    yield from _members("station", old.stations, new.stations)
    for name in _both(old.stations, new.stations):
        yield from _rows(f"station {name}", rows.STATION, old.stations[name], new.stations[name])


def _channels(old: Site, new: Site) -> Iterator[Change]:
    for name in old.channels:
        if name not in new.channels:
            yield Change(f"channel {name} is gone", weakens=True)
    for name, channel in new.channels.items():
        if name in old.channels:
            yield from _rows(f"channel {name}", rows.CHANNEL, old.channels[name], channel)
        else:
            how = ", and its answer acknowledges" if channel.may_acknowledge else ""
            yield Change(f"channel {name} is new{how}", weakens=channel.may_acknowledge)


def _chains(old: Site, new: Site) -> Iterator[Change]:
    for name in old.chains:
        if name not in new.chains:
            yield Change(f"chain {name} is gone", weakens=True)
    for name, chain in new.chains.items():
        before = old.chains.get(name)
        if before is None:
            # It takes the place of the chain that served these alarms until now.
            yield Change(f"chain {name} is new", weakens=bool(old.chains))
            continue
        yield from _rows(f"chain {name}", rows.CHAIN, before, chain)
        for number, (was, now) in enumerate(zip(before.steps, chain.steps, strict=False), 1):
            yield from _rows(f"chain {name}, step {number}", rows.STEP, was, now)
        less = len(before.steps) - len(chain.steps)
        if less > 0:
            yield Change(f"chain {name}: {less} steps fewer at its end", weakens=True)
        elif less < 0:
            yield Change(f"chain {name}: {-less} steps more at its end", weakens=False)


def _permits(old: Site, new: Site) -> Iterator[Change]:
    for name in old.permits:
        if name not in new.permits:
            yield Change(f"permit {name} is gone", weakens=False)
    for name, permit in new.permits.items():
        if name in old.permits:
            yield from _rows(f"permit {name}", rows.PERMIT, old.permits[name], permit)
        else:
            held = ", ".join(permit.points)
            yield Change(f"permit {name} is new, for {held}", weakens=True)


def _members(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change(f"{what} {name} is gone", weakens=True)
    for name in new:
        if name not in old:
            yield Change(f"{what} {name} is new", weakens=False)


def _both(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    return (name for name in new if name in old)


def _rows(who: str, table: tuple[Row, ...], old: Any, new: Any) -> Iterator[Change]:
    for row in table:
        was, now = _value(old, row.path), _value(new, row.path)
        if was == now:
            continue
        how = f"{_text(row, was)} → {_text(row, now)}" if row.shown else "changed"
        yield Change(f"{who}: {row.words} {how}", weakens=row.weakens(was, now))


def _value(thing: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        thing = thing.get(key) if isinstance(thing, Mapping) else getattr(thing, key, None)
    return thing


def _text(row: Row, value: Any) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value))
        case int() if row.path[-1].endswith("_ms"):
            return _span(value)
        case int() if row.path[-1].endswith("_bytes"):
            return size_text(value)
        case int() if row.path[-1] == "confirmed_start_at":
            return str(value + 1)
        case _:
            return str(value)


def _span(ms: int) -> str:
    for unit, size in (("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if ms and ms % size == 0:
            return f"{ms // size}{unit}"
    return f"{ms}ms"


def _police(old: Site, new: Site) -> Iterator[Change]:
    for name in [name for name in old.police if name not in new.police]:
        yield Change(f"police reference {name} is gone", weakens=True)
    for name, reference in new.police.items():
        if name in old.police:
            yield from _rows(f"police reference {name}", rows.POLICE, old.police[name], reference)
        else:
            yield Change(f"police reference {name} is new", weakens=False)
