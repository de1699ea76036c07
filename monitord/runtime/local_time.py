"""What a person writes as a local time, as a moment. Pure: it reads no clock.

Where the change of the clocks makes a time double, or leaves it out, the earlier moment is meant:
what is held back is guarded again sooner, and nothing lies ahead that has happened.
"""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from monitord.journal.export import rfc3339


def earlier(written: datetime, tz: tzinfo) -> datetime:
    """A local time as a moment in UTC; the earlier one where there are two ways to read it."""
    return min(written.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))


def moment_of(local: str, timezone: str) -> str:
    """A time that a form has, RFC 3339 in UTC; what is no time comes back as it is."""
    try:
        moment = earlier(datetime.fromisoformat(local), ZoneInfo(timezone))
        return rfc3339(round(moment.timestamp() * 1000))
    except (ValueError, OverflowError, OSError):
        return local
