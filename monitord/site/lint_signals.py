"""Cross checks of how a point is read: wiring, resistors, limits, and what can never be seen."""

from itertools import pairwise
from typing import Final

from monitord.core.signals import MEASURED, loop_of, overlaps
from monitord.site.draft import DeviceDraft, Draft, Path, PointDraft
from monitord.site.findings import Findings, Mark
from monitord.site.models import Point
from monitord.site.signal_models import Limits, Loop
from monitord.site.signal_setup import loop_setup
from monitord.vocabulary import CATEGORY_OF_KIND, Category, Kind

STUCK_MS_MIN: Final = 60_000
_RESISTORS: Final = frozenset({"eol1", "eol2", "eol3"})


def lint_signal(draft: Draft, at: tuple[str, str], point: PointDraft, found: Findings) -> None:
    """Check one point by itself."""
    path = ("devices", at[0], "points", at[1])
    model = point.model
    if model.scale == 0:
        found.error(draft.mark(*path, "scale"), "with `scale: 0` every value is 0", "write 1")
    if model.wiring in _RESISTORS:
        _wiring(draft, path, point, found)
    elif model.loop is not None:
        found.error(
            draft.mark(*path, "loop"),
            f"`loop` says resistors, and `wiring: {model.wiring}` has none",
            "write `wiring: eol1`, eol2 or eol3 beside it, or take `loop` out",
        )
    measured = is_measured(point)
    for key in ("limits", "mean", "stuck"):
        if getattr(model, key) is not None and not measured:
            found.error(
                draft.mark(*path, key),
                f"`{key}` is for a measured value, and {at[1]} is a contact",
                "write its `unit` (or `scale`) if it is a register, or take this out",
            )
    if measured:
        _measured(draft, path, model, found)
    if model.latching is False and CATEGORY_OF_KIND[model.kind] is Category.FLOOD:
        found.error(
            draft.mark(*path, "latching"),
            "an alarm of water would end by itself",
            "take `latching` out: it stays until a person has looked and reset it",
        )


def _wiring(draft: Draft, path: Path, point: PointDraft, found: Findings) -> None:
    model = point.model
    at = draft.mark(*path, "wiring")
    read = getattr(point.typed, "read", None)
    if getattr(getattr(read, "table", None), "is_bits", False):
        found.error(
            at,
            f"`wiring: {model.wiring}` needs a measured resistance, and {read} is a single bit",
            "read an analogue input (input/…), or wire it to two bits (`opposite:`)",
        )
    if is_measured(point) and model.kind is not Kind.EVENT:
        found.error(
            at,
            f"`wiring: {model.wiring}` is for a contact, and this point has a measured value",
            "take it out, or `unit`, `scale` and a measured kind",
        )
    if model.loop is None:
        found.error(
            at,
            f"`wiring: {model.wiring}` without its resistors",
            "write `loop: {end: 4700, alarm: 4700, full: 65535}`, in ohm, as they are fitted",
        )
    else:
        _loop(draft.mark(*path, "loop"), model.wiring, model.loop, found)


def _loop(at: Mark, wiring: str, loop: Loop, found: Findings) -> None:
    wanted = {"eol1": (0, 0), "eol2": (1, 0), "eol3": (1, 1)}[wiring]
    has = (int(loop.alarm is not None), sum(r is not None for r in (loop.mask, loop.fault)))
    if has != wanted:
        which = {
            "eol1": "`end` alone",
            "eol2": "`end` and `alarm`",
            "eol3": "`end`, `alarm` and one of `mask` and `fault`",
        }[wiring]
        found.error(
            at, f"these are not the resistors of `wiring: {wiring}`", f"write {which}, in ohm"
        )
    elif overlaps(loop_of(wiring, loop_setup(loop))):
        found.error(
            at,
            "two states of this loop measure alike: they cannot be told apart",
            "fit resistors that differ more (±10 % of each must stay apart), as 4700, 4700, 2200",
        )
    if wiring != "eol1" and loop.contact != "normally-closed":
        found.error(
            at,
            f"`contact` is for `wiring: eol1`; {wiring} has a normally-closed one",
            "take it out",
        )


