"""What a driver's items are to the signal functions, and what they add to a fact."""

from hashlib import sha256

from monitord.core.counters import Count
from monitord.core.facts import PointChanged
from monitord.core.signals import Change, Momentary, Pair
from monitord.driver import Counted, Paired, Quality, Reading
from monitord.vocabulary import PointState

RAW_MAX = 200
KEY_MAX = 64
CLOCK_MAX_MS = 2**53


def unwrap(item: object) -> object:
    """A driver's item as ``signals`` reads it; doubtful readings are unknown."""
    if isinstance(item, Counted):
        return Count(item.contact, item.count, item.bits)
    if isinstance(item, Paired):
        return Pair(item.contact, item.opposite)
    if not isinstance(item, Reading):
        return valid(item) if isinstance(item, str) else item
    if item.quality is not Quality.GOOD:
        return PointState.UNKNOWN
    if item.once:
        value = item.value if isinstance(item.value, int | float | str) else None
        value = valid(value) if isinstance(value, str) else value
        return Momentary((item.key, item.device_ms, item.raw), value)
    return valid(item.value) if isinstance(item.value, str) else item.value


def valid(text: str) -> str:
    """A driver's text as the journal can hold it: ``?`` for what is no Unicode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def fact_of(change: Change, item: object) -> PointChanged:
    """The fact that a change is, with whatever more the driver knew about the item."""
    point, state, value = change.sample.point, change.sample.state, change.sample.value
    crossed = change.sample.crossed
    if isinstance(item, Counted):
        # What the counter said is the evidence of a pulse that no sample saw.
        return PointChanged(point=point, state=state, value=value, raw=f"counter {item.count}")
    if not isinstance(item, Reading):
        return PointChanged(point=point, state=state, value=value, crossed=crossed)
    return PointChanged(
        point=point,
        state=state,
        value=value,
        device_ms=_clock(item.device_ms),
        by=valid((item.by or "")[:RAW_MAX]),
        raw=valid((item.raw or "")[:RAW_MAX]),
        once=change.once,
        crossed=crossed,
        key=key_of(point, item.key),
    )


def _clock(device_ms: int | None) -> int | None:
    """A device's clock as far as it can be written down; none at all where it is absurd."""
    return device_ms if device_ms is not None and abs(device_ms) < CLOCK_MAX_MS else None


def key_of(point: str, key: str | None) -> str:
    """A reading's key as the engine is to know it: other points have keys like this one's."""
    if not key:
        return ""
    key = valid(key)
    return f"{point}/{key if len(key) <= KEY_MAX else sha256(key.encode()).hexdigest()}"
