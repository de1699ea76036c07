"""A house with a way in: the store of ``sites.museum``, with its route, its times and its post.

The store has a steel door and a hall detector on the route; off it a detector, a glass detector,
a case, a smoke detector and a panic button. First the post is called at its terminal, then anna by
voice; voice and sms leave the site.
"""

from typing import Final

import msgspec

from monitord.core import facts as f
from monitord.core.site import Chain, ChainStep, Site
from monitord.vocabulary import Kind, Proof
from tests.core.night import Events, Night
from tests.core.sites import S, museum

STORE: Final = {
    "door": Kind.DOOR,
    "hall": Kind.MOTION,
    "pir": Kind.MOTION,
    "glass": Kind.GLASS,
    "case": Kind.CASE,
    "smoke": Kind.SMOKE,
    "panic": Kind.PANIC,
}
ROUTE: Final = ("west.door", "west.hall")
ENTRY: Final = 30 * S
EXIT: Final = 60 * S

POST_FIRST: Final = Chain(
    "default",
    (
        ChainStep(("control-room",), ("terminal",), 20 * S),
        ChainStep(("duty-manager",), ("voice",), 60 * S),
        ChainStep(("security-manager",), ("voice", "sms"), 60 * S),
    ),
)
OUTSIDE_FIRST: Final = Chain("default", POST_FIRST.steps[1:])


def house(
    *chains: Chain,
    entry_ms: int = ENTRY,
    exit_ms: int = EXIT,
    abort_ms: int = 0,
    route: tuple[str, ...] = ROUTE,
) -> Site:
    """The site; the gallery follows its panel and has no times of its own."""
    site = museum(*(chains or (POST_FIRST,)), west=STORE)
    replace = msgspec.structs.replace
    store = replace(site.areas["store"], entry_ms=entry_ms, exit_ms=exit_ms, abort_ms=abort_ms)
    outside = {
        name: replace(channel, outside=name in ("voice", "sms"))
        for name, channel in site.channels.items()
    }
    points = {name: replace(p, route=name in route) for name, p in site.points.items()}
    return replace(site, areas={**site.areas, "store": store}, channels=outside, points=points)


def sets(night: Night, by: str = "anna", *, force: bool = False) -> Events:
    """Anna sets the store, with her PIN."""
    return night.feed(f.SetArea(area="store", force=force, reason="works", by=by, proof=Proof.PIN))


def unsets(night: Night, by: str = "gus", proof: Proof = Proof.PIN) -> Events:
    """Gus unsets the store, with his PIN."""
    return night.feed(f.UnsetArea(area="store", by=by, proof=proof))


def outside_calls(night: Night) -> list[tuple[int, str, str]]:
    """When, whom and by which channel that leaves the site."""
    channels = night.state.site.channels
    return [
        (ms, who, by)
        for ms, who, by, _ in night.called()
        if by in channels and channels[by].outside
    ]
