"""Scenarios: a night written down by people, and what must come of it.

A scenario is a YAML file (design 5.7): device actions and people's actions at their times, and
expectations. It is parsed strictly, all mistakes at once, each with its file and line and what can
be written instead, and played by the tests on virtual time and by ``monitord simulate`` in real
time. What this version cannot play it refuses.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from monitord.core.causes import CAUSES, FINDERS
from monitord.core.site import Site
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site import Compiled, SiteRefused, load
from monitord.site.words import duration_ms
from monitord.testing.closing import Closing
from monitord.testing.scenario_file import Item, ScenarioError, Top, read_file
from monitord.vocabulary import Category, Condition, Looked, Suppression

_T = TypeVar("_T")

_CLOSING: Final = ("cause", "finding", "found-by", "looked")
_ACTS: Final = {
    "trip": {"at", "trip", "for"},
    "short": {"at", "short", "for"},
    "cut": {"at", "cut", "for"},
    "masked": {"at", "masked", "for"},
    "ramp": {"at", "ramp", "to", "over"},
    "fail": {"at", "fail", "for"},
    "restore": {"at", "restore"},
    "crash": {"at", "crash", "for"},
    "acknowledges": {"at", "person", "acknowledges"},
    "closes": {"at", "person", "closes", *_CLOSING},
    "isolates": {"at", "person", "isolates", "for", "reason"},
    "shelves": {"at", "person", "shelves", "for", "reason"},
}
_EXPECTATIONS: Final = {
    "called": {"within", "of", "called", "says"},
    "alarm": {"within", "of", "alarm", "point", "until"},
    "acknowledged": {"within", "of", "acknowledged"},
    "confirmed": {"within", "of", "confirmed"},
    "refused": {"within", "of", "refused"},
    "closed": {"within", "of", "closed"},
    "counted": {"counted", "is"},
    "handover": {"handover", "lists"},
    "never": {"never", "person", "after", "while"},
}
_TOP: Final = {"scenario", "site", "start", "do", "expect"}
_NEVERS: Final = ("called", "alarm", "closed")
#: What ``counted: …, is: N`` may count, from the first line of the scenario to its end.
COUNTED: Final = (
    "alarms", "incidents", "calls", "suppressions", "late-to-set", "false-calls", "nobody-looked",
)  # fmt: skip
#: What people hold back, and how.
HOLDS: Final = {"isolates": Suppression.OUT_OF_SERVICE, "shelves": Suppression.SHELVED}
#: Why the daemon may refuse what a person asks.
REFUSALS: Final = (
    "active", "attended", "bad-input", "changed", "forbidden", "needs-pin", "not-restored",
    "plan-first", "unknown", "worsened",
)  # fmt: skip
_WHILE: Final = re.compile(r"(\S+) is (not )?proven")


class Act(NamedTuple):
    """Something that is done: ``what`` is a key of the language, ``to`` its value."""

    at_ms: int
    what: str
    to: str
    for_ms: int | None = None
    person: str = ""
    words: str = ""
    closing: Closing | None = None
    value: float = 0.0
    reason: str = ""

    @property
    def ends_ms(self) -> int:
        """When it is over; what people hold back outlives the story."""
        return self.at_ms + (0 if self.what in HOLDS else self.for_ms or 0)


class Expectation(NamedTuple):
    """``what`` must be seen from ``of_ms`` on within ``within_ms``; for ``never``: not at all.

    ``until_proven``: an alarm that may end by the proof alone. ``while_proven``: only what happens
    while ``point`` is proven, or while it is not, counts. ``handover``: ``point`` stands on the
    sheet of ``of_ms``.
    """

    what: str
    of_ms: int
    within_ms: int | None
    whom: str
    point: str = ""
    says: tuple[str, ...] = ()
    words: str = ""
    line: int = 0
    until_proven: bool = False
    while_proven: bool | None = None
    how_many: int = 0


class Scenario(NamedTuple):
    """A parsed scenario over its compiled site. Times count from its start."""

    name: str
    compiled: Compiled
    start_utc_ms: int
    acts: tuple[Act, ...]
    expectations: tuple[Expectation, ...]

    @property
    def site(self) -> Site:
        """The site that is guarded."""
        return self.compiled.site


def read(path: Path, base: Path, compiled: Compiled | None = None) -> Scenario:
    """Parse a scenario over ``compiled``, else over its own ``site``, relative to ``base``.

    Raises ``ScenarioError`` with everything that is wrong.
    """
    top = read_file(path)
    problems: list[str] = top.unknown(_TOP)
    problems += [f"{top.mark}: there is no `{key}`: write one"
                 for key in ("scenario", "site", "start") if not top.text(key)]  # fmt: skip
    if problems:
        raise ScenarioError(*problems)
    compiled = _site(top, base) if compiled is None else compiled
    parse = _Parser(compiled.site)
    start_ms = parse.keep(top.mark_of("start"), lambda: _start(top, compiled.site.timezone)) or 0
    acts = [parse.keep(item.where, partial(parse.act, item)) for item in top.items("do")]
    expected = [
        parse.keep(item.where, partial(parse.expectation, item)) for item in top.items("expect")
    ]
    if parse.problems:
        raise ScenarioError(*parse.problems)
    return Scenario(
        name=top.text("scenario"),
        compiled=compiled,
        start_utc_ms=start_ms,
        acts=tuple(act for act in acts if act is not None),
        expectations=tuple(one for one in expected if one is not None),
    )


class _Wrong(ValueError):
    """One thing that is wrong with one line, with a cure."""


class _Parser:
    """Reads lines over one site, and keeps what is wrong with them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.problems: list[str] = []
        short: dict[str, list[str]] = {}
        for point in site.points:
            short.setdefault(point.partition(".")[2], []).append(point)
        self._short = {name: of[0] for name, of in short.items() if len(of) == 1}

    def keep(self, where: str, read: Callable[[], _T]) -> _T | None:
        """What ``read`` gives, or None and one problem more."""
        try:
            return read()
        except _Wrong as wrong:
            self.problems.append(f"{where}: {wrong}")
            return None

    def act(self, item: Item) -> Act:
        """One line of ``do``."""
        fields = item.fields
        what = _kind(fields, _ACTS)
        _keys(fields, _ACTS[what])
        to, person = self._full(str(fields[what])), str(fields.get("person", ""))
        site = self._site
        match what:
            case "trip" | "short" | "cut" | "masked" | "ramp":
                _known(to, site.points, "point")
            case "fail":
                _known(to, site.devices, "device")
            case "isolates" | "shelves":
                _known(to, {**site.points, **site.devices}, "point or device")
                _known(person, site.people, "person")
                _ended(fields)
            case "restore":
                _known(to, {**site.points, **site.devices}, "point or device")
            case "crash":
                _known(to, ("daemon",), "thing that crashes")
            case _:
                _known(to, ("last",), "incident, other than the newest,")
                _known(person, site.people, "person")
        lasts = fields.get("over" if what == "ramp" else "for")
        for_ms = None if lasts is None else _duration(lasts)
        value = _value(fields) if what == "ramp" else 0.0
        closing = self._closing(fields) if what == "closes" else None
        reason = str(fields.get("reason", ""))
        at_ms = _time(fields, "at")
        return Act(at_ms, what, to, for_ms, person, item.words, closing, value, reason)

    def _closing(self, fields: Mapping[str, Any]) -> Closing:
        said = Closing(
            *(str(fields.get(key, usual)) for key, usual in zip(_CLOSING, Closing(), strict=True))
        )
        _known(said.cause, CAUSES, "cause")
        if said.found_by:
            _known(said.found_by, {*self._site.people, *FINDERS}, "finder")
        if said.looked:
            _known(said.looked, tuple(Looked), "way to look")
        return said

    def expectation(self, item: Item) -> Expectation:
        """One line of ``expect``."""
        fields = item.fields
        what = _kind(fields, _EXPECTATIONS)
        _keys(fields, _EXPECTATIONS[what])
        if what == "never":
            return self._never(item)
        if what == "counted":
            _known(str(fields[what]), COUNTED, "thing that is counted")
            count = _count(fields)
            return Expectation(what, 0, None, str(fields[what]), words=item.words, line=item.line,
                               how_many=count)  # fmt: skip
        if what == "handover":
            point = self._full(str(fields.get("lists", "")))
            _known(point, {**self._site.points, **self._site.devices}, "point or device")
            return Expectation(what, _time(fields, what), None, "", point, words=item.words,
                               line=item.line)  # fmt: skip
        site, whom = self._site, str(fields[what])
        if what == "alarm":
            _known(whom, (*Category, *Condition), "alarm")
        elif what == "confirmed":
            whom = self._full(whom)
            _known(whom, site.points, "point")
        elif what == "closed":
            _known(whom, CAUSES, "cause")
        elif what == "refused":
            _known(whom, REFUSALS, "refusal")
        else:
            roles = {person.role for person in site.people.values()}
            _known(whom, {*site.people, *site.posts, *roles}, "person, role or post")
        point = self._full(str(fields.get("point", "")))
        if point:
            _known(point, {**site.points, **site.devices}, "point or device")
        if "until" in fields:
            _known(str(fields["until"]), ("proven",), "end of an alarm")
        says = fields.get("says", [])
        says = tuple([says] if isinstance(says, str) else says)
        of_ms, within_ms = _time(fields, "of"), _time(fields, "within")
        until = "until" in fields
        return Expectation(what, of_ms, within_ms, whom, point, says, item.words, item.line, until)

    def _never(self, item: Item) -> Expectation:
        fields = item.fields
        _known(str(fields["never"]), _NEVERS, "thing that can be ruled out")
        person = str(fields.get("person", ""))
        if person:
            _known(person, self._site.people, "person")
        point, proven = "", None
        if "while" in fields:
            found = _WHILE.fullmatch(str(fields["while"]))
            if found is None:
                raise _Wrong("`while` is written as `while: POINT is not proven`")
            point, proven = self._full(found[1]), not found[2]
            _known(point, self._site.points, "point")
        after_ms = _time(fields, "after") if "after" in fields else 0
        what = f"never {fields['never']}"
        return Expectation(
            what, after_ms, None, person, point, words=item.words, line=item.line,
            while_proven=proven,
        )  # fmt: skip

    def _full(self, name: str) -> str:
        """The full id of a point that was named by its short one, where that is unique."""
        return self._short.get(name, name)


