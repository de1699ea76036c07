"""Names to addresses for one channel, on threads of its own, falling back on what was last true.

A name server that hangs holds a thread for half a minute. On the shared threads of the event
loop that would hold up every other channel and every PIN check, so each channel has its own.
Must never answer from memory while the name server answers.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS: Final = 2
RESOLVE_S: Final = 2.0
REMEMBERED_MAX: Final = 16


class OwnResolver(AbstractResolver):
    """``getaddrinfo`` bounded to :data:`RESOLVE_S`; the last good answer when it fails."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix=f"resolve-{name}")
        self._last: dict[tuple[str, int, int], list[ResolveResult]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of ``host``. Raises ``OSError`` when there never were any."""
        key = (host, port, int(family))
        try:
            async with asyncio.timeout(RESOLVE_S):
                found = await self._look_up(host, port, family)
        except (OSError, TimeoutError) as error:
            remembered = self._last.get(key)
            if remembered is None:
                raise OSError("the name could not be resolved") from error
            return remembered
        if len(self._last) >= REMEMBERED_MAX:
            self._last.pop(next(iter(self._last)))
        self._last[key] = found
        return found

    async def close(self) -> None:
        """Let the threads end when they can; a hanging look-up is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _look_up(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> list[ResolveResult]:
        query = partial(
            socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, family=family,
            flags=socket.AI_ADDRCONFIG,
        )  # fmt: skip
        found = await asyncio.get_running_loop().run_in_executor(self._pool, query)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, address in found
        ]
