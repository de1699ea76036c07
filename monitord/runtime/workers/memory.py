"""``<state>/references``: what each camera usually sees, so that a restart does not forget it.

A camera that is covered while nobody looks would else be learned as it is then. It holds pictures
of the house and nothing else; what is lost here is learned anew.
"""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

import structlog

from monitord.site.words import ID

#: What a worker may say that it has learned of one device.
MEMORY_MAX: Final = 900_000

log = structlog.get_logger(__name__)


class Memory:
    """Of one state folder; with none, nothing is remembered."""

    def __init__(self, state_folder: Path | None) -> None:
        self._folder = None if state_folder is None else state_folder / "references"
        self._newest: dict[str, bytes] = {}
        self._writing: asyncio.Task[None] | None = None

    def remember(self, device: str, memory: bytes) -> None:
        """Keep it, off the loop; never raises. The newest of a device counts."""
        path = self._path(device)
        if path is None or len(memory) > MEMORY_MAX:
            return
        self._newest[device] = memory
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="references")

    async def recall(self, device: str) -> bytes:
        """What was kept last; empty where nothing was, or it cannot be read."""
        if device in self._newest:
            return self._newest[device]
        path = self._path(device)
        return b"" if path is None else await asyncio.to_thread(_read, path)

    async def _write(self) -> None:
        while self._newest:
            device, memory = next(iter(self._newest.items()))
            path = self._path(device)
            assert path is not None
            try:
                await asyncio.to_thread(_write, path, memory)
            except OSError as error:
                log.warning("references_not_kept", device=device, error=error.strerror)
            if self._newest.get(device) is memory:
                del self._newest[device]

    def _path(self, device: str) -> Path | None:
        good = self._folder is not None and ID.fullmatch(device)
        return self._folder / device if good and self._folder is not None else None


def _read(path: Path) -> bytes:
    with contextlib.suppress(OSError), path.open("rb") as file:
        found = file.read(MEMORY_MAX + 1)
        return found if len(found) <= MEMORY_MAX else b""
    return b""


def _write(path: Path, memory: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(memory)
    unfinished.replace(path)
