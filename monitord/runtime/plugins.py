"""Drivers and channels: found by name among the installed entry points and in one folder.

What the site does not name is never imported. What ships with monitord has one privilege: its
names cannot be taken by others. A plugin that cannot be used is refused in words, never with a
crash.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog

from monitord.channels.contract import Channel
from monitord.driver import Driver
from monitord.runtime.folder import PluginFolder, PluginRefused, said

__all__ = [
    "Available",
    "ChannelRegistry",
    "DriverRegistry",
    "Plugin",
    "PluginRefused",
    "Registry",
    "channel_registry",
    "driver_registry",
]

log = structlog.get_logger(__name__)

SHIPPED_IN: Final = "monitord"
SILENCE_MS_MIN: Final = 1_000

PluginT = TypeVar("PluginT")


class Plugin(msgspec.Struct, Generic[PluginT], frozen=True):
    """A loaded plugin. ``origin`` is a distribution's name or a file's path."""

    name: str
    cls: PluginT
    origin: str
    shipped: bool


class Available(msgspec.Struct, frozen=True, omit_defaults=True):
    """A plugin that could be named in a site file; it has not been imported.

    ``given``: it was handed over in this process, and no other process could import it.
    """

    name: str
    origin: str
    shipped: bool
    given: bool = False


class Registry(Generic[PluginT]):
    """Plugins of one kind by name; each is loaded when it is first asked for, and once.

    ``what`` is the kind in words; ``check`` gives what was found back as a plugin of the kind,
    or raises ``PluginRefused``.
    """

    def __init__(
        self,
        what: str,
        group: str,
        folder: Path | None,
        check: Callable[[str, object], PluginT],
    ) -> None:
        self._what = what
        self._group = group
        self.folder = folder
        self._folder = None if folder is None else PluginFolder(folder)
        self._check = check
        self._loaded: dict[str, Plugin[PluginT]] = {}
        self._given: set[str] = set()
        self._points: tuple[EntryPoint, ...] | None = None

    def add(self, name: str, cls: PluginT, origin: str) -> None:
        """Make a plugin known that is neither installed nor in the folder."""
        self._loaded[name] = Plugin(name, self._check(name, cls), origin, shipped=False)
        self._given.add(name)

    def available(self) -> list[Available]:
        """Everything that could be named, by name. Imports nothing."""
        added = [
            Available(p.name, p.origin, p.shipped, p.name in self._given)
            for p in self._loaded.values()
        ]
        installed = [
            Available(point.name, _origin(point), _is_shipped(point))
            for point in self._entry_points()
        ]
        files = [Available(name, str(path), shipped=False) for name, path in self._files().items()]
        unique = {(found.name, found.origin): found for found in added + installed + files}
        return [unique[key] for key in sorted(unique)]

    def find(self, name: str) -> Available:
        """Where that name leads, without importing it. Raises ``PluginRefused``."""
        if name in self._given:
            return Available(name, self._loaded[name].origin, shipped=False, given=True)
        source = self._source(name)
        return Available(name, _origin(source), _is_shipped(source))

    def get(self, name: str) -> Plugin[PluginT]:
        """The plugin of that name, loaded. Raises ``PluginRefused``."""
        plugin = self._loaded.get(name)
        if plugin is None:
            plugin = self._loaded[name] = self._load(name)
        return plugin

    def _load(self, name: str) -> Plugin[PluginT]:
        source = self._source(name)
        if isinstance(source, Path):
            assert self._folder is not None
            found = self._folder.load(source, self._what.upper())
        else:
            found = self._imported(name, source)
        return Plugin(name, self._check(name, found), _origin(source), _is_shipped(source))

    def _source(self, name: str) -> EntryPoint | Path:
        """The one place that the name means. Raises ``PluginRefused`` for none or several."""
        points = [point for point in self._entry_points() if point.name == name]
        file = self._files().get(name)
        sources: list[EntryPoint | Path] = [*points, *([] if file is None else [file])]
        shipped = [source for source in sources if _is_shipped(source)]
        if not sources:
            known = ", ".join(sorted({found.name for found in self.available()})) or "none"
            raise PluginRefused(f"there is no {self._what} '{name}'; known are: {known}")
        if shipped and len(sources) > 1:
            taken = ", ".join(_origin(source) for source in sources if not _is_shipped(source))
            log.warning("name is taken by monitord's own plugin", name=name, ignored=taken)
        elif len(sources) > 1:
            origins = " and in ".join(_origin(source) for source in sources)
            raise PluginRefused(f"{self._what} '{name}' is in {origins}: remove one of them")
        return (shipped or sources)[0]

    def _imported(self, name: str, point: EntryPoint) -> object:
        try:
            return point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to foreign code
            raise PluginRefused(
                f"{self._what} '{name}' of {_origin(point)} cannot be imported: {said(error)}."
                " Install it again or remove it"
            ) from None

    def _entry_points(self) -> tuple[EntryPoint, ...]:
        if self._points is None:
            self._points = tuple(entry_points(group=self._group))
        return self._points

    def _files(self) -> dict[str, Path]:
        return {} if self._folder is None else self._folder.files()


DriverRegistry = Registry[type[Driver[Any]]]
ChannelRegistry = Registry[type[Channel]]


def driver_registry(folder: Path | None = None) -> DriverRegistry:
    """Drivers of the entry point group ``monitord.drivers`` and of a folder (``DRIVER = ...``)."""
    return Registry("driver", "monitord.drivers", folder, _as_driver)


def isolates(drivers: DriverRegistry, name: str) -> bool:
    """Whether a driver runs in workers where the site says nothing. Imports no foreign one."""
    try:
        found = drivers.find(name)
        return not found.given and (not found.shipped or drivers.get(name).cls.isolate)
    except PluginRefused:
        return False  # each of its devices says so


def channel_registry(folder: Path | None = None) -> ChannelRegistry:
    """Channels of the group ``monitord.channels`` and of a folder (``CHANNEL = ...``)."""
    return Registry("channel", "monitord.channels", folder, _as_channel)


def _as_driver(name: str, found: object) -> type[Driver[Any]]:
    if not (isinstance(found, type) and issubclass(found, Driver)):
        raise PluginRefused(f"driver '{name}' is not a class that extends monitord.driver.Driver")
    missing = [model for model in ("Config", "PointConfig") if not hasattr(found, model)]
    if missing:
        raise PluginRefused(f"driver '{name}' does not declare {' and '.join(missing)}")
    if found.listen is not Driver.listen:
        _check_silence(name, found)
    elif found.poll is Driver.poll:
        raise PluginRefused(
            f"driver '{name}' has neither 'poll' nor 'listen': it could never report anything"
        )
    return found


def _check_silence(name: str, found: type[Driver[Any]]) -> None:
    """A device that speaks first and promises no longest silence could be dead for ever."""
    if type(found.silence_ms) is not int or found.silence_ms < SILENCE_MS_MIN:
        raise PluginRefused(
            f"driver '{name}' listens and does not say how long its device may be silent: give it"
            f" 'silence_ms', the longest time between two signs of life, {SILENCE_MS_MIN} or more"
        )


def _as_channel(name: str, found: object) -> type[Channel]:
    calls = ("open", "deliver", "close")
    if not isinstance(found, type) or not all(callable(getattr(found, c, None)) for c in calls):
        raise PluginRefused(f"channel '{name}' is not a class with {', '.join(calls)}")
    return found


def _origin(source: EntryPoint | Path) -> str:
    if isinstance(source, Path):
        return str(source)
    return "an unnamed distribution" if source.dist is None else source.dist.name


def _is_shipped(source: EntryPoint | Path) -> bool:
    return isinstance(source, EntryPoint) and _origin(source) == SHIPPED_IN
