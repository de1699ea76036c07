"""The installed drivers and channels as the site file's checks want to see them."""

from collections.abc import Sequence
from typing import Any

from monitord.driver import Driver
from monitord.runtime.plugins import ChannelRegistry, DriverRegistry, PluginRefused


class KnownDrivers:
    """Drivers by name for ``monitord.site``; one that cannot be used counts as not there."""

    def __init__(self, registry: DriverRegistry) -> None:
        self._registry = registry

    def names(self) -> Sequence[str]:
        """Every name, sorted."""
        return sorted({found.name for found in self._registry.available()})

    def find(self, name: str) -> type[Driver[Any]] | None:
        """The driver of that name, or None."""
        try:
            return self._registry.get(name).cls
        except PluginRefused:
            return None

    def shipped(self, name: str) -> bool:
        """Whether it ships with monitord."""
        try:
            return self._registry.get(name).shipped
        except PluginRefused:
            return False


class KnownChannels:
    """Channel drivers by name for ``monitord.site``."""

    def __init__(self, registry: ChannelRegistry) -> None:
        self._registry = registry

    def names(self) -> Sequence[str]:
        """Every name, sorted."""
        return sorted({found.name for found in self._registry.available()})

    def find(self, name: str) -> type[Any] | None:
        """The channel of that name, or None."""
        try:
            return self._registry.get(name).cls
        except PluginRefused:
            return None
