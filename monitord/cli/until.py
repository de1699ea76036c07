"""Ends and moments as people write them: a time of day, a span, a date, all in local time.

Where daylight saving makes a time missing or double, the earlier moment is meant: what is held
back is guarded again sooner.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from monitord.cli.errors import Exit, Mistake
from monitord.cli.when import moment, zone
from monitord.runtime.local_time import earlier
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


def past(text: str, now: datetime, tz: tzinfo) -> datetime:
    """The moment gone by that ``text`` means: a time of day is the last one. Raises ``Mistake``."""
    how = "write 06:00, 2026-11-24 or 2026-11-24T06:00"
    found = _last_time(text, now, tz) or _date(text, tz)
    if found is None:
        raise Mistake(f"{text} is not a moment: {how}", exit_code=Exit.USAGE)
    if found > now:
        raise Mistake(f"{text} lies before us: {how}", exit_code=Exit.USAGE)
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
    return next((moment for moment in _times(text, now, tz, (0, 1)) if moment > now), None)


def _last_time(text: str, now: datetime, tz: tzinfo) -> datetime | None:
    """Today, or yesterday where it has not come yet."""
    return next((moment for moment in _times(text, now, tz, (0, -1)) if moment <= now), None)


def _times(text: str, now: datetime, tz: tzinfo, days: tuple[int, ...]) -> Iterator[datetime]:
    """A time of day on days counted from today; nothing for what is no time of day."""
    if text.count(":") != 1:
        return
    try:
        of_day = time.fromisoformat(text)
    except ValueError:
        return
    today = now.astimezone(tz).date()
    for day in days:
        yield earlier(datetime.combine(today + timedelta(days=day), of_day), tz)


def _date(text: str, tz: tzinfo) -> datetime | None:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        return None
    return written if written.tzinfo else earlier(written, tz)
