"""What the site file asks of drivers and channels: which exist, and what they accept.

The caller finds them (entry points, folders) and passes them in, so that the site never imports
the runtime. Nothing here opens, connects or polls.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from monitord.driver import Driver


class DriverTypes(Protocol):
    """The drivers of this installation, by name."""

    def names(self) -> Sequence[str]:
        """Every name, sorted."""

    def find(self, name: str) -> type[Driver[Any]] | None:
        """The driver of that name, or None."""

    def trouble(self, name: str) -> str:
        """Why a driver of that name cannot be used; empty when it can."""

    def shipped(self, name: str) -> bool:
        """Whether it ships with monitord; a foreign one runs in a process of its own."""


class ChannelTypes(Protocol):
    """The channel drivers of this installation, by name.

    A channel class may carry ``Config``, a pydantic model of its own keys; one without is given
    its keys as they are.
    """

    def names(self) -> Sequence[str]:
        """Every name, sorted."""

    def find(self, name: str) -> type[Any] | None:
        """The channel of that name, or None."""

    def trouble(self, name: str) -> str:
        """Why a channel of that name cannot be used; empty when it can."""


def shares_lines(cls: type[Driver[Any]]) -> bool:
    """Whether devices of this driver with one address can share a connection."""
    return cls.connect.__func__ is not Driver.connect.__func__  # type: ignore[attr-defined]
