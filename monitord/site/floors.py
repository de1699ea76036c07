"""``floors:`` of a site file: the drawings beside it, and who stands where on them."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from monitord.site import raster, svg
from monitord.site.draft import Draft
from monitord.site.findings import Findings, Mark, did_you_mean
from monitord.site.floor_models import place_of
from monitord.site.svg import BYTES_MAX, BadDrawing, Drawing

FLOORS_MAX: Final = 50
#: The size of a floor whose drawing cannot be shown.
BLANK: Final = (1_000.0, 600.0)


def lint_floors(draft: Draft, found: Findings) -> None:
    """Read each drawing once, say what is wrong with it, and who stands on no floor."""
    if len(draft.floors) > FLOORS_MAX:
        found.error(
            draft.mark("floors"),
            f"there are {len(draft.floors)} floors",
            f"draw several on one: {FLOORS_MAX} at most",
        )
        return
    folder = Path(draft.source.file)
    folder = folder if folder.is_dir() else folder.parent
    for name, floor in draft.floors.items():
        at = draft.mark("floors", name, "drawing")
        raw = b""
        try:
            raw = read(folder, floor.drawing)
            drawing = clean(raw)
        except BadDrawing as bad:  # no reason to guard less: the floor is shown without it
            found.warning(at, f"the drawing {floor.drawing} cannot be shown: {bad.text}", bad.cure)
            draft.drawings[name] = (None, hashlib.sha256(raw).hexdigest() if raw else "")
            continue
        draft.drawings[name] = (drawing, hashlib.sha256(raw).hexdigest())
        if drawing.left_out:
            shown = ", ".join(drawing.left_out[:5])
            found.warning(
                at,
                f"the drawing {floor.drawing} is shown without: {shown}",
                "draw it with lines, shapes and words alone, without styles or effects",
            )
    for _, place, mark in _placed(draft):
        floor_id = place_of(place)[0]
        if not draft.has("floors", floor_id):
            cure = did_you_mean(floor_id, draft.ids.get("floors", ()), "write it under `floors:`")
            found.error(mark, f"there is no floor {floor_id}", cure)


def read(folder: Path, drawing: str) -> bytes:
    """The file beside the site file. Raises :class:`BadDrawing`."""
    path = folder / drawing
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BadDrawing("it lies outside the folder of the site file", "put it beside it")
        with path.open("rb") as file:
            return file.read(BYTES_MAX + 1)
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "no file name"
        raise BadDrawing(
            f"it cannot be read: {why}", "write its name as floors/ground.svg"
        ) from None


def clean(raw: bytes) -> Drawing:
    """What a browser may be given of it. Raises :class:`BadDrawing`."""
    return (
        svg.clean(raw) if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else raster.measured(raw)
    )


def compile_floors(draft: Draft) -> dict[str, Any]:
    """For ``Site.setup``: ``floors`` (id: ``name``, ``file``, ``source`` and ``sha256`` of what is
    shown, ``media``, ``width``, ``height``) and ``places`` (``areas``, ``devices``, ``points``:
    id to floor, x and y in per cent); nothing where no floor is written. ``sha256`` is empty
    where the drawing cannot be shown."""
    if not draft.floors:
        return {}
    places: dict[str, dict[str, tuple[str, float, float]]] = {
        "areas": {},
        "devices": {},
        "points": {},
    }
    for path, place, _ in _placed(draft):
        places[path[0]][path[1]] = place_of(place)
    return {"floors": {name: _floor(draft, name) for name in draft.floors}, "places": places}


def _floor(draft: Draft, name: str) -> dict[str, Any]:
    drawing, source = draft.drawings[name]
    shown = Drawing("", *BLANK, b"") if drawing is None else drawing
    return {
        "name": draft.floors[name].name,
        "file": draft.floors[name].drawing,
        "source": source,
        "sha256": "" if drawing is None else hashlib.sha256(shown.data).hexdigest(),
        "media": shown.media,
        "width": shown.width,
        "height": shown.height,
    }


def drawings(draft: Draft) -> dict[str, bytes]:
    """What browsers are given, by its sha256."""
    shown = (drawing.data for drawing, _ in draft.drawings.values() if drawing is not None)
    return {hashlib.sha256(data).hexdigest(): data for data in shown}


def with_drawings(file_hash: str, sources: Mapping[str, str]) -> str:
    """The hash of a site file with its drawings; the file's own where it has none."""
    if not sources:
        return file_hash
    told = "".join(f"{name}\0{source}\0" for name, source in sorted(sources.items()))
    return hashlib.sha256(f"{file_hash}\0{told}".encode()).hexdigest()


def sources_now(config: Path, setup: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each drawing of an accepted site, as its file is now; empty for a lost one."""
    folder = config if config.is_dir() else config.parent
    return {
        name: _hash(folder, floor["file"]) for name, floor in (setup.get("floors") or {}).items()
    }


def _hash(folder: Path, file: str) -> str:
    try:
        raw = read(folder, file)
    except BadDrawing:
        return ""
    return hashlib.sha256(raw).hexdigest() if raw else ""


def _placed(draft: Draft) -> Iterator[tuple[tuple[str, str], str, Mark]]:
    """Section and id of everything that says where it stands, what it says, and its line."""
    for name, area in draft.areas.items():
        if area.at is not None:
            yield ("areas", name), area.at, draft.mark("areas", name, "at")
    for name, device in draft.devices.items():
        if device.model.at is not None:
            yield ("devices", name), device.model.at, draft.mark("devices", name, "at")
    for device_id, point_id, _, point in draft.points():
        if point.model.at is not None:
            mark = draft.mark("devices", device_id, "points", point_id, "at")
            yield ("points", f"{device_id}.{point_id}"), point.model.at, mark
