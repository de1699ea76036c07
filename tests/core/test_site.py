"""The compiled site: read back, it takes no more memory than it says different things."""

import msgspec

from monitord.core.site import Site
from monitord.vocabulary import Kind
from tests.core.sites import museum, point


def test_a_site_that_was_read_back_is_equal_and_holds_equal_words_once() -> None:
    """Thousands of points say the same."""
    site = museum(west={"pir": Kind.MOTION, "pir2": Kind.MOTION})
    setup = {"config": {"read": "discrete/0"}, "scale": 1.0}
    points = {k: msgspec.structs.replace(p, setup=dict(setup)) for k, p in site.points.items()}
    site = msgspec.structs.replace(site, points=points)
    again = msgspec.json.decode(msgspec.json.encode(site), type=Site)
    assert again == site
    first, second = again.points["west.pir"], again.points["west.pir2"]
    assert first.device is second.device
    assert first.setup is second.setup


def test_what_differs_in_kind_alone_stays_apart() -> None:
    """1, 1.0 and true are equal in Python and not in a section."""
    points = {
        f"d.p{i}": msgspec.structs.replace(
            point("d", f"p{i}", Kind.MOTION, "a"), setup={"scale": scale}
        )
        for i, scale in enumerate((1, 1.0, True))
    }
    site = Site("apart", points=points)
    assert [type(p.setup["scale"]) for p in site.points.values()] == [int, float, bool]
