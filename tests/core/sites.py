"""Small compiled sites for the tests of the core, written as a reader would draw them.

``museum()`` is a gallery that follows the panel ``east`` and a store that monitord sets itself
(always set here), watched by the panel ``west``. Every point has two names joined by a dot, as
everywhere in monitord.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from monitord.core.site import Area, Chain, ChainStep, Channel, Device, Person, Point, Post, Site
from monitord.vocabulary import (
    ARMING_OF_CATEGORY,
    CATEGORY_OF_KIND,
    LATCHING,
    PRIORITY_OF_CATEGORY,
    Kind,
    Role,
)

S: Final = 1_000
MIN: Final = 60 * S
HOUR: Final = 60 * MIN

#: How long a silent device or an unreadable point of these sites has before its alarm.
GRACE: Final = 5 * S

EAST: Final[Mapping[str, Kind]] = {
    "set": Kind.AREA_SET,
    "pir": Kind.MOTION,
    "door": Kind.DOOR,
    "case": Kind.CASE,
    "panic": Kind.PANIC,
    "panic2": Kind.PANIC,
    "smoke": Kind.SMOKE,
    "smoke2": Kind.SMOKE,
    "water": Kind.WATER,
    "mains": Kind.MAINS,
}
WEST: Final[Mapping[str, Kind]] = {"pir": Kind.MOTION, "glass": Kind.GLASS}

PEOPLE: Final = (
    Person("anna", Role.DUTY_MANAGER, ("voice", "sms")),
    Person("boris", Role.SECURITY_MANAGER, ("voice", "sms", "mail")),
    Person("chloe", Role.DIRECTOR, ("voice",)),
    Person("gus", Role.GUARD, ("sms",)),
)

DEFAULT_CHAIN: Final = Chain(
    "default",
    (
        ChainStep(("duty-manager",), ("voice",), 60 * S),
        ChainStep(("security-manager",), ("voice",), 60 * S),
    ),
)


def point(device: str, name: str, kind: Kind, area: str, *, sets: tuple[str, ...] = ()) -> Point:
    """A point with everything that follows from its kind."""
    category = CATEGORY_OF_KIND[kind]
    return Point(
        id=f"{device}.{name}",
        device=device,
        name=name,
        kind=kind,
        category=category,
        area=area,
        priority=PRIORITY_OF_CATEGORY[category],
        arming=ARMING_OF_CATEGORY[category],
        latching=category in LATCHING,
        sets=sets,
    )


def museum(
    *chains: Chain,
    east: Mapping[str, Kind] = EAST,
    west: Mapping[str, Kind] = WEST,
    people: tuple[Person, ...] = PEOPLE,
    channels: tuple[str, ...] = ("voice", "sms", "mail"),
) -> Site:
    """The gallery (follows ``east.set`` when the panel has it) and the store (always set)."""
    points = {
        f"east.{name}": point(
            "east", name, kind, "gallery", sets=("gallery",) if kind is Kind.AREA_SET else ()
        )
        for name, kind in east.items()
    }
    points |= {f"west.{name}": point("west", name, kind, "store") for name, kind in west.items()}
    of = {
        device: tuple(p.id for p in points.values() if p.device == device)
        for device in ("east", "west")
    }
    set_by = next((p.id for p in points.values() if p.sets), None)
    return Site(
        id="museum",
        areas={
            "gallery": Area("gallery", "Gallery", "Gate B", set_by=set_by, points=of["east"]),
            "store": Area("store", "Store", "Gate C", points=of["west"]),
        },
        devices={
            "east": Device("east", "East panel", "modbus", ("gallery",), of["east"], GRACE),
            "west": Device("west", "West panel", "modbus", ("store",), of["west"], GRACE),
        },
        points=points,
        people={person.id: person for person in people},
        posts={"control-room": Post("control-room")},
        channels={name: Channel(name, "webhook") for name in channels},
        chains={chain.id: chain for chain in chains or (DEFAULT_CHAIN,)},
    )


def without(site: Site, *gone: str) -> Site:
    """The same site after these points or devices were taken out of the file."""
    points = {k: p for k, p in site.points.items() if k not in gone and p.device not in gone}
    return msgspec.structs.replace(
        site,
        points=points,
        devices={
            k: msgspec.structs.replace(d, points=tuple(p for p in d.points if p in points))
            for k, d in site.devices.items()
            if k not in gone
        },
        areas={
            k: msgspec.structs.replace(
                a,
                points=tuple(p for p in a.points if p in points),
                set_by=a.set_by if a.set_by in points else None,
            )
            for k, a in site.areas.items()
        },
    )
