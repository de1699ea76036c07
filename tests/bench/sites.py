"""A compiled site of 12,800 points in 200 areas that count as set, one panel to an area."""

from monitord.core.site import Area, Channel, Device, Person, Site
from monitord.vocabulary import Kind, Role
from tests.core.sites import DEFAULT_CHAIN, point

DEVICES, POINTS = 200, 64


def large_site(kind: Kind, smoke: int = 0) -> Site:
    """All points of one kind, but for the first ``smoke`` of each device.

    One person is called by one channel, at once for every incident: a flood holds no call.
    """
    devices, points, areas = {}, {}, {}
    for d in range(DEVICES):
        kinds = [Kind.SMOKE if p < smoke else kind for p in range(POINTS)]
        mine = [point(f"d{d}", f"p{p}", k, f"a{d}") for p, k in enumerate(kinds)]
        ids = tuple(p.id for p in mine)
        points.update({p.id: p for p in mine})
        devices[f"d{d}"] = Device(f"d{d}", f"Panel {d}", "modbus", (f"a{d}",), ids)
        areas[f"a{d}"] = Area(f"a{d}", f"Gallery {d}", "Gate A", points=ids)
    return Site(
        id="bench",
        areas=areas,
        devices=devices,
        points=points,
        people={"anna": Person("anna", Role.DUTY_MANAGER, ("voice",))},
        channels={"voice": Channel("voice", "webhook")},
        chains={"default": DEFAULT_CHAIN},
        calls_in_flood_ms=0,
    )
