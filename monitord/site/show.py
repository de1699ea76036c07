"""Where each effective value of a point, device, area or chain comes from: line or default.

Read-only, on paper: it loads the site file anew and asks no daemon.
"""

from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel

from monitord.site.camera_models import LooksAt
from monitord.site.chain_models import Chain, Step
from monitord.site.compile import effective_kind, kind_levels
from monitord.site.draft import DeviceDraft, Draft, PointDraft, written
from monitord.site.findings import SiteRefused, nearest
from monitord.site.kinds import WORD_KEYS, choose
from monitord.site.lint_silence import speaks_first
from monitord.site.loader import examine
from monitord.site.models import Device, FollowsPoint, Point
from monitord.site.types import ChannelTypes, DriverTypes
from monitord.site.words import size_text
from monitord.vocabulary import ARMING_OF_CATEGORY, CATEGORY_OF_KIND


class Row(msgspec.Struct, frozen=True):
    """One value and its origin: ``file:line``, or the default that gave it."""

    key: str
    value: str
    origin: str


class Sheet(msgspec.Struct, frozen=True):
    """All effective values of one thing. ``what`` is ``point east-panel.g1-pir``."""

    what: str
    rows: tuple[Row, ...]


class NotThere(LookupError):
    """The name means nothing, or several things; the text says what to write."""


def show(path: Path | str, name: str, drivers: DriverTypes, channels: ChannelTypes) -> Sheet:
    """The effective values behind ``name``: a point (full or unique short id), a device, an
    area, or a chain.

    Raises ``SiteRefused`` for a site with errors, ``NotThere`` for a name that is not in it.
    """
    draft, found = examine(Path(path), drivers, channels)
    if found.errors:
        raise SiteRefused(found.sorted())
    full = {f"{device}.{point}": (device, point) for device, point, _, _ in draft.points()}
    short = [item for item in full if item.partition(".")[2] == name]
    if name in full:
        return _point_sheet(draft, *full[name])
    if name in draft.devices:
        return Sheet(f"device {name}", tuple(_device_rows(draft, name)))
    if name in draft.areas:
        return Sheet(f"area {name}", tuple(_area_rows(draft, name)))
    if name in draft.chains:
        return Sheet(f"chain {name}", tuple(_chain_rows(draft, name)))
    if len(short) == 1:
        return _point_sheet(draft, *full[short[0]])
    if short:
        raise NotThere(f"{name} is in several devices: write one of {', '.join(short)}")
    near = nearest(name, [*full, *draft.devices, *draft.areas, *draft.chains])
    raise NotThere(
        f"there is no point, device, area or chain {name}"
        + (f"; did you mean {near}?" if near else "")
    )


def _origin(draft: Draft, path: tuple[str | int, ...], default: str) -> str:
    mark = written(draft.source.root, path)
    return str(mark) if mark is not None else default


def _point_sheet(draft: Draft, device_id: str, point_id: str) -> Sheet:
    device = draft.devices[device_id]
    point = device.points[point_id]
    rows = [
        *_point_rows(draft, device_id, point_id, device, point),
        *_kind_rows(draft, device_id, point_id, device, point),
        *(_named(f"device.{row.key}", row) for row in _device_rows(draft, device_id)),
    ]
    area = draft.area_of(device, point)
    if area in draft.areas:
        rows += [_named(f"area.{row.key}", row) for row in _area_rows(draft, area)]
    rows += _chain_of(draft, point)
    return Sheet(f"point {device_id}.{point_id}", tuple(rows))


def _named(key: str, row: Row) -> Row:
    return Row(key, row.value, row.origin)


def _point_rows(
    draft: Draft, device_id: str, point_id: str, device: DeviceDraft, point: PointDraft
) -> list[Row]:
    path = ("devices", device_id, "points", point_id)
    rows = [
        Row(key, shown, _origin(draft, (*path, key), "default"))
        for key, shown in _fields(point.model, leave=("area", "name", *_KIND_FIELDS))
    ]
    area_at = _origin(draft, ("devices", device_id, "area"), "nowhere: the kind needs none")
    name = point.model.name or point_id
    return [
        Row("name", name, _origin(draft, (*path, "name"), "default: the id")),
        Row(
            "area", draft.area_of(device, point) or "none", _origin(draft, (*path, "area"), area_at)
        ),
        *rows,
        *_driver_rows(draft, path, point.typed, point.config, device.model.driver),
    ]


_KIND_FIELDS = ("priority", "latching", *WORD_KEYS)


def _kind_rows(
    draft: Draft, device_id: str, point_id: str, device: DeviceDraft, point: PointDraft
) -> list[Row]:
    area = draft.area_of(device, point) or ""
    kind = effective_kind(draft, area, point)
    category = CATEGORY_OF_KIND[kind]
    levels = kind_levels(draft, area, point)
    default = f"default: category {category.value}"
    rows = [
        Row("category", category.value, f"default: kind {kind.value}"),
        Row("alarms", ARMING_OF_CATEGORY[category].value, default),
    ]
    for field in _KIND_FIELDS:
        key = field.replace("_", "-")
        chosen = choose(field, kind, levels)
        origin = {
            "point": _origin(draft, ("devices", device_id, "points", point_id, key), default),
            "area": _origin(draft, ("areas", area, "kinds", kind.value, key), default),
            "site": _origin(draft, ("kinds", kind.value, key), default),
            "own": _origin(draft, ("kinds", point.own_kind, key), default),
            "matrix": "from loss and time-to-respond, by the table in kinds.yaml",
            "shipped": f"default: {draft.shipped_kinds.marks.get(kind, '')}",
            "category": default,
        }[chosen.level]
        rows.append(Row(key, _shown(field, chosen.value), origin))
    return rows


