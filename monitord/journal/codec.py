"""Entries as bytes, and back, also when a newer version wrote them.

What this version does not know (a type of event or fact, a value of a closed set) is skipped
and told, never guessed and never a stop; the bytes stay in the journal for a version that does.
An extra field is passed over in silence: fields are only added, and never change a meaning.
"""

from typing import Any, Final, cast

import msgspec

from monitord.core.events import AnyEvent, Entry
from monitord.core.facts import AnyFact, UnknownFact

#: The format of an entry that this version writes.
ENTRY_FORMAT: Final = 1

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class NotAnEntry(ValueError):
    """These bytes are no entry of any version: damage, not news."""


class Skipped(msgspec.Struct, frozen=True):
    """A part of an entry that this version passes over. ``type`` is as it was written."""

    type: str
    reason: str


class Decoded(msgspec.Struct, frozen=True):
    """An entry with the events that this version knows; ``skipped`` are the others."""

    entry: Entry
    skipped: tuple[Skipped, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """What an entry says of its own place: cheap to read, whatever else it holds."""

    epoch: int
    seq: int
    at_ms: int
    utc_ms: int


class _Envelope(msgspec.Struct, frozen=True):
    v: int
    epoch: int
    seq: int
    at_ms: int
    utc_ms: int
    version: str
    fact: msgspec.Raw
    events: tuple[msgspec.Raw, ...]


class _Tag(msgspec.Struct, frozen=True):
    type: str = "?"


def encode(entry: Entry) -> bytes:
    """One line of JSON without a line end, the same bytes for equal entries.

    A text that is not valid Unicode is stored with ``?`` in place of the bad characters.
    Raises ``TypeError`` or ``OverflowError`` for what JSON cannot hold (a fault of ours).
    """
    try:
        return _ENCODER.encode(entry)
    except UnicodeEncodeError:
        return _ENCODER.encode(_repaired(msgspec.to_builtins(entry)))


def decode(payload: bytes) -> Decoded:
    """The entry, and what was skipped in it. Raises :class:`NotAnEntry`."""
    try:
        entry = _DECODER.decode(payload)
    except _UNREADABLE:
        return _decode_by_parts(payload)
    return Decoded(entry, _newer_format(entry.v)) if entry.v > ENTRY_FORMAT else Decoded(entry)


def place_of(payload: bytes) -> Place:
    """Where the entry says that it stands. Raises :class:`NotAnEntry`."""
    try:
        return _PLACE_DECODER.decode(payload)
    except _UNREADABLE as error:
        raise NotAnEntry(str(error)) from error


def _decode_by_parts(payload: bytes) -> Decoded:
    try:
        found = _ENVELOPE_DECODER.decode(payload)
    except _UNREADABLE as error:
        raise NotAnEntry(str(error)) from error
    skipped = list(_newer_format(found.v))
    fact: AnyFact | UnknownFact
    try:
        fact = _FACT_DECODER.decode(found.fact)
    except _UNREADABLE as error:
        skipped.append(_skipped(found.fact, error))
        fact = UnknownFact(fact_type=skipped[-1].type)
    events: list[AnyEvent] = []
    for raw in found.events:
        try:
            events.append(_EVENT_DECODER.decode(raw))
        except _UNREADABLE as error:
            skipped.append(_skipped(raw, error))
    entry = Entry(
        v=found.v,
        epoch=found.epoch,
        seq=found.seq,
        at_ms=found.at_ms,
        utc_ms=found.utc_ms,
        version=found.version,
        fact=fact,
        events=tuple(events),
    )
    return Decoded(entry, tuple(skipped))


def _newer_format(v: int) -> tuple[Skipped, ...]:
    if v <= ENTRY_FORMAT:
        return ()
    return (Skipped("entry", f"format {v} is newer than {ENTRY_FORMAT}"),)


def _skipped(raw: msgspec.Raw, error: Exception) -> Skipped:
    try:
        name = _TAG_DECODER.decode(raw).type
    except _UNREADABLE:
        name = "?"
    return Skipped(name, str(error))


def _repaired(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {_repaired(key): _repaired(item) for key, item in value.items()}
        case list() | tuple():
            return [_repaired(item) for item in value]
        case _:
            return value


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Entry)
_ENVELOPE_DECODER: Final = msgspec.json.Decoder(_Envelope)
_PLACE_DECODER: Final = msgspec.json.Decoder(Place)
_TAG_DECODER: Final = msgspec.json.Decoder(_Tag)
_FACT_DECODER: Final = cast("msgspec.json.Decoder[AnyFact]", msgspec.json.Decoder(AnyFact))
_EVENT_DECODER: Final = cast("msgspec.json.Decoder[AnyEvent]", msgspec.json.Decoder(AnyEvent))
