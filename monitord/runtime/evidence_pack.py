"""The evidence of one incident as a ZIP: what the journal says of it, and its pictures.

It holds no name and no note: entries carry ids and salted hashes only. Of entries between those of
the incident it holds the digest alone, which is enough to follow the chain and tells nothing of
other nights. The ZIP has one form for one content (nothing compressed, no dates, a fixed order), so
that a reader can make it anew and compare every byte. Everything here blocks.
"""

import hashlib
import html
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final

import msgspec

from monitord.journal.export import rfc3339
from monitord.journal.records import Head, Lost, Stored

FORM: Final = 1
JOURNAL: Final = "journal.ndjson"
INDEX: Final = "index.html"
MANIFEST: Final = "manifest.json"
SUM: Final = "manifest.sha256"
#: Entries from the first to the last of the incident: some 40 MB of digests.
ENTRIES_MAX: Final = 400_000
PICTURES_MAX: Final = 2_000
TEXT_BYTES_MAX: Final = 64 * 1024 * 1024
_NOTHING: Final = msgspec.Raw()
#: What is done with the evidence later: with it the ZIP would reach over months of other nights.
_LATER: Final = frozenset({"EvidenceHeld", "EvidenceReleased", "HoldOverdue"})


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of the chain: whole where it is about the incident, else its digest in hex."""

    seq: int
    digest: str = ""
    entry: msgspec.Raw = _NOTHING


class Pictured(msgspec.Struct, frozen=True):
    """One picture. ``offset_ms`` is how far the camera's clock was ahead of ours; ``file`` is empty
    where the store no longer gave it."""

    picture: int
    camera: str
    moment: str
    sha256: str
    size: int
    taken_utc_ms: int
    device_ms: int | None
    offset_ms: int | None
    preset: str
    file: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the ZIP holds. Hashes in hex; ``before`` stands in front of the first line of the
    journal, ``head`` behind its last one at ``position``."""

    form: int
    site: str
    incident: int
    before: str
    head: str
    position: str
    pictures: tuple[Pictured, ...]
    files: dict[str, str]


class Gathered(msgspec.Struct):
    """What the journal says of one incident. ``lines`` is empty where it knows none."""

    site: str
    before: str
    head: Head
    lines: list[Line]


class NotExported(ValueError):
    """No evidence can be made of this; the text says why and what to do."""


def gather(opening: Head, items: Iterable[Stored | Lost], incident: int) -> Gathered:
    """Read the journal once. Raises :class:`NotExported` where it is damaged within."""
    found = Gathered(site="", before="", head=opening, lines=[])
    between: list[Line] = []
    prev = opening.hash
    lost = ""
    for item in items:
        if isinstance(item, Lost):
            lost = f"entry {item.first} and what follows is damaged: {item.reason}"
            continue
        about = is_about(item.payload, incident)
        if b'"SiteAccepted"' in item.payload:
            found.site = _site(item.payload) or found.site
        if about and not found.lines:
            found.before, between, lost = prev.hex(), [], ""
        if about:
            if lost:
                raise NotExported(f"{lost}; see `monitord journal verify`")
            found.lines += [*between, Line(item.seq, entry=msgspec.Raw(item.payload))]
            found.head, between = Head(item.epoch, item.seq, item.at_ms, item.hash), []
        elif found.lines and len(found.lines) + len(between) < ENTRIES_MAX:
            between.append(Line(item.seq, hashlib.sha256(item.payload).hexdigest()))
        elif found.lines:
            lost = f"more than {ENTRIES_MAX:,} entries lie within it"
        prev = item.hash
    return found


def is_about(payload: bytes, incident: int) -> bool:
    """Whether an event of this entry names the incident, and is part of what happened."""
    return any(
        event.get("incident") == incident and event.get("type") not in _LATER
        for event in events_of(payload)
    )


def events_of(payload: bytes) -> Iterator[dict[str, Any]]:
    """The events of an entry that name an incident; none of what is no entry."""
    if b'"incident":' not in payload:
        return
    try:
        events = msgspec.json.decode(payload)["events"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError, KeyError):
        return
    if isinstance(events, list):
        yield from (event for event in events if isinstance(event, dict))


def _site(payload: bytes) -> str:
    """The site that is guarded from this entry on; empty where it tells of none."""
    try:
        entry = msgspec.json.decode(payload, type=_Accepting)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return next((each.site.id for each in entry.events if each.type == "SiteAccepted"), "")


class _Named(msgspec.Struct, frozen=True):
    id: str = ""


