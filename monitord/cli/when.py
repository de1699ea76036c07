"""Times for people: in the site's own local time, and as spans that can be said aloud."""

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo


class When:
    """Says times as somebody at the site would. ``now`` is RFC 3339."""

    def __init__(self, now: str, timezone: str) -> None:
        self._zone = zone(timezone)
        self._now = moment(now).astimezone(self._zone)

    @classmethod
    def of(cls, view: dict[str, Any]) -> "When":
        """From what stands at the head of every view."""
        return cls(view["now"], view["site"]["timezone"])

    def now(self) -> str:
        """``Tue 24 Nov 2026, 22:04:11 GMT``."""
        return self._now.strftime("%a %d %b %Y, %H:%M:%S %Z")

    def at(self, then: str) -> str:
        """``22:04:11``, with the date where it is not today's."""
        local = moment(then).astimezone(self._zone)
        if local.date() == self._now.date():
            return local.strftime("%H:%M:%S")
        year = "" if local.year == self._now.year else " %Y"
        return local.strftime(f"%a %d %b{year} %H:%M:%S")

    def minute(self, then: str) -> str:
        """``19:00 today``, ``Tue 24 Nov 08:00``; with the zone where the hour is double."""
        local = moment(then).astimezone(self._zone)
        other = local.replace(fold=1 - local.fold)
        zone_name = " %Z" if other.utcoffset() != local.utcoffset() else ""
        days = (local.date() - self._now.date()).days
        if days in (0, 1):
            return local.strftime(f"%H:%M{zone_name} {('today', 'tomorrow')[days]}")
        year = "" if local.year == self._now.year else " %Y"
        return local.strftime(f"%a %d %b{year} %H:%M{zone_name}")

    def since(self, then: str) -> str:
        """``since 22:04:11 (3 min)``."""
        seconds = (self._now - moment(then)).total_seconds()
        return f"since {self.at(then)} ({span(seconds)})"


def moment(text: str) -> datetime:
    """RFC 3339 as a moment; the year 1970 for one that no calendar reaches."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)


def zone(name: str) -> tzinfo:
    """The time zone, UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def span(seconds: float) -> str:
    """``42 s``, ``3 min``, ``2 h 5 min``, ``4 days``."""
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7_200:
        return f"{whole // 60} min"
    if whole < 172_800:
        return f"{whole // 3_600} h {whole % 3_600 // 60} min"
    return f"{whole // 86_400} days"
