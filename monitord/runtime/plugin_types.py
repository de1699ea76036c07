"""The installed drivers and channels as the site file's checks want to see them."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from monitord.channels.contract import Channel
from monitord.driver import Driver
from monitord.runtime.plugins import PluginRefused, Registry

PluginT = TypeVar("PluginT")


class _Known(Generic[PluginT]):
    """Plugins by name for ``monitord.site``; of one that cannot be used, the reason is known."""

    def __init__(self, registry: Registry[PluginT]) -> None:
        self._registry = registry

    def names(self) -> Sequence[str]:
        """Every name, sorted."""
        return sorted({found.name for found in self._registry.available()})

    def find(self, name: str) -> PluginT | None:
        """The plugin of that name, or None."""
        try:
            return self._registry.get(name).cls
        except PluginRefused:
            return None

    def trouble(self, name: str) -> str:
        """Why it cannot be used, in words; empty when it can."""
        try:
            self._registry.get(name)
        except PluginRefused as refused:
            return str(refused)
        return ""


class KnownDrivers(_Known[type[Driver[Any]]]):
    """Drivers by name."""

    def shipped(self, name: str) -> bool:
        """Whether it ships with monitord."""
        try:
            return self._registry.get(name).shipped
        except PluginRefused:
            return False


class KnownChannels(_Known[type[Channel]]):
    """Channel drivers by name."""
