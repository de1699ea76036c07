"""Where the drivers and channels of a site come from that did not ship with monitord.

Whoever changes a driver can make an alarm disappear, so a site is accepted with the place of each
and what stands there: a file with its hash, a distribution with its version. Looking imports
nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from monitord.core.site import Site
from monitord.runtime.plugins import Available, ChannelRegistry, DriverRegistry, PluginRefused
from monitord.site.loader import Compiled

#: Of a hash of 64 digits, enough to tell two files apart.
DIGITS: Final = 16


def origins(site: Site, drivers: DriverRegistry, channels: ChannelRegistry) -> dict[str, str]:
    """``driver NAME`` or ``channel NAME`` to its origin in words; empty where all are shipped."""
    found: dict[str, str] = {}
    kinds: tuple[tuple[str, Mapping[str, Any], Any], ...] = (
        ("driver", site.devices, drivers),
        ("channel", site.channels, channels),
    )
    for kind, things, registry in kinds:
        for name in sorted({thing.driver for thing in things.values()}):
            try:
                where = registry.find(name)
            except PluginRefused:
                continue  # each of its devices says so
            if not where.shipped and not where.given:
                found[f"{kind} {name}"] = _said(where)
    return found


def _said(where: Available) -> str:
    path = Path(where.origin)
    if path.suffix == ".py":
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return f"{path.name}, which cannot be read"
        return f"{path.name}, sha256 {digest[:DIGITS]}"
    try:
        return f"{where.origin} {metadata.version(where.origin)}"
    except metadata.PackageNotFoundError:
        return where.origin


def with_origins(
    compiled: Compiled, drivers: DriverRegistry, channels: ChannelRegistry
) -> Compiled:
    """The compiled site with its foreign origins, which are part of its hash."""
    found = origins(compiled.site, drivers, channels)
    if not found:
        return compiled
    site = structs.replace(compiled.site, setup={**compiled.site.setup, "origins": found})
    return structs.replace(compiled, site=site, file_hash=hash_with(compiled.file_hash, found))


def hash_with(file_hash: str, found: Mapping[str, str]) -> str:
    """The hash of a site: of its files alone where every driver and channel is shipped."""
    if not found:
        return file_hash
    return hashlib.sha256(json.dumps([file_hash, found], sort_keys=True).encode()).hexdigest()
