"""The journal in words. Renderers: stored entries and plain dicts in, a page out."""

from typing import Any

import msgspec

from monitord.cli.page import Cell, Page, Style, line, table
from monitord.cli.texts import Say
from monitord.core.events import AnyEvent, Entry
from monitord.core.facts import PointChanged, TextRef
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.export import rfc3339
from monitord.journal.records import Lost, Stored

View = dict[str, Any]


def report(view: View) -> Page:
    """What ``verify`` found."""
    whole = view["whole"]
    verdict = (
        Cell("The journal is whole.", Style.GOOD)
        if whole
        else Cell(f"The journal is damaged: {view['damaged']} findings.", Style.ALARM)
    )
    files = "1 file" if view["files"] == 1 else f"{view['files']} files"
    page: Page = [
        line(verdict),
        line(
            f"{view['entries']} entries up to {view['head']} in {files}, "
            f"{view['sealed']} of them sealed; {view['snapshots']} snapshots."
        ),
        line(f"The last hash, to keep elsewhere: {view['hash']}"),
    ]
    if view["dropped"]:
        page.append(line(f"Older ones, up to {view['dropped']}, were dropped by rule."))
    if whole:
        return page
    first = view["findings"][0]
    page.append(line(f"First bad entry: {first['position']}: {first['text']}"))
    rows = [(f["position"], f["problem"], f["text"]) for f in view["findings"]]
    return [
        *page,
        table(("entry", "problem", "what"), rows),
        line("Keep these files as evidence and look at the disk's health."),
    ]


def replayed(view: View) -> Page:
    """What ``replay`` did, before the state itself."""
    page: Page = [line(f"Replayed up to {view['position']}: {view['applied']} entries applied.")]
    page += [line(Cell(f"{n['position']}: {n['text']}", Style.WARN)) for n in view["damage"]]
    if view["skipped"]:
        page.append(line(f"{view['skipped']} parts are known to a newer version only."))
    return page


def entry(item: Stored | Lost, note: Say) -> Page:
    """One entry of the disk on a few lines; ``note`` says how a reference is shown."""
    if isinstance(item, Lost):
        end = "the end" if item.last is None else str(item.last)
        return [line(Cell(f"{item.first} to {end} cannot be read: {item.reason}", Style.ALARM))]
    try:
        decoded = decode(item.payload)
    except NotAnEntry as error:
        return [line(Cell(f"{item.position} is not an entry: {error}", Style.ALARM))]
    return _entry(decoded.entry, note)


def raw_entry(raw: View, note: Say) -> Page:
    """One entry of the feed."""
    try:
        return _entry(decode(msgspec.json.encode(raw)).entry, note)
    except NotAnEntry as error:
        return [line(Cell(f"not an entry: {error}", Style.ALARM))]


def _entry(shown: Entry, note: Say) -> Page:
    head = line(
        Cell(f"{shown.position}  {rfc3339(shown.utc_ms)}  ", Style.DIM),
        Cell(type(shown.fact).__name__, Style.TITLE),
    )
    said = _said(shown.fact) if isinstance(shown.fact, PointChanged) else ""
    told = [line(Cell(said, Style.DIM), indent=4)] if said else []
    return [head, *told, *(line(_event(event, note), indent=4) for event in shown.events)]


def _said(fact: PointChanged) -> str:
    """What the device said beside the state: evidence, by which nothing was decided."""
    parts = {
        "raw": fact.raw,
        "by": fact.by,
        "key": fact.key,
        "device_ms": "" if fact.device_ms is None else fact.device_ms,
        "more_like_it": fact.collapsed or "",
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value != "")


def _event(event: AnyEvent, note: Say) -> str:
    """``PointStateChanged point=east.pir state=active``; what is large is left out."""
    fields: dict[str, Any] = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, TextRef):
            fields[name] = note(value)
        elif not isinstance(value, msgspec.Struct | tuple | dict) and value not in ("", None):
            fields[name] = value
    return " ".join([type(event).__name__, *(f"{k}={v}" for k, v in fields.items())])
