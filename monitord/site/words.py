"""The small types of the site file: durations, rises, hours, ids, one-or-many.

Each reads text as people write it and says, when it cannot, what to write. Times come out as
integer milliseconds. None of them looks at another key.
"""

import datetime
import math
import re
import zoneinfo
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitord.site import hours
from monitord.site.findings import quoted
from monitord.site.screen import CREDENTIAL

ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
POINT_ID: Final = re.compile(rf"{ID.pattern}\.{ID.pattern}")
DURATION_MAX_MS: Final = 366 * 86_400_000
TEXT_MAX: Final = 500

_UNIT_MS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(ms|min|s|h|d)")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern}\s*)+")
_RISE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(\S{1,12})?\s+in\s+(\S.*)")
_DURATION_CURE: Final = "write a number and ms, s, min, h or d, as in 200ms, 30s, 15min, 2h"
_KEEP: Final = re.compile(r"([0-9]{1,6})\s*(d|y)")
KEEP_DAYS_MIN: Final = 31
KEEP_DAYS_MAX: Final = 100 * 366
_KEEP_CURE: Final = "write days or years, from 31d to 100y, as in 3y"
_SIZE: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(MB|GB|TB)")
_UNIT_BYTES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE_CURE: Final = "write a number and MB, GB or TB, as in 2GB; 100MB to 10TB"
ROOM_BYTES_MIN: Final = 100 * 10**6
ROOM_BYTES_MAX: Final = 10 * 10**12
_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})


def wrong(text: str, cure: str) -> PydanticCustomError:
    """An error that carries its own words and cure to the finding."""
    return PydanticCustomError("site_file", "{text}", {"text": text, "cure": cure})


def _need_text(value: object, cure: str) -> str:
    if not isinstance(value, str):
        raise wrong("a text belongs here, not a list or keys", cure)
    return value.strip()


@lru_cache(maxsize=1024)
def duration_ms(text: str) -> int:
    """``200ms``, ``1h 30min`` in milliseconds. Raises an error with its cure."""
    if not _DURATION.fullmatch(text):
        raise wrong(f"{quoted(text)} is not a duration", _DURATION_CURE)
    total = sum(float(number) * _UNIT_MS[unit] for number, unit in _PART.findall(text))
    if total > DURATION_MAX_MS:
        raise wrong(f"{quoted(text)} is longer than a year", "write a shorter time")
    if total != int(total):
        raise wrong(f"{quoted(text)} is not whole milliseconds", "write it in ms")
    return int(total)


def _duration(value: object) -> int:
    return duration_ms(_need_text(value, _DURATION_CURE))


def _keep(value: object) -> int:
    """``3y`` or ``400d`` in milliseconds; a year has 366 days, so that nothing goes too early."""
    text = _need_text(value, _KEEP_CURE)
    written = _KEEP.fullmatch(text)
    if written is None:
        raise wrong(f"{quoted(text)} is no number of days or years", _KEEP_CURE)
    days = int(written[1]) * (366 if written[2] == "y" else 1)
    if not KEEP_DAYS_MIN <= days <= KEEP_DAYS_MAX:
        raise wrong(f"{quoted(text)} is too {'short' if days < 366 else 'long'}", _KEEP_CURE)
    return days * _UNIT_MS["d"]


def _room(value: object) -> int:
    """``2GB`` in bytes, of a thousand each."""
    text = _need_text(value, _SIZE_CURE)
    written = _SIZE.fullmatch(text)
    if written is None:
        raise wrong(f"{quoted(text)} is no size", _SIZE_CURE)
    size = round(float(written[1]) * _UNIT_BYTES[written[2]])
    if not ROOM_BYTES_MIN <= size <= ROOM_BYTES_MAX:
        raise wrong(f"{quoted(text)} is too {'small' if size < 10**9 else 'large'}", _SIZE_CURE)
    return size


def size_text(size: int) -> str:
    """Bytes as a person would write them: ``2GB``, ``1.5TB``."""
    unit = next((u for u in ("TB", "GB") if size >= _UNIT_BYTES[u]), "MB")
    return f"{size / _UNIT_BYTES[unit]:.10g}{unit}"


def _flag(value: object) -> bool:
    word = _need_text(value, "write true or false").lower()
    if word not in _TRUE | _FALSE:
        raise wrong(f"{quoted(word)} is neither true nor false", "write true or false")
    return word in _TRUE


def _number(value: object) -> float:
    text = _need_text(value, "write a number, as in 1.5")
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,3})?", text):
        raise wrong(f"{quoted(text)} is not a number", "write a number, as in 1.5")
    number = float(text)
    if not math.isfinite(number):
        raise wrong(f"{quoted(text)} is too large", "write a number that fits the sensor")
    return number


def _whole(value: object) -> int:
    text = _need_text(value, "write a whole number, as in 2")
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise wrong(f"{quoted(text)} is not a whole number", "write a whole number, as in 2")
    return int(text)


def _text(value: object) -> str:
    text = _need_text(value, "write one line of text")
    if len(text) > TEXT_MAX:
        raise wrong(f"a text of {len(text)} characters", f"keep it under {TEXT_MAX}")
    return " ".join(text.split())


