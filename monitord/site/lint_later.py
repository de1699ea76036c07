"""Says which keys this version accepts and does not act on yet, or only shows.

One warning per key, at its first place: a clean check must not let anybody believe that
something is watched when it is not.
"""

from typing import Final

from monitord.site.draft import Draft
from monitord.site.findings import Findings, Mark

_CURE: Final = "keep it if you like; until then let something else watch or do this"


#: What is done with a key that is not acted on in full.
_IN_PART: Final = {
    "rota": "is shown, but this version does not tell anybody yet when it is not kept",
}


def lint_later(draft: Draft, found: Findings) -> None:
    """Collect the places of every such key and tell each once."""
    places: dict[str, list[Mark]] = {}

    def note(what: str, *path: str | int) -> None:
        places.setdefault(what, []).append(draft.mark(*path))

    for device_id, device in draft.devices.items():
        if device.model.pictures is not None:
            note("pictures", "devices", device_id, "pictures")
    for device_id, point_id, _, point in draft.points():
        path = ("devices", device_id, "points", point_id)
        if point.model.cameras:
            note("cameras", *path, "cameras")
    for post_id, post in draft.posts.items():
        if post.rota is not None:
            note("rota", "posts", post_id, "rota")
    for key, marks in places.items():
        also = f" (and at {len(marks) - 1} more places)" if len(marks) > 1 else ""
        what = _IN_PART.get(key, "is kept, but this version does not act on it yet")
        found.warning(min(marks), f"`{key}` {what}{also}", _CURE)
