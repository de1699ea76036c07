"""The processing matrix: what follows from what a point says, by its kind and its area's state.

One table, over its whole domain: set state x kind x sign. :mod:`monitord.core.alarms` decides by
it and by nothing else. Unknown counts as set in every row; silence is a tamper where somebody
may have cut the line and a fault where nobody guards (law 4). After EN 50131-1 table 7. Data
only; it must never ask for anything but its key.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Final

import msgspec

from monitord.vocabulary import (
    CATEGORY_OF_KIND,
    Category,
    Condition,
    Kind,
    PointState,
    Priority,
    SetState,
)


class Sign(StrEnum):
    """What a point says, or that it says nothing past its limit."""

    ACTIVE = "active"
    TAMPER = "tamper"
    FAULT = "fault"
    SILENCE = "silence"


SIGN_OF: Final[Mapping[PointState, Sign]] = {
    PointState.TAMPER: Sign.TAMPER,
    PointState.FAULT: Sign.FAULT,
}


class Processing(msgspec.Struct, frozen=True):
    """What follows. ``category`` NONE: no alarm, for the record alone.

    ``silent``: no sound and nothing shown at the place itself. ``sounder``: an outside sounder
    may be used; ``outside``: channels that leave the site may be. ``yields``: a dated permit or
    booking may hold it back; fire, hold-up and tamper yield to no logic. ``top``: the highest
    priority, whatever the point says.
    """

    category: Category
    condition: Condition
    silent: bool = False
    sounder: bool = False
    outside: bool = True
    yields: bool = False
    top: bool = False

    @property
    def alarms(self) -> bool:
        """People are called."""
        return self.category is not Category.NONE


_NOTHING: Final = Processing(Category.NONE, Condition.ACTIVE, outside=False)
_FAULT: Final = Processing(Category.TECHNICAL, Condition.FAULT)
_TAMPER: Final = Processing(Category.TAMPER, Condition.TAMPER)
_TAMPER_GUARDED: Final = Processing(Category.TAMPER, Condition.TAMPER, sounder=True)


def _active(category: Category, **more: bool) -> Processing:
    return Processing(category, Condition.ACTIVE, **more)


#: What a category's kinds do when active: while the area is guarded, and while it is unset.
_ACTIVE: Final[Mapping[Category, tuple[Processing, Processing]]] = {
    Category.INTRUSION: (_active(Category.INTRUSION, sounder=True), _NOTHING),
    Category.OBJECT: (
        _active(Category.OBJECT, sounder=True, yields=True),
        _active(Category.OBJECT, yields=True),
    ),
    Category.HOLD_UP: (_active(Category.HOLD_UP, silent=True),) * 2,
    Category.FIRE: (_active(Category.FIRE, sounder=True),) * 2,
    Category.TAMPER: (_active(Category.TAMPER, sounder=True), _active(Category.TAMPER)),
    Category.FLOOD: (_active(Category.FLOOD),) * 2,
    Category.WEATHER: (_active(Category.WEATHER),) * 2,
    Category.CLIMATE: (_active(Category.CLIMATE),) * 2,
    Category.POWER: (_active(Category.POWER),) * 2,
    Category.EARLY_WARNING: (_active(Category.EARLY_WARNING, yields=True), _NOTHING),
    Category.NONE: (_NOTHING, _NOTHING),
}

#: A device or point that says nothing. An outside sounder stays still: it may be the network.
SILENCE: Final[Mapping[SetState, Processing]] = {
    state: _TAMPER if state.counts_as_set else _FAULT for state in SetState
}


def _row(area: SetState, kind: Kind, sign: Sign) -> Processing:
    match sign:
        case Sign.ACTIVE:
            guarded, unset = _ACTIVE[CATEGORY_OF_KIND[kind]]
            if kind is Kind.STORE_DOOR:  # a visit to a store is agreed by permit
                guarded = msgspec.structs.replace(guarded, yields=True)
            return guarded if area.counts_as_set else unset
        case Sign.TAMPER:
            return _TAMPER_GUARDED if area.counts_as_set else _TAMPER
        case Sign.FAULT:
            return _FAULT
        case Sign.SILENCE:
            return SILENCE[area]


PROCESSING: Final[Mapping[tuple[SetState, Kind, Sign], Processing]] = {
    key: _row(*key) for key in product(SetState, Kind, Sign)
}

#: While no object may be moved (D5), its contacts are of the top class, set or unset.
FROZEN: Final[Mapping[Kind, Processing]] = {
    kind: _active(Category.OBJECT, sounder=True, yields=True, top=True)
    for kind in (Kind.CASE, Kind.PICTURE, Kind.PLINTH, Kind.STORE_DOOR)
}


def processing(area: SetState, kind: Kind, sign: Sign, *, frozen: bool = False) -> Processing:
    """The row that counts. ``frozen``: no object may be moved here now."""
    if frozen and sign is Sign.ACTIVE and kind in FROZEN:
        return FROZEN[kind]
    return PROCESSING[area, kind, sign]


def priority(row: Processing, of_point: Priority, *, grave: bool = False) -> Priority:
    """The priority of an alarm by this row; ``grave``: past a second limit, one step higher."""
    if row.top:
        return Priority.CRITICAL
    return Priority(max(Priority.CRITICAL, of_point - 1)) if grave else of_point