# --- words and errors ---------------------------------------------------------------------------


def _site(top: Top, base: Path) -> Compiled:
    path = base / top.text("site")
    try:
        drivers = KnownDrivers(driver_registry())
        return load(path, drivers, KnownChannels(channel_registry()))
    except SiteRefused as refused:
        raise ScenarioError(
            f"{top.mark_of('site')}: {refused}; see `monitord check {path}`"
        ) from None


def _kind(fields: Mapping[str, Any], kinds: Mapping[str, set[str]]) -> str:
    found = [kind for kind in kinds if kind in fields]
    if len(found) != 1:
        raise _Wrong(f"nothing that can be played; write one of {', '.join(kinds)}")
    return found[0]


def _keys(fields: Mapping[str, Any], known: set[str]) -> None:
    for key in fields:
        if key not in known:
            raise _Wrong(f"`{key}` means nothing here; known: {_listed(known)}")


def _known(name: str, names: Collection[str], what: str) -> None:
    if name not in names:
        raise _Wrong(f"no {what} is called `{name}`; known: {_listed(names)}")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(str(name) for name in names)[:20])


def _ended(fields: Mapping[str, Any]) -> None:
    if "for" not in fields or not str(fields.get("reason", "")).strip():
        raise _Wrong("what is held back has an end and a reason: write `for: 8h, reason: WORDS`")


def _count(fields: Mapping[str, Any]) -> int:
    said = str(fields.get("is", ""))
    if not (said.isascii() and said.isdecimal()):
        raise _Wrong("how many is a whole number: write `is: 3`")
    return int(said)


def _value(fields: Mapping[str, Any]) -> float:
    try:
        value = float(fields["to"])
    except (KeyError, ValueError):
        raise _Wrong("a ramp leads to a value: write `to: 1.6`, in the unit of the point") from None
    if not math.isfinite(value) or "over" not in fields:
        raise _Wrong("a ramp takes a time: write `to: 1.6, over: 10min`")
    return value


def _time(fields: Mapping[str, Any], key: str) -> int:
    if key not in fields:
        raise _Wrong(f"`{key}` is missing; write a time such as 2min")
    return _duration(fields[key])


def _duration(text: Any) -> int:
    try:
        return duration_ms(str(text))
    except PydanticCustomError as error:
        raise _Wrong(error.message()) from None


def _start(top: Top, timezone: str) -> int:
    text = top.text("start")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise _Wrong(f"`start: {text}` is not a local time; write it as 2026-11-24T22:00") from None
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(timezone))
    return int(local.timestamp() * 1000)
