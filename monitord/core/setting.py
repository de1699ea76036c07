"""Setting and unsetting the areas that monitord keeps itself, by a person or, to set, a program.

What speaks against setting is listed, and the command is refused with that list. Who answers for
the house may set all the same, with a reason and the PIN: what stands open is then inhibited for
that set period, and for nothing longer (G1, T2.1). A panel's area is set at its panel: a command
alone must never make it look set, nor unset.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitord.core import attendance, entering
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.processing import Sign, processing
from monitord.core.rights import MAY_FORCE_SETTING, refusal
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import (
    HIGHLY_MANAGED,
    PROGRAM,
    Category,
    DeviceStatus,
    PointState,
    Proof,
    SetState,
    Suppression,
)

#: An inhibit ends when its area is unset, and here at the latest: every line ends (law 8).
INHIBITED_MS_MAX: Final = 24 * 3_600_000
#: So many of the list are named in a refusal; the others are counted.
NAMED_MAX: Final = 20

_WORD: Final[Mapping[PointState, str]] = {
    PointState.ACTIVE: "open",
    PointState.TAMPER: "tamper",
    PointState.FAULT: "fault",
    PointState.UNKNOWN: "unknown",
}


def prevents(state: State, area_id: str, *, part: bool = False) -> dict[str, str]:
    """What prevents or weakens setting, by point or camera, in the order of the site file.

    ``part``: setting in part, for which what does not guard then need not be shut.

    ``open`` is said only of what means nothing while unset and is an alarm once set; what alarms
    in every state has its own incident, and a hold-up is never told here (G9). A supply that has
    failed is told all the same: it does not outlast the night.
    """
    tested = state.walk_tests.get(area_id)  # it ends with the setting
    found: dict[str, str] = {}
    for name in state.site.areas[area_id].points:
        point, says = state.site.points[name], state.points[name].state
        if point.category is Category.NONE or (part and point.part_off):
            continue
        if says is PointState.ACTIVE and point.route and _may_leave(state, area_id):
            continue  # whoever sets it still goes out that way; looked at when that is over
        if says in _WORD and (says is not PointState.ACTIVE or _matters_once_set(point)):
            found[name] = _WORD[says]
        elif says is PointState.ACTIVE and point.category is Category.POWER:
            found[name] = "power fault"
        elif state.held(name, besides=Suppression.TEST if tested else None):
            found[name] = "held back"
    for device in state.site.devices.values():
        if device.camera and area_id in device.areas and _is_dead(state, device.id):
            found[device.id] = "does not answer"
    return found


def _is_dead(state: State, device: str) -> bool:
    return state.devices[device].status is not DeviceStatus.OK


def _may_leave(state: State, area_id: str) -> bool:
    """Whoever sets it now is given the exit time."""
    is_unset = state.areas[area_id].state is SetState.UNSET
    return is_unset and bool(state.site.areas[area_id].exit_ms)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What a command to set or unset changes, or why it does not."""
    if isinstance(fact, f.SetArea | f.UnsetArea):
        refused = refusal(state, fact) or _not_ours(state, fact)
        if refused is None and isinstance(fact, f.UnsetArea):
            refused = attendance.refusal_to_unset(state, fact.area)
        if refused is not None:
            yield refused
        elif isinstance(fact, f.SetArea):
            yield from _set(state, now_ms, fact)
        else:
            yield ev.AreaChanged(area=fact.area, state=SetState.UNSET, by=fact.by)


def _not_ours(state: State, fact: f.SetArea | f.UnsetArea) -> ev.CommandRefused | None:
    area = state.site.areas.get(fact.area)
    if area is None:
        return ev.CommandRefused(code="unknown", text=f"No area is called {fact.area}")
    if area.set_by is not None:
        text = f"{area.name} is set and unset at its panel, which says so by {area.set_by}"
        return ev.CommandRefused(code="set-by-panel", text=text)
    wanted = _wanted(fact)
    now_is = state.areas[fact.area].state
    if now_is is wanted:
        return ev.CommandRefused(code="already", text=f"{area.name} is {wanted} already")
    if wanted is not SetState.PART_SET:
        return None
    if not any(state.site.points[name].part_off for name in area.points):
        text = f"Nothing of {area.name} is off while it is part set: set it as a whole"
        return ev.CommandRefused(code="no-part", text=text)
    if now_is.counts_as_set and (fact.by.startswith(PROGRAM) or fact.proof is not Proof.PIN):
        text = f"{area.name} guards less when it is only part set: that needs your PIN"
        return ev.CommandRefused(code="needs-pin", text=text)
    return None


def _wanted(fact: f.SetArea | f.UnsetArea) -> SetState:
    if isinstance(fact, f.UnsetArea):
        return SetState.UNSET
    return SetState.PART_SET if fact.part else SetState.SET


def _set(state: State, now_ms: int, fact: f.SetArea) -> Iterator[ev.AnyEvent]:
    against = prevents(state, fact.area, part=fact.part)
    was_unset = state.areas[fact.area].state is SetState.UNSET
    if against:
        refused = _not_forced(state, fact, against)
        if refused is not None:
            yield refused
            return
        for point in against:
            if point in state.site.points:
                yield from _inhibited(state, now_ms, fact, state.site.points[point])
    yield ev.AreaChanged(
        area=fact.area,
        state=_wanted(fact),
        by=fact.by,
        overridden=tuple(against),
        reason=fact.reason if against else "",
    )
    if was_unset:  # what guards already is not excused for anybody who leaves
        yield from entering.leaving(state, now_ms, fact.area)


def _not_forced(
    state: State, fact: f.SetArea, against: Mapping[str, str]
) -> ev.CommandRefused | None:
    """Why what speaks against it is not overridden; None when it is."""
    if not fact.force:
        named = [f"{name} {word}" for name, word in against.items()]
        more = f" and {len(named) - NAMED_MAX} more" if len(named) > NAMED_MAX else ""
        name = state.site.areas[fact.area].name
        text = (
            f"{name} is not ready to be set: {', '.join(named[:NAMED_MAX])}{more}. "
            "Put that right, or set it all the same: --force --reason, by who answers for the house"
        )
        return ev.CommandRefused(code="not-ready", text=text)
    code, text = "", ""
    if fact.by.startswith(PROGRAM) or fact.proof is not Proof.PIN:
        code, text = "needs-pin", "Setting over what stands open needs a person and their PIN"
    elif state.site.people[fact.by].role not in MAY_FORCE_SETTING:
        code = "forbidden"
        text = "Only a duty manager, security manager or director may set over what stands open"
    elif not fact.reason.strip():
        code, text = "bad-input", "Say why it is set all the same: the reason is kept"
    return ev.CommandRefused(code=code, text=text) if code else None


def _inhibited(state: State, now_ms: int, fact: f.SetArea, point: Point) -> Iterator[ev.AnyEvent]:
    """What would alarm for standing open. Tamper, fault and silence go on to be told (T1.6)."""
    if state.held(point.id) or point.category in HIGHLY_MANAGED or not _matters_once_set(point):
        return
    yield ev.AlarmSuppressed(
        source=point.id,
        how=Suppression.INHIBITED,
        until_utc_ms=state.utc_ms(now_ms) + INHIBITED_MS_MAX,
        by=fact.by,
        reason=fact.reason,
    )


def _matters_once_set(point: Point) -> bool:
    once_set = processing(SetState.SET, point.kind, Sign.ACTIVE)
    return once_set.alarms and not processing(SetState.UNSET, point.kind, Sign.ACTIVE).alarms
