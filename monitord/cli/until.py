"""Ends as people write them: a time of day, a span, a date. Always in the site's local time.

Where daylight saving makes a time missing or double, the earlier moment is meant: what is held
back is guarded again sooner.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from monitord.cli.errors import Exit, Mistake
from monitord.cli.when import moment, zone
from monitord.site.words import duration_ms

HOW: str = "write 18:00, 2h, 2026-11-24 or 2026-11-24T18:00"


def end(text: str, view: dict[str, Any]) -> str:
    """The end that ``text`` means, as RFC 3339 in UTC; ``view`` is any view of the daemon.

    A time of day is the next one to come, a bare date ends as it begins. Raises ``Mistake``.
    """
    tz = zone(view["site"]["timezone"])
    now = moment(view["now"])
    found = _span(text, now) or _time(text, now, tz) or _date(text, tz)
    if found is None:
        raise Mistake(f"{text} is not an end: {HOW}", exit_code=Exit.USAGE)
    if found <= now:
        local = found.astimezone(tz).strftime("%a %d %b %Y %H:%M")
        raise Mistake(f"{text} lies behind us ({local}): {HOW}", exit_code=Exit.USAGE)
    return found.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(text: str, timezone: str) -> datetime:
    """The moment that a date or a date with a time means at the site. Raises ``Mistake``."""
    found = _date(text, zone(timezone))
    if found is None:
        how = "write 2026-11-24 or 2026-11-24T18:00"
        raise Mistake(f"{text} is not a date: {how}", exit_code=Exit.USAGE)
    return found


def seconds(text: str) -> int:
    """A span in whole seconds, one at least. Raises ``Mistake``."""
    try:
        return max(1, duration_ms(text) // 1000)
    except (ValueError, OverflowError):
        raise Mistake(f"{text} is no time: write 20min", exit_code=Exit.USAGE) from None


def _span(text: str, now: datetime) -> datetime | None:
    try:
        return now + timedelta(milliseconds=duration_ms(text))
    except (ValueError, OverflowError):
        return None


def _time(text: str, now: datetime, tz: tzinfo) -> datetime | None:
    """Today, or tomorrow where it has gone by."""
    if text.count(":") != 1:
        return None
    try:
        of_day = time.fromisoformat(text)
    except ValueError:
        return None
    today = now.astimezone(tz).date()
    days = (today, today + timedelta(days=1))
    return next((m for day in days if (m := _local(datetime.combine(day, of_day), tz)) > now), None)


def _date(text: str, tz: tzinfo) -> datetime | None:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        return None
    return written if written.tzinfo else _local(written, tz)


def _local(written: datetime, tz: tzinfo) -> datetime:
    """A local time as a moment; the earlier one where there are two ways to read it."""
    return min(written.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
