"""The camera's own clock, and moments and durations as SOAP writes them."""

import re
import time
from datetime import UTC, datetime
from typing import Final

_DURATION: Final = re.compile(
    r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?"
)


class DeviceClock:
    """UTC as the camera believes it; ``drift_s`` is how far it is ahead."""

    def __init__(self) -> None:
        self.drift_s = 0.0

    def now_ms(self) -> int:
        """UTC in milliseconds."""
        return round((time.time() + self.drift_s) * 1_000)


def moment(utc_ms: int) -> str:
    """``2026-11-24T04:56:07Z``."""
    return f"{datetime.fromtimestamp(utc_ms // 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment_ms(text: str) -> int | None:
    """UTC milliseconds of such a text; without a zone it is UTC. ``None`` for anything else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    return round(read.timestamp() * 1_000)


def duration_s(text: str, *, minutes_as_seconds: bool = False) -> int | None:
    """Seconds of ``PT600S`` or ``P1DT2H``; ``None`` for what is no duration.

    ``minutes_as_seconds`` misreads ``PT10M`` as ten seconds, as some cameras do.
    """
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    minute_s = 1 if minutes_as_seconds else 60
    return days * 86_400 + hours * 3_600 + minutes * minute_s + seconds
