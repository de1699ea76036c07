"""The standard site of simulations: 10 panels of 8 points, 5 areas, five people, three channels.

Made by code rather than from a file, so that a simulation needs nothing but itself. Area ``a4``
follows a contact of a panel, the others are set by monitord and always on.
"""

from typing import Any, Final

from monitord.core.site import Area, Chain, ChainStep, Channel, Device, Person, Point, Site
from monitord.vocabulary import (
    ARMING_OF_CATEGORY,
    CATEGORY_OF_KIND,
    LATCHING,
    PRIORITY_OF_CATEGORY,
    Kind,
    Role,
)

PANELS: Final = 10
KINDS: Final = (
    Kind.MOTION,
    Kind.DOOR,
    Kind.GLASS,
    Kind.CASE,
    Kind.PANIC,
    Kind.SMOKE,
    Kind.WATER,
    Kind.MAINS,
)
SET_POINT: Final = "p9.k7"
FOLLOWING: Final = "a4"
CHANNELS: Final = ("voice", "sms", "mail")
POLL_MS: Final = 200
TIMEOUT_MS: Final = 1_000

PEOPLE: Final = (
    Person("gus", Role.GUARD, ("voice",)),
    Person("anna", Role.DUTY_MANAGER, ("voice", "sms", "mail")),
    Person("ben", Role.DUTY_MANAGER, ("voice",)),
    Person("boris", Role.SECURITY_MANAGER, ("voice", "sms")),
    Person("chloe", Role.DIRECTOR, ("voice",)),
)

DEFAULT: Final = Chain(
    "default",
    (
        ChainStep(("guard",), ("voice",), 30_000),
        ChainStep(("duty-manager",), ("voice", "sms"), 60_000, otherwise="mail", tries=2),
        ChainStep(("security-manager", "director"), ("voice",), 120_000),
    ),
    decide_ms=5 * 60_000,
    confirmed_start_at=1,
)


def standard_site(driver: str = "sim", poll_ms: int = POLL_MS, panels: int = PANELS) -> Site:
    """The site; ``driver`` is ``sim`` in leap mode and ``modbus`` in full mode."""
    points = {p.id: p for n in range(panels) for p in _points(n)}
    areas = {}
    for number in range((panels + 1) // 2):
        area = f"a{number}"
        mine = tuple(p.id for p in points.values() if p.area == area)
        set_by = SET_POINT if area == FOLLOWING and SET_POINT in points else None
        areas[area] = Area(area, f"Gallery {number}", f"Gate {number}", set_by, points=mine)
    return Site(
        id="sim",
        areas=areas,
        devices={f"p{n}": _device(n, driver, poll_ms, points) for n in range(panels)},
        points=points,
        people={person.id: person for person in PEOPLE},
        channels={name: Channel(name, "sim") for name in CHANNELS},
        chains={DEFAULT.id: DEFAULT},
    )


def _device(number: int, driver: str, poll_ms: int, points: dict[str, Point]) -> Device:
    name = f"p{number}"
    mine = tuple(p.id for p in points.values() if p.device == name)
    setup: dict[str, Any] = {"poll_ms": poll_ms, "timeout_ms": TIMEOUT_MS}
    if driver == "modbus":
        setup["address"] = f"tcp://10.0.0.{number + 1}:502"
    else:
        setup["config"] = {"device": name}
    return Device(name, f"Panel {number}", driver, (f"a{number // 2}",), mine, setup=setup)


def _points(number: int) -> list[Point]:
    made = []
    for place, kind in enumerate(KINDS):
        point_id = f"p{number}.k{place}"
        sets = (FOLLOWING,) if point_id == SET_POINT else ()
        kind = Kind.AREA_SET if sets else kind  # noqa: PLW2901
        category = CATEGORY_OF_KIND[kind]
        made.append(
            Point(
                id=point_id,
                device=f"p{number}",
                name=f"{kind} {number}",
                kind=kind,
                category=category,
                area=f"a{number // 2}",
                priority=PRIORITY_OF_CATEGORY[category],
                arming=ARMING_OF_CATEGORY[category],
                latching=category in LATCHING,
                sets=sets,
                setup={"config": {"read": f"discrete/{place}"}},
            )
        )
    return made
