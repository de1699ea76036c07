"""Who unset an area, and whether they are on its list (D1).

A panel names a user by a reading's ``by`` or by a register beside its set contact; the site file
says which person that is. Nobody known is nobody listed. A list counts by its dates and modes.
"""

from typing import Final

from monitord.core import events as ev
from monitord.core.site import Site
from monitord.core.state import State
from monitord.vocabulary import PointState

#: What a panel calls somebody whom the site file does not know; no person's id has a slash.
USER: Final = "user/"
USER_MAX: Final = 32


def person_of(state: State, spoken: ev.PointStateChanged) -> str:
    """The person who is named with this word of a panel; ``user/NAME``, or empty for nobody."""
    point = state.site.points[spoken.point]
    said = spoken.by or _registered(state, spoken.point)
    if not said:
        return ""
    for person in state.site.people.values():
        if said in person.panel_users or f"{point.device}/{said}" in person.panel_users:
            return person.id
    return USER + said[:USER_MAX]


def _registered(state: State, point: str) -> str:
    """What the register beside the set contact has; it stands before it in the same answer."""
    areas = (state.site.areas[area] for area in state.site.points[point].sets)
    register = next((area.user_by for area in areas if area.user_by), None)
    record = state.points.get(register or "")
    if record is None or record.state is not PointState.NORMAL or record.value is None:
        return ""
    value = record.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def may_unset(state: State, area: str, by: str, utc_ms: int) -> bool:
    """Whether this person is on the list of the area now; everybody is where there is none."""
    listed = state.site.areas[area].unset_by
    return not listed or any(
        entry.person == by
        and entry.from_ms <= utc_ms
        and (entry.until_ms is None or utc_ms < entry.until_ms)
        and (not entry.modes or state.mode in entry.modes)
        for entry in listed
    )


def is_known(site: Site, by: str) -> bool:
    """A person of the site file."""
    return by in site.people
