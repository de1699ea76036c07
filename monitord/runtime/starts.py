"""Starts that did not get as far as watching: three in ten minutes, and the journal is not trusted.

A small file in the state folder holds when each began (UTC, milliseconds). Written before the
journal is opened, removed once the daemon watches. It stops no start: where the disk does not
take it, nothing is counted.
"""

from pathlib import Path
from typing import Final

import structlog

#: So many failed starts within this time, and the next one begins anew.
FAILED_MAX: Final = 3
WITHIN_MS: Final = 10 * 60_000
#: Nothing longer is read: a damaged file is no reason to fail.
_BYTES_MAX: Final = 4_096

_log = structlog.get_logger(__name__)


class Starts:
    """The starts of one state folder."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / "starts"

    def begin(self, wall_ms: int) -> str:
        """Write down that a start begins; why the journal is not to be trusted, else empty."""
        failed = [at_ms for at_ms in self._read() if 0 <= wall_ms - at_ms <= WITHIN_MS]
        distrusted = len(failed) >= FAILED_MAX
        # A start that begins anew is the first of the next three, or each would move a journal.
        self._write([wall_ms] if distrusted else [*failed, wall_ms])
        minutes = WITHIN_MS // 60_000
        return f"{len(failed)} starts in {minutes} minutes failed with it" if distrusted else ""

    def over(self) -> None:
        """This start came through, or ended for a reason that was told to whoever started it."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.error("starts_not_kept", error=error.strerror)

    def _read(self) -> list[int]:
        try:
            with self._path.open("rb") as file:
                words = file.read(_BYTES_MAX).split()
        except OSError:
            return []
        return [int(word) for word in words if word.isdigit()]

    def _write(self, starts: list[int]) -> None:
        try:
            self._path.write_text("".join(f"{at_ms}\n" for at_ms in starts))
        except OSError as error:
            _log.error("starts_not_kept", error=error.strerror)
