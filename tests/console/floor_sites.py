"""A site with one floor: a tiny drawing, and its things on it."""

import hashlib

from msgspec.structs import replace

from monitord.core.site import Site

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40" width="80" height="40">'
    b'<rect x="1" y="1" width="78" height="38" fill="none" stroke="#888"/></svg>'
)
DIGEST = hashlib.sha256(DRAWING).hexdigest()


def with_floors(site: Site, **points: tuple[float, float]) -> Site:
    """The gallery, the east panel and the points (``east_pir=(20, 50)``) on the first floor."""
    floor = {
        "name": "First floor",
        "file": "first.svg",
        "source": "",
        "sha256": DIGEST,
        "media": "image/svg+xml",
        "width": 80.0,
        "height": 40.0,
    }
    places = {
        "areas": {"gallery": ("first", 50.0, 10.0)},
        "devices": {"east": ("first", 5.0, 5.0)},
        "points": {name.replace("_", "."): ("first", x, y) for name, (x, y) in points.items()},
    }
    return replace(site, setup={**site.setup, "floors": {"first": floor}, "places": places})


def with_all_on_a_floor(site: Site) -> Site:
    """Every point of it, side by side."""
    return with_floors(site, **{name.replace(".", "_"): (10, 10) for name in site.points})
