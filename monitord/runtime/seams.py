"""The seams where simulation takes the place of the world.

``Clock``, ``Io`` and ``Pacer`` stand here, ``Store`` in :mod:`monitord.journal.store`. Sockets
are opened through the running event loop, which a simulation brings too. Nothing else in the
runtime reads a clock, draws chance or waits for a poll.
"""

from typing import Protocol


class Clock(Protocol):
    """Two clocks, both in integer milliseconds."""

    def boot_ms(self) -> int:
        """Boot time: only moves forward, goes on while suspended (CLOCK_BOOTTIME)."""

    def wall_ms(self) -> int:
        """UTC since 1970; may step either way."""


class Io(Protocol):
    """Small things that are neither time nor a socket nor the journal."""

    def jitter(self) -> float:
        """A number in [0, 1) that spreads retries out."""

    def write_alive(self, utc_ms: int) -> None:
        """Leave word that the daemon runs (not synced: it only dates the blind interval)."""

    def read_alive(self) -> int | None:
        """When the daemon last left word, UTC; None when it never did."""


class Pacer(Protocol):
    """Says when to poll next. Production keeps a grid; a simulation may leap quiet polls."""

    async def next_poll(self, device: str, period_ms: int, wake_ms: int | None) -> int:
        """Return when ``device`` is to be polled again; how many polls were missed until then.

        ``wake_ms`` (boot time) is the latest moment at which the caller needs a poll although
        nothing may have changed: a debounce that ends. None where there is none.
        """

    async def next_try(self, device: str, after_ms: int) -> None:
        """Return when a device that failed is to be tried again, ``after_ms`` from now.

        A simulation may leap to the try at which the device could answer differently.
        """