def _measured(draft: Draft, path: Path, model: Point, found: Findings) -> None:
    limits = model.limits
    if model.stuck is not None and model.stuck < STUCK_MS_MIN:
        found.error(
            draft.mark(*path, "stuck"),
            f"a value that stays the same for {model.stuck} ms is nothing unusual",
            "write hours, as in 6h",
        )
    alarms = CATEGORY_OF_KIND[model.kind] is not Category.NONE
    limited = limits is not None and bool(_values(limits) or limits.rise or limits.fall)
    watched = limited or model.need is not None
    if watched and not alarms:
        found.warning(
            draft.mark(*path, "limits"),
            f"the kind {model.kind} never alarms: limits of it are for the record alone",
            "give it another kind, such as water-level, temperature or humidity",
        )
    elif model.kind in MEASURED and alarms and not watched:
        found.warning(
            draft.mark(*path, "kind"),
            "nothing makes an alarm of this value: it has no limit",
            "write `limits: {high: …}`, or `kind: value` if it is for the record alone",
        )
    if model.kind is Kind.WIND and watched and model.mean is None:
        found.warning(
            draft.mark(*path, "limits"),
            "this is the wind of a moment: each gust would alarm",
            "write `mean: 10min` for the wind, and a point of `kind: gust` for the gusts",
        )
    if limits is not None:
        _limits(draft.mark(*path, "limits"), limits, model.unit, found)


def _values(limits: Limits) -> list[float]:
    """From the lowest to the highest."""
    order = [limits.low_low, limits.low, limits.high, limits.high_high]
    return [value for value in order if value is not None]


def _limits(at: Mark, limits: Limits, unit: str, found: Findings) -> None:
    known = _values(limits)
    if any(later <= earlier for earlier, later in pairwise(known)):
        found.error(at, "the limits are out of order", "low-low < low < high < high-high")
    if limits.valid is not None:
        lowest, highest = limits.valid
        if lowest >= highest or any(not lowest <= value <= highest for value in known):
            found.error(
                at, "`valid` does not hold the limits", "write [lowest, highest] around them all"
            )
    _deadband(at, limits, known, found)
    for change in (limits.rise, limits.fall):
        if change is not None and change.unit != unit:
            said = f"in {change.unit}" if change.unit else "without a unit"
            found.error(
                at,
                f"the change is {said}, the point {f'in {unit}' if unit else 'without a unit'}",
                "write both in one unit, as in `unit: m` and 0.2 m in 10min",
            )


def _deadband(at: Mark, limits: Limits, known: list[float], found: Findings) -> None:
    if limits.deadband is None:
        return
    gaps = [round(later - earlier, 9) for earlier, later in pairwise(known)]
    gaps += [change.by for change in (limits.rise, limits.fall) if change is not None]
    if limits.deadband < 0 or any(limits.deadband >= gap for gap in gaps if gap > 0):
        found.error(
            at,
            "the deadband is wider than the gap: what it holds would not end in time",
            "write one smaller than the distance of the limits, and than a rise or fall",
        )


def lint_unsupervised(device: DeviceDraft, device_id: str, at: Mark, found: Findings) -> None:
    """T5.2: what this wiring can never tell from a quiet detector."""
    plain: list[str] = [
        point.model.wiring
        for point in device.points.values()
        if not is_measured(point)
        and CATEGORY_OF_KIND[point.model.kind] is not Category.NONE
        and getattr(point.typed, "opposite", None) is None
    ]
    said = []
    for wiring, blind in _BLIND.items():
        if count := plain.count(wiring):
            said.append(f"{blind} on {count} {wiring} contact{'s'[: count > 1]}")
    if said:
        found.warning(
            at,
            f"{device_id}: {', '.join(said)}",
            "fit resistors at its end (`wiring: eol2`) or wire two inputs (`opposite:`); else have "
            "the panel report tamper on points of their own (kind: tamper), and test by walk",
        )


#: By wiring.
_BLIND: Final = {
    "normally-closed": "cable short undetectable",
    "normally-open": "cable cut undetectable",
    "eol1": "cable fault not always told from an alarm",
}


def is_measured(point: PointDraft) -> bool:
    """Whether its numbers are values, and not contacts or loops."""
    model = point.model
    return model.kind in MEASURED or bool(model.unit) or model.scale not in (None, 1)
