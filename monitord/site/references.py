"""Names that must mean something: one function for each kind, used wherever it may be written.

Each says whether the name is known, and tells the finding when it is not.
"""

from typing import Final

from monitord.site.draft import Draft
from monitord.site.findings import Findings, Mark, did_you_mean, listed, quoted
from monitord.vocabulary import Role

#: These exist without being declared and reach a place, not an address.
LOCAL_CHANNELS: Final = ("console", "terminal")


def area(draft: Draft, name: str, at: Mark, found: Findings) -> bool:
    """An area of the site."""
    areas = draft.ids.get("areas", ())
    if name in areas:
        return True
    cure = did_you_mean(name, areas, "write it under `areas:`")
    found.error(at, f"there is no area {quoted(name)}", cure)
    return False


def point(draft: Draft, name: str, at: Mark, found: Findings) -> bool:
    """A point, in full, with which a panel says that an area is set."""
    if name in draft.point_ids:
        return True
    full = sorted(known for known in draft.point_ids if known.split(".")[-1] == name)
    cure = (
        f"write it in full: {listed(full)}"
        if full
        else did_you_mean(name, sorted(draft.point_ids), "name a point of kind area-set")
    )
    found.error(at, f"there is no point {quoted(name)}", cure)
    return False


def way(draft: Draft, channel: str, at: Mark, found: Findings) -> bool:
    """A channel under a person's ``reach``; never quoted, a number may stand in its place."""
    if channel in LOCAL_CHANNELS or draft.has("channels", channel):
        return True
    known = draft.ids.get("channels", ())
    cure = did_you_mean(channel, known, f"write one of: {listed(known)}")
    found.error(at, "there is no channel of this name", cure)
    return False


def channel_of_step(draft: Draft, channel: str, at: Mark, found: Findings) -> bool:
    """A channel of a chain's step."""
    if channel in LOCAL_CHANNELS or draft.has("channels", channel):
        return True
    known = [*draft.ids.get("channels", ()), *LOCAL_CHANNELS]
    cure = did_you_mean(channel, known, f"the channels are: {listed(known)}")
    found.error(at, f"there is no channel {quoted(channel)}", cure)
    return False


def target(draft: Draft, name: str, at: Mark, found: Findings) -> bool:
    """Whom a step calls: a person, a role or a post."""
    roles = [role.value for role in Role]
    if draft.has("people", name) or draft.has("posts", name) or name in roles:
        return True
    known = [*draft.ids.get("people", ()), *draft.ids.get("posts", ()), *roles]
    cure = did_you_mean(name, known, f"one of: {listed(known, most=30)}")
    found.error(at, f"{quoted(name)} is no person, role or post", cure)
    return False


def person(draft: Draft, name: str, at: Mark, found: Findings) -> bool:
    """A person of the site."""
    if draft.has("people", name):
        return True
    cure = did_you_mean(name, draft.ids.get("people", ()), "write it under `people:`")
    found.error(at, f"there is no person {quoted(name)}", cure)
    return False
