"""What may be wrong with any driver, to be mixed into one of the templates' drivers."""

import asyncio
from typing import Any, ClassVar

from pydantic import BaseModel

from monitord.driver import Line


class CloseRaises:
    """Cannot be closed twice."""

    _streams: Any

    async def close(self) -> None:
        self._streams[1].transport.abort()
        self._streams = None


class LeaksSockets:
    """Forgets its connection instead of ending it."""

    _streams: Any
    kept: ClassVar[list[Any]] = []

    async def close(self) -> None:
        self.kept.append(self._streams)
        self._streams = None


class LeaksTasks:
    """Leaves a task behind."""

    async def open(self, line: Line | None = None) -> None:
        await super().open(line)  # type: ignore[misc]  # of the driver that it is mixed into
        self.left = asyncio.create_task(asyncio.Event().wait())


class RawErrors:
    """Lets its connection's errors out."""

    config: Any

    async def open(self, line: Line | None = None) -> None:
        host, _, port = self.config.address.rpartition(":")
        self._streams = await asyncio.open_connection(host, int(port))


class AnyContact(BaseModel):
    """Takes whatever was written."""

    contact: int


class Chatty:
    """Shows its secret to whoever prints it."""

    def __repr__(self) -> str:
        return "Chatty(password=tower-bridge)"
