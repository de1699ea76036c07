"""Templates to text. All is escaped; what a template does not know is an error, not empty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jinja2

from monitord.console.words import CATEGORY, PRIORITY, ROLE, WORDS
from monitord.console.words_incident import ALARM, CALLED, INCIDENT
from monitord.console.words_pictures import MOMENT
from monitord.console.words_pictures import WORDS as PICTURES
from monitord.console.words_search import WORDS as SEARCH
from monitord.console.words_standing import STANDING


def render(template: str, /, **context: Any) -> str:
    """``template`` of this package as HTML."""
    return _ENVIRONMENT.get_template(template).render(**context)


def clock(moment: str, timezone: str) -> str:
    """A time of day at the site, as a guard reads it: 02:14:07."""
    return _local(moment, timezone).strftime("%H:%M:%S")


def date(moment: str, timezone: str) -> str:
    """A day at the site: Tue 24 Nov."""
    return _local(moment, timezone).strftime("%a %-d %b")


def span(ms: float) -> str:
    """A span of time as it is said: 2 s, 5 min, 1 h 30 min, 3 days; rounded up."""
    seconds = -(-int(ms) // 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes = -(-seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h" + f" {minutes} min" * bool(minutes)
    return f"{-(-(hours * 60 + minutes) // 1440)} days"


def _local(moment: str, timezone: str) -> datetime:
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.fromisoformat(moment).astimezone(zone)


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("monitord.console"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared: Mapping[str, Any] = {
        "words": WORDS,
        "standing_words": STANDING,
        "incident_words": INCIDENT,
        "picture_texts": PICTURES,
        "picture_moments": MOMENT,
        "alarm_words": ALARM,
        "called_words": CALLED,
        "category": CATEGORY,
        "priority": PRIORITY,
        "role": ROLE,
        "here": "",
        "searched": "",
        "search_words": SEARCH,
    }
    made.globals.update(shared)
    made.filters.update({"clock": clock, "date": date, "span": span})
    return made


_ENVIRONMENT: Final = _environment()
