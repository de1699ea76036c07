"""``<state>/drawings``: the floor plans of the site, as browsers are given them, by their sha256.

Written when a site file is read, so a start that guards the accepted site has its plans even where
the files beside the site file are gone. No guard depends on them: what cannot be kept or read is
told, and the pages say that the drawing is missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from monitord.site.svg import SHOWN_BYTES_MAX

_log = structlog.get_logger(__name__)


class Drawings:
    """Those of one state folder. Blocks: call it in a thread."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder / "drawings"

    def keep(self, drawings: Mapping[str, bytes]) -> None:
        """Write those that are not there yet, each whole or not at all."""
        try:
            if drawings:
                self._folder.mkdir(mode=0o700, exist_ok=True)
            for digest, data in drawings.items():
                path = self._path(digest)
                if path is None or self.get(digest) == data:
                    continue
                unfinished = path.with_suffix(".new")
                unfinished.write_bytes(data)
                unfinished.replace(path)
        except OSError as error:
            _log.error("drawings_not_kept", error=error.strerror)

    def get(self, digest: str) -> bytes | None:
        """The drawing; None where it is missing, damaged or no name of one."""
        path = self._path(digest)
        try:
            if path is None or path.stat().st_size > SHOWN_BYTES_MAX:
                return None
            data = path.read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def keep_only(self, digests: Iterable[str]) -> None:
        """Remove what no floor of the guarded site shows any more."""
        wanted = set(digests)
        try:
            for path in list(self._folder.iterdir()) if self._folder.is_dir() else []:
                if path.name not in wanted:
                    path.unlink(missing_ok=True)
        except OSError as error:
            _log.error("drawings_not_removed", error=error.strerror)

    def _path(self, digest: str) -> Path | None:
        fits = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
        return self._folder / digest if fits else None
