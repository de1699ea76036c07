"""Templates to text. All is escaped; what a template does not know is an error, not empty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jinja2

from monitord.console.words import CATEGORY, PAGES, PRIORITY, ROLE, WORDS
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
        "category": CATEGORY,
        "priority": PRIORITY,
        "pages": PAGES,
        "role": ROLE,
        "here": "",
    }
    made.globals.update(shared)
    made.filters.update({"clock": clock, "date": date})
    return made


_ENVIRONMENT: Final = _environment()