def _id(value: object) -> str:
    text = _need_text(value, "write an id, as in gallery-1")
    if not ID.fullmatch(text):
        raise wrong(
            f"{quoted(text)} is not an id", "ids are small letters, digits and dashes: gallery-1"
        )
    return text


def _point_id(value: object) -> str:
    text = _need_text(value, "write device.point, as in east-panel.g1-pir")
    if len(text) > 130 or text.count(".") > 1 or not all(ID.fullmatch(p) for p in text.split(".")):
        raise wrong(f"{quoted(text)} is not a point", "write device.point: east-panel.g1-pir")
    return text


def _many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _hours(value: object) -> str:
    text = _need_text(value, "write them as in Tu-Su 08:00-19:00; PH off")
    objected = hours.objection(text)
    if objected is not None:
        what, cure = objected
        raise wrong(f"{quoted(text)} {what}", cure)
    return text


def _times(value: object) -> str:
    cure = "write off, or times of these days, as in 10:00-14:00 or 20:00-02:00"
    text = _need_text(value, cure)
    if len(text) > hours.TEXT_MAX or hours.times_of(text) is None:
        raise wrong(f"{quoted(text)} are not times of a day", cure)
    return text


def _timezone(value: object) -> str:
    cure = "write it as in Europe/London"
    text = _need_text(value, cure)
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(f"{quoted(text)} is not a time zone", cure) from None
    return text


def _country(value: object) -> str:
    cure = "write its two letters, as in GB; public holidays follow from it"
    text = _need_text(value, cure)
    if not hours.is_country(text):
        raise wrong(f"{quoted(text)} is not a known country", cure)
    return text


def _date(value: object) -> str:
    cure = "write year-month-day, as in 2026-11-01"
    text = _need_text(value, cure)
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise wrong(f"{quoted(text)} is not a date", cure) from None


@dataclass(frozen=True, slots=True)
class Rise:
    """A change of ``by`` (in ``unit``, where one is written) within ``within_ms``."""

    by: float
    unit: str
    within_ms: int


def _rise(value: object) -> Rise:
    cure = "write how much in how long, as in 0.2 m in 10min"
    found = _RISE.fullmatch(_need_text(value, cure))
    if found is None:
        raise wrong(f"{quoted(str(value))} is not a rise", cure)
    rise = Rise(float(found[1]), found[2] or "", duration_ms(found[3]))
    if not rise.by or not rise.within_ms:
        raise wrong(f"{quoted(str(value))} can never be told from noise", cure)
    return rise


def _secret(value: object) -> str:
    cure = "write {credential: NAME}"
    if not isinstance(value, dict) or list(value) != [CREDENTIAL]:
        raise wrong("a secret is only named here", cure)
    return _need_text(value[CREDENTIAL], cure)


def _schema(kind: Any, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


_ANY_TEXT: Final = ["string", "number", "boolean"]

Duration = Annotated[
    int,
    BeforeValidator(_duration),
    _schema("string", pattern=_DURATION.pattern, examples=["200ms", "30s", "15min", "2h"]),
]
Keep = Annotated[
    int, BeforeValidator(_keep), _schema("string", pattern=_KEEP.pattern, examples=["3y", "400d"])
]
Room = Annotated[
    int, BeforeValidator(_room), _schema("string", pattern=_SIZE.pattern, examples=["2GB"])
]
Flag = Annotated[bool, BeforeValidator(_flag), _schema("boolean")]
Number = Annotated[float, BeforeValidator(_number), _schema("number")]
Whole = Annotated[int, BeforeValidator(_whole), _schema("integer")]
Text = Annotated[str, BeforeValidator(_text), _schema(_ANY_TEXT, maxLength=TEXT_MAX)]
Id = Annotated[str, BeforeValidator(_id), _schema(_ANY_TEXT, pattern=f"^{ID.pattern}$")]
PointId = Annotated[
    str, BeforeValidator(_point_id), _schema("string", examples=["east-panel.g1-pir"])
]
Hours = Annotated[
    str, BeforeValidator(_hours), _schema("string", examples=["Tu-Su 08:00-19:00; PH off"])
]
DayTimes = Annotated[
    str, BeforeValidator(_times), _schema("string", examples=["off", "10:00-14:00", "20:00-02:00"])
]
TimeZone = Annotated[str, BeforeValidator(_timezone), _schema("string", examples=["Europe/London"])]
Country = Annotated[str, BeforeValidator(_country), _schema("string", examples=["GB"])]
Date = Annotated[str, BeforeValidator(_date), _schema("string", format="date")]
RiseText = Annotated[Rise, BeforeValidator(_rise), _schema("string", examples=["0.2 m in 10min"])]
SecretName = Annotated[
    str,
    BeforeValidator(_secret),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {CREDENTIAL: {"type": "string"}},
            "required": [CREDENTIAL],
            "additionalProperties": False,
        }
    ),
]
Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(_many),
    Field(min_length=1, max_length=50),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
