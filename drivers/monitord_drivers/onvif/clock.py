"""A camera's clock beside ours: read from its answer, compared, and put into words.

The only place of this driver that reads a clock: a camera signs and dates by its own, and how far
that is off is what there is to find out.
"""

import time
from datetime import UTC, datetime
from typing import Final

from monitord_drivers.onvif.answers import Node

WARN_S: Final = 2.0
FAULT_S: Final = 5.0
SEVERE_S: Final = 60.0
#: Before it was switched on for the first time, and when nobody will ask any more.
_YEARS: Final = (1970, 2199)
_HALF: Final = 0.5  # it tells whole seconds


def now_ms() -> int:
    """Our UTC, milliseconds."""
    return time.time_ns() // 1_000_000


def told_ms(answer: Node) -> int | None:
    """The UTC of an answer to GetSystemDateAndTime; None for a date that cannot be."""
    told = answer.find("UTCDateTime")
    if told is None:
        return None
    parts = [told.at("Date", name) for name in ("Year", "Month", "Day")]
    parts += [told.at("Time", name) for name in ("Hour", "Minute", "Second")]
    try:
        year, month, day, hour, minute, second = map(int, parts)
        if not _YEARS[0] <= year <= _YEARS[1]:
            return None
        # Some count a minute past the hour's end; what is meant is plain all the same.
        whole = datetime(
            year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC
        )
    except (ValueError, OverflowError):
        return None
    return round(whole.timestamp() * 1_000)


def moment_ms(text: str) -> int | None:
    """UTC milliseconds of ``2026-11-24T04:56:07Z``; None for anything else."""
    try:
        read = datetime.fromisoformat(text.strip())
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
        return round(read.timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None


def moment(utc_ms: int) -> str:
    """``2026-11-24T04:56:07Z``."""
    return f"{datetime.fromtimestamp(utc_ms // 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def ahead_s(told: int, asked_ms: int, answered_ms: int) -> float:
    """How far the camera is ahead of us, when it was asked and answered then."""
    return (told - (asked_ms + answered_ms) / 2) / 1_000 + _HALF


def words(ahead: float | None) -> str:
    """What is wrong with that; empty where nothing is. None: its date cannot be."""
    if ahead is None:
        return "its date cannot be: set its clock, and its time server"
    off = abs(ahead)
    if off < WARN_S:
        return ""
    way = "ahead" if ahead > 0 else "behind"
    how = (
        "its clock is slightly off"
        if off < FAULT_S
        else "its clock is wrong"
        if off < SEVERE_S
        else "its clock is badly wrong, its footage proves nothing"
    )
    return f"{how}: {span(off)} {way}; check its time server"


def span(seconds: float) -> str:
    """As it is said: 90 s, 45 min, 30 h, 12 days."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 6_000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
