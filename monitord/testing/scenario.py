"""Scenarios: a night written down by people, and what must come of it.

A scenario is a YAML file (design 5.7): device actions and people's actions at their times, and
expectations. It is parsed strictly, every mistake named with what can be written instead, and
played on virtual time through the real drivers. What this version cannot play it refuses.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import yaml
from pydantic_core import PydanticCustomError

from monitord.core.site import Site
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site import Compiled, load
from monitord.site.words import duration_ms

_ACTS: Final = {
    "trip": {"at", "trip", "for"},
    "fail": {"at", "fail", "for"},
    "restore": {"at", "restore"},
    "crash": {"at", "crash", "for"},
    "acknowledges": {"at", "person", "acknowledges"},
    "closes": {"at", "person", "closes"},
}
_EXPECTATIONS: Final = {
    "called": {"within", "of", "called", "says"},
    "alarm": {"within", "of", "alarm", "point"},
    "acknowledged": {"within", "of", "acknowledged"},
    "never": {"never", "person", "after"},
}
_TOP: Final = {"scenario", "site", "start", "do", "expect"}
_NEVERS: Final = ("called", "alarm", "closed")


class ScenarioError(Exception):
    """What is wrong with a scenario, in words, with a cure."""


class Act(NamedTuple):
    """Something that is done: ``what`` is a key of the language, ``to`` its value."""

    at_ms: int
    what: str
    to: str
    for_ms: int | None = None
    person: str = ""


class Expectation(NamedTuple):
    """``what`` must be seen from ``of_ms`` on within ``within_ms``; for ``never``: not at all."""

    what: str
    of_ms: int
    within_ms: int | None
    whom: str
    point: str = ""
    says: tuple[str, ...] = ()
    words: str = ""


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


def read(path: Path, base: Path) -> Scenario:
    """Parse a scenario; its ``site`` is relative to ``base``. Raises ``ScenarioError``."""
    try:
        # BaseLoader makes texts, lists and mappings, and nothing else: no type is guessed.
        found = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise ScenarioError(f"{path.name} is not a scenario: it begins with `scenario: NAME`")
    _keys("the scenario", found, _TOP)
    for key in ("scenario", "site", "start"):
        if not isinstance(found.get(key), str):
            raise ScenarioError(f"the scenario has no `{key}`: write one")
    registry = driver_registry()
    compiled = load(base / found["site"], KnownDrivers(registry), KnownChannels(channel_registry()))
    return Scenario(
        name=found["scenario"],
        compiled=compiled,
        start_utc_ms=_start(found["start"], compiled.site.timezone),
        acts=tuple(_act(item, compiled.site) for item in _list(found, "do")),
        expectations=tuple(_expectation(item, compiled.site) for item in _list(found, "expect")),
    )


def _list(found: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    items = found.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ScenarioError(f"`{key}` must be a list of lines like {{at: 2min, trip: POINT}}")
    return items


def _act(item: dict[str, Any], site: Site) -> Act:
    words = _words(item)
    what = _kind(words, item, _ACTS)
    _keys(words, item, _ACTS[what])
    to, person = str(item[what]), str(item.get("person", ""))
    match what:
        case "trip":
            _known(words, to, site.points, "point")
        case "fail":
            _known(words, to, site.devices, "device")
        case "restore":
            _known(words, to, {**site.points, **site.devices}, "point or device")
        case "crash":
            _known(words, to, ("daemon",), "thing that crashes")
        case _:
            _known(words, to, ("last",), "incident, other than the newest,")
            _known(words, person, site.people, "person")
    for_ms = _duration(words, item["for"]) if "for" in item else None
    return Act(_time(words, item, "at"), what, to, for_ms, person)


def _expectation(item: dict[str, Any], site: Site) -> Expectation:
    words = _words(item)
    what = _kind(words, item, _EXPECTATIONS)
    _keys(words, item, _EXPECTATIONS[what])
    if what == "never":
        _known(words, str(item["never"]), _NEVERS, "thing that can be ruled out")
        person = str(item.get("person", ""))
        if person:
            _known(words, person, site.people, "person")
        after_ms = _time(words, item, "after") if "after" in item else 0
        return Expectation(f"never {item['never']}", after_ms, None, person, words=words)
    whom = str(item[what])
    if what != "alarm":
        roles = {person.role for person in site.people.values()}
        _known(words, whom, {*site.people, *site.posts, *roles}, "person, role or post")
    point = str(item.get("point", ""))
    if point:
        _known(words, point, {**site.points, **site.devices}, "point or device")
    says = item.get("says", [])
    says = tuple([says] if isinstance(says, str) else says)
    of_ms, within_ms = _time(words, item, "of"), _time(words, item, "within")
    return Expectation(what, of_ms, within_ms, whom, point, says, words)


# --- words and errors ---------------------------------------------------------------------------


def _words(item: dict[str, Any]) -> str:
    inside = ", ".join(f"{key}: {value}" for key, value in item.items())
    return f"{{{inside}}}"


def _kind(words: str, item: dict[str, Any], kinds: Mapping[str, set[str]]) -> str:
    found = [kind for kind in kinds if kind in item]
    if len(found) != 1:
        raise ScenarioError(f"{words}: nothing that can be played; write one of {', '.join(kinds)}")
    return found[0]


def _keys(words: str, item: Mapping[str, Any], known: set[str]) -> None:
    for key in item:
        if key not in known:
            raise ScenarioError(f"{words}: `{key}` means nothing here; known: {_listed(known)}")


def _known(words: str, name: str, names: Any, what: str) -> None:
    if name not in names:
        raise ScenarioError(f"{words}: no {what} is called `{name}`; known: {_listed(names)}")


def _listed(names: Any) -> str:
    return ", ".join(sorted(str(name) for name in names)[:20])


def _time(words: str, item: dict[str, Any], key: str) -> int:
    if key not in item:
        raise ScenarioError(f"{words}: `{key}` is missing; write a time such as 2min")
    return _duration(words, item[key])


def _duration(words: str, text: Any) -> int:
    try:
        return duration_ms(str(text))
    except PydanticCustomError as error:
        raise ScenarioError(f"{words}: {error.message()}") from error


def _start(text: str, timezone: str) -> int:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ScenarioError(
            f"`start: {text}` is not a local time; write it as 2026-11-24T22:00"
        ) from None
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(timezone))
    return int(local.timestamp() * 1000)
