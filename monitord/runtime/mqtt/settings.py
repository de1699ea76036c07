"""What the site file says of MQTT, with the secrets that it only names.

It never connects, and never puts a secret into an error.
"""

import socket
import ssl
from collections.abc import Mapping
from typing import Any

import msgspec

from monitord.core.site import Site
from monitord.runtime.credentials import Credentials


class User(msgspec.Struct, frozen=True):
    """A program that may command: in whose name, and what proves it."""

    person: str
    token: str


class Settings(msgspec.Struct, frozen=True):
    """One broker. ``port`` is 1 to 65535; ``client`` is this daemon's own name there."""

    host: str
    port: int
    client: str
    user: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None
    keepalive_ms: int = 10_000
    lost_after_ms: int = 60_000
    journal: bool = False
    users: Mapping[str, User] = {}


def settings_of(site: Site, credentials: Credentials) -> Settings | None:
    """The broker of a site, None where it has none. Raises as :func:`read_settings`."""
    setup = site.setup.get("mqtt")
    if setup is None:
        return None
    return read_settings(setup, f"monitord-{site.id}-{socket.gethostname()}", credentials)


def read_settings(setup: Mapping[str, Any], client: str, credentials: Credentials) -> Settings:
    """The settings of ``Site.setup["mqtt"]``.

    Raises ``CredentialError`` for a secret and ``OSError`` for certificates that cannot be read.
    """
    password = setup["password"]
    return Settings(
        host=setup["host"],
        port=setup["port"],
        client=client,
        user=setup["user"],
        password=None if password is None else credentials.read(password["credential"]),
        tls=ssl.create_default_context(cafile=setup["ca"]) if setup["tls"] else None,
        keepalive_ms=setup["keepalive_ms"],
        lost_after_ms=setup["lost_after_ms"],
        journal=setup["journal"],
        users={
            name: User(user["person"], credentials.read(user["token"]["credential"]))
            for name, user in setup["users"].items()
        },
    )
