"""The journal as lines of JSON, for auditors and other programs.

Each line is ``{"position", "at", "hash", "entry"}`` with the entry's own bytes inside, so that
the chain can be checked from the export alone: ``hash`` covers exactly what stands in ``entry``,
unless texts were asked for. Personal text appears on request only, and then as it is known now.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

import msgspec

from monitord.core.facts import TextRef
from monitord.journal.codec import NotAnEntry, place_of
from monitord.journal.records import Lost, Stored

#: Gives the text behind a reference, or ``erased``: ``SideStore.get``.
Texts = Callable[[TextRef], str]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def export_ndjson(
    items: Iterable[Stored | Lost], out: IO[bytes], texts: Texts | None = None
) -> int:
    """Write one line per entry; how many lines. An unreadable one is a line that says so."""
    lines = 0
    for item in items:
        out.write(line_of(item, texts))
        out.write(b"\n")
        lines += 1
    return lines


def line_of(item: Stored | Lost, texts: Texts | None = None) -> bytes:
    """One line, without its end."""
    if isinstance(item, Lost):
        return msgspec.json.encode(
            {"lost": {"first": item.first, "last": item.last}, "reason": item.reason}
        )
    line: dict[str, Any] = {"position": str(item.position)}
    try:
        line["at"] = rfc3339(place_of(item.payload).utc_ms)
        line["hash"] = item.hash.hex()
        line["entry"] = _entry(item.payload, texts)
    except NotAnEntry as error:
        line |= {"hash": item.hash.hex(), "damaged": str(error), "bytes": item.payload.hex()}
    return msgspec.json.encode(line)


def rfc3339(utc_ms: int) -> str:
    """``2026-11-24T22:00:00.000Z``; the bare number where no calendar reaches that far."""
    try:
        moment = _EPOCH + timedelta(milliseconds=utc_ms)
    except OverflowError:
        return str(utc_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc_ms % 1000:03}Z"


def _entry(payload: bytes, texts: Texts | None) -> Any:
    if texts is None:
        return msgspec.Raw(payload)
    return _with_texts(msgspec.json.decode(payload), texts)


def _with_texts(value: Any, texts: Texts) -> Any:
    match value:
        case {"id": str(text_id), "hash": str(digest)} if len(value) == 2:
            return {**value, "text": texts(TextRef(id=text_id, hash=digest))}
        case dict():
            return {key: _with_texts(item, texts) for key, item in value.items()}
        case list():
            return [_with_texts(item, texts) for item in value]
        case _:
            return value
