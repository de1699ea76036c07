"""What counts for a point now: the set state of its area, the hours, the mode, who passes by.

Pure look-ups that :mod:`alarms` asks before it reads the processing matrix. Where nobody knows,
the area counts as set; nothing here may ever answer less than that.
"""

from monitord.core import calendar, entering, fire, warming
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import Category, SetState


def set_state_of(state: State, point: Point) -> SetState:
    """The set state that counts for a point: that of its area, unknown where nobody knows it."""
    record = state.areas.get(point.area)
    return SetState.UNKNOWN if record is None else record.state


def sensed_in(state: State, point: Point) -> SetState:
    """The set state that counts for what it senses; its tamper and its silence always guard."""
    if is_unexpected(state, point) or fire.is_raised(state, point):
        return SetState.SET
    if point.releases:  # no door of it is in an area that is guarded
        return SetState.UNSET
    area = set_state_of(state, point)
    return SetState.UNSET if point.part_off and area is SetState.PART_SET else area


def is_unexpected(state: State, point: Point) -> bool:
    """A vehicle or person outside the hours: nobody is expected, whether it was set or not."""
    warns = point.category is Category.EARLY_WARNING
    return warns and calendar.is_outside_hours(state, point.area)


def is_frozen(state: State, point: Point) -> bool:
    """No object of its area may be moved in the mode of today (D5)."""
    area = state.site.areas.get(point.area)
    return area is not None and state.mode in area.frozen_in


def is_excused(state: State, point: Point) -> bool:
    """Somebody may be passing it, its power has just come back, or it is switched off for a time:
    that it is active neither begins an alarm nor ends one."""
    passes = entering.excuse(state, point) is entering.Excuse.EXCUSED
    return passes or warming.holds_off(state, point) or fire.in_time(state, point)
