"""``stations:`` of a site file: their cross checks, and what the core gets of them."""

from monitord.core import site as core
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, did_you_mean, quoted
from monitord.site.station_models import IDLE_MS

CONSOLE = "console"


def lint_stations(draft: Draft, found: Findings) -> None:
    """Check that each stands somewhere for somebody, and that console steps have one to call."""
    for name, station in draft.stations.items():
        path = ("stations", name)
        if station.area is not None:
            references.area(draft, station.area, draft.mark(*path, "area"), found)
        if station.post is not None and not draft.has("posts", station.post):
            cure = did_you_mean(station.post, draft.ids.get("posts", ()), "write it under `posts:`")
            found.error(draft.mark(*path, "post"), f"there is no post {quoted(station.post)}", cure)
        if station.idle > IDLE_MS:
            found.warning(
                draft.mark(*path, "idle"),
                "this station may be left for more than half an hour before anybody asks",
                "write a shorter `idle`",
            )
    steps = [
        draft.mark("chains", name, "steps", index)
        for name, chain in draft.chains.items()
        for index, step in enumerate(chain.steps)
        if CONSOLE in (*step.by, step.otherwise)
    ]
    if steps and not draft.ids.get("stations"):
        found.warning(
            min(steps),
            "steps call over the console, and no station is declared: they are always passed over",
            "write the control room's screen under `stations:`, then `monitord station enrol`",
        )


def compile_stations(draft: Draft) -> dict[str, core.Station]:
    """As the core has them."""
    return {
        name: core.Station(
            id=name,
            name=station.name,
            area=station.area or "",
            post=station.post or "",
            hearing_ms=station.hearing,
            idle_ms=station.idle,
            prompt_ms=station.prompt,
        )
        for name, station in draft.stations.items()
    }