def _device_rows(draft: Draft, device_id: str) -> list[Row]:
    device = draft.devices[device_id]
    path = ("devices", device_id)
    default = f"default: driver {device.model.driver}"
    defaults = {
        "poll": device.driver.poll_ms if device.driver else None,
        "timeout": device.driver.timeout_ms if device.driver else None,
        "silence": device.driver.silence_ms or None if device.driver else None,
    }
    rows = []
    other = "poll" if device.driver and speaks_first(device.driver) else "silence"
    for key, shown in _fields(device.model, leave=("points", "outputs", other)):
        value = shown
        if key in defaults and written(draft.source.root, (*path, key)) is None:
            value = _shown(key, defaults[key])
            rows.append(Row(key, value, default))
        else:
            rows.append(Row(key, value, _origin(draft, (*path, key), "default")))
    own = {key: value for key, value in device.config.items() if key != "outputs"}
    return [*rows, *_driver_rows(draft, path, device.typed, own, device.model.driver)]


def _driver_rows(
    draft: Draft,
    path: tuple[str, ...],
    typed: BaseModel | None,
    config: dict[str, Any],
    driver: str,
) -> list[Row]:
    """The driver's keys; a value that knows both of its notations (``words``) shows both."""
    ours = {field.alias or name for name, field in (*_FIELDS_DEVICE, *_FIELDS_POINT)}
    rows = []
    fields = type(typed).model_fields if typed is not None else {}
    keys = {field.alias or name: name for name, field in fields.items()}
    for key in dict.fromkeys([*config, *keys]):
        if key in ours:
            continue
        value = getattr(typed, keys.get(key, key), config.get(key))
        shown = str(getattr(value, "words", value))
        at = _origin(draft, (*path, key), f"default: driver {driver}")
        rows.append(Row(key, shown, at))
    return rows


_FIELDS_DEVICE = tuple(Device.model_fields.items())
_FIELDS_POINT = tuple((name, field) for name, field in Point.model_fields.items() if name != "unit")


def _area_rows(draft: Draft, area_id: str) -> list[Row]:
    area = draft.areas[area_id]
    join_ms = draft.site.join if draft.site and area.join is None else area.join
    join_at = _origin(draft, ("site", "join"), "default")
    return [
        *(
            Row(key, shown, _origin(draft, ("areas", area_id, key), "default"))
            for key, shown in _fields(area, leave=("kinds", "join"))
        ),
        Row("join", _shown("join", join_ms), _origin(draft, ("areas", area_id, "join"), join_at)),
    ]


def _chain_of(draft: Draft, point: PointDraft) -> list[Row]:
    category = CATEGORY_OF_KIND[point.model.kind].value
    name = category if category in draft.chains else "default"
    if category == "none" or name not in draft.chains:
        return []
    return [Row("chain", name, str(draft.mark("chains", name)))]


def _chain_rows(draft: Draft, name: str) -> list[Row]:
    chain: Chain = draft.chains[name]
    path = ("chains", name)
    rows = [
        Row("decide", _shown("decide", chain.decide), _origin(draft, (*path, "decide"), "default")),
        Row(
            "confirmed.start-at",
            str(chain.confirmed.start_at),
            _origin(draft, (*path, "confirmed", "start-at"), "default"),
        ),
    ]
    for index, step in enumerate(chain.steps):
        at = str(draft.mark(*path, "steps", index))
        rows.append(Row(f"step {index + 1}", _step(step), at))
    return rows


def _step(step: Step) -> str:
    over = " and ".join(step.by) + (f", or {step.otherwise}" if step.otherwise else "")
    tries = f", {step.tries} tries" if step.tries > 1 else ""
    return f"{', '.join(step.call)} by {over}{tries}, wait {_shown('wait', step.wait)}"


def _fields(model: BaseModel, leave: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (field.alias or name, _shown(name, getattr(model, name)))
        for name, field in type(model).model_fields.items()
        if name not in leave
    ]


_DURATIONS = frozenset(
    {
        *(
            "poll",
            "timeout",
            "silence",
            "debounce",
            "wait",
            "decide",
            "alarm_after",
            "confirm",
            "confirm_hold_up",
            "restored_within",
            "calls_in_flood",
            "join",
            "blackout",
            "pictures_kept",
            "entry",
        ),
        *(
            "exit",
            "abort",
            "hold_off",
            "late_to_set",
            "late_to_open",
            "max_on",
            "time_to_respond",
            "every",
        ),
        *("mean", "stuck", "on_delay", "off_delay"),
    }
)


def _shown(key: str, value: object) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() if key in _DURATIONS:
            return duration_text(value)
        case int() if key == "pictures_room":
            return size_text(value)
        case tuple():
            plain = not isinstance(value[0], BaseModel) or isinstance(value[0], LooksAt)
            between = ", " if plain else "; "
            return between.join(_shown(key, item) for item in value)
        case LooksAt():
            return value.camera + (f" at {value.preset}" if value.preset else "")
        case FollowsPoint():
            return value.point + (f", part set by {value.part}" if value.part else "")
        case BaseModel():
            said = value.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
            return ", ".join(
                f"{name}: {_shown(name.replace('-', '_'), item)}" for name, item in said.items()
            )
    return str(value)


def duration_text(ms: int) -> str:
    """Milliseconds as a person would write them: ``90s``, ``15min``, ``2h``."""
    for unit, length in (("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if ms and ms % length == 0:
            return f"{ms // length}{unit}"
    return f"{ms}ms"