class _Accepted(msgspec.Struct, frozen=True):
    type: str = ""
    site: _Named = _Named()


class _Accepting(msgspec.Struct, frozen=True):
    """What of an entry that accepts a site stands in the manifest."""

    events: tuple[_Accepted, ...]


def pictures_of(lines: Iterable[Line], incident: int, has: Callable[[str], bool]) -> list[Pictured]:
    """The pictures that the journal says were kept, in its order. ``has``: by sha256."""
    return [
        _pictured(msgspec.convert(event, _Kept), has)
        for each in lines
        for event in events_of(bytes(each.entry))
        if event.get("type") == "PictureKept" and event.get("incident") == incident
    ]


class _Kept(msgspec.Struct, frozen=True):
    """What of ``PictureKept`` stands in the manifest."""

    picture: int
    camera: str
    moment: str
    sha256: str
    size: int
    taken_utc_ms: int
    device_ms: int | None = None
    preset: str = ""


def _pictured(kept: _Kept, has: Callable[[str], bool]) -> Pictured:
    return Pictured(
        **msgspec.structs.asdict(kept),
        offset_ms=None if kept.device_ms is None else kept.device_ms - kept.taken_utc_ms,
        file=f"pictures/{kept.sha256}.jpg" if has(kept.sha256) else "",
    )


def export(
    found: Gathered, incident: int, get: Callable[[str], bytes | None], out: IO[bytes]
) -> tuple[Manifest, str]:
    """Write the ZIP; its manifest and the sha256 of that. ``get`` gives a picture by sha256.

    Raises :class:`NotExported`, and ``OSError`` where ``out`` does not take it.
    """
    pictures = pictures_of(found.lines, incident, lambda sha256: get(sha256) is not None)
    if len(pictures) > PICTURES_MAX:
        raise NotExported(f"it has {len(pictures)} pictures, more than {PICTURES_MAX}")
    journal = b"".join(msgspec.json.encode(each) + b"\n" for each in found.lines)
    if len(journal) > TEXT_BYTES_MAX or len(found.lines) > ENTRIES_MAX:
        raise NotExported(f"{len(found.lines):,} entries lie within it, too many for one ZIP")
    files = {each.file: each.sha256 for each in pictures if each.file}
    manifest = Manifest(
        form=FORM,
        site=found.site,
        incident=incident,
        before=found.before,
        head=found.head.hash.hex(),
        position=str(found.head.position),
        pictures=tuple(pictures),
        files={JOURNAL: hashlib.sha256(journal).hexdigest(), **files},
    )
    text = encoded(manifest)
    digest = hashlib.sha256(text).hexdigest()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        write(pack, MANIFEST, text)
        write(pack, SUM, digest.encode() + b"\n")
        write(pack, INDEX, index_of(manifest))
        write(pack, JOURNAL, journal)
        for file, sha256 in files.items():
            jpeg = get(sha256)
            if jpeg is None:
                raise NotExported("a picture was deleted meanwhile; export again")
            write(pack, file, jpeg)
    return manifest, digest


def encoded(manifest: Manifest) -> bytes:
    """The manifest as it stands in the ZIP."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def write(pack: zipfile.ZipFile, name: str, content: bytes) -> None:
    """One file, in the one form that such a ZIP has."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o600 << 16
    pack.writestr(entry, content)


def index_of(manifest: Manifest) -> bytes:
    """The manifest as a page for people; it follows from the manifest alone."""
    rows = "".join(_row(each) for each in manifest.pictures)
    title = html.escape(f"Incident {manifest.incident}, site {manifest.site}")
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{len(manifest.pictures)} pictures. Journal up to entry "
        f"{html.escape(manifest.position)}, hash {html.escape(manifest.head)}.</p>"
        "<table><tr><th>No.<th>Camera<th>Moment<th>Taken (UTC)<th>Camera's clock"
        f"<th>sha256<th>Picture</tr>{rows}</table></html>\n"
    )
    return page.encode()


def _row(each: Pictured) -> str:
    shown = f'<img src="{html.escape(each.file)}" width="480">' if each.file else "no longer kept"
    clock = "not told" if each.offset_ms is None else f"{each.offset_ms:+} ms"
    said = (str(each.picture), each.camera, each.moment, rfc3339(each.taken_utc_ms), clock)
    cells = "".join(f"<td>{html.escape(text)}" for text in (*said, each.sha256))
    return f"<tr>{cells}<td>{shown}</tr>"
