"""Connections of a small listener: few at a time, and each with an end.

Whoever sends a header byte by byte, keeps a connection open or never reads the answer loses it
after a fixed time, whatever it is doing; beyond the cap a connection is closed as it opens.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import web

CONNECTIONS_MAX: Final = 64
LIFE_S: Final = 15.0


class _Closed(asyncio.Protocol):
    """Takes a connection and lets it go."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def bounded(server: web.Server) -> Callable[[], asyncio.BaseProtocol]:
    """A protocol factory for ``create_server`` that keeps to the bounds."""
    loop = asyncio.get_running_loop()

    def make() -> asyncio.BaseProtocol:
        if len(server.connections) >= CONNECTIONS_MAX:
            return _Closed()
        handler = server()
        loop.call_later(LIFE_S, _end, handler)
        return handler

    return make


def _end(handler: web.RequestHandler) -> None:
    transport = handler.transport
    if transport is not None:
        transport.abort()
