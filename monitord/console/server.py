"""Serving the pages: uvicorn on one address, on loopback unless told otherwise."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

from monitord.console.app import build
from monitord.console.desk import Desk
from monitord.console.tls.serving import Tls

#: Open pages hold one connection each; a browser opens a few more.
CONNECTIONS_MAX: Final = 1_000
#: Pages that are still listening are let go after so long.
GOODBYE_S: Final = 1


class ClearTextRefused(ValueError):
    """An address that others reach, without TLS."""


class Server(uvicorn.Server):
    """Lets the open pages go when it is told to end: else it would wait for them."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """By uvicorn, at a signal."""
        self._desk.live.close()
        super().handle_exit(sig, frame)


def serve(desk: Desk, host: str, port: int) -> None:
    """Until a signal comes. Raises ``ClearTextRefused``, ``OSError``."""
    if desk.tls is None and not is_loopback(host):
        raise ClearTextRefused(
            f"{host} is reached from outside this computer, and pages without TLS show PINs to "
            "whoever listens"
        )
    _run(desk, host, port)


def serve_on(desk: Desk, listening: socket.socket) -> None:
    """The same on a socket that listens already, on loopback."""
    _run(desk, sockets=[listening])


def _run(
    desk: Desk, host: str = "127.0.0.1", port: int = 0, sockets: list[socket.socket] | None = None
) -> None:
    config = uvicorn.Config(
        build(desk),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=GOODBYE_S,
        lifespan="on",
        ssl_context_factory=None if desk.tls is None else context_of(desk.tls),
    )
    Server(config, desk).run(sockets)


def context_of(
    tls: Tls,
) -> Callable[[uvicorn.Config, Callable[[], ssl.SSLContext]], ssl.SSLContext]:
    """As uvicorn asks for it; the context itself is renewed while it serves."""
    return lambda _config, _usual: tls.context


def is_loopback(host: str) -> bool:
    """Whether nobody outside this computer reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
