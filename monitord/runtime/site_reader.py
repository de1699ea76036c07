"""Reads a site file in a process of its own and hands over the compiled site.

Reading 12,800 points takes a second and leaves 30 MB of holes behind: neither belongs in a process
that polls for years. The child opens no device and no journal, and ends with its answer. It is
this module, run with the site file as its one argument; the answer is JSON on standard output.
"""

import sys
from pathlib import Path
from typing import Final

import msgspec
import structlog

from monitord.runtime.child import ask_child
from monitord.runtime.origins import with_origins
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site.findings import Finding, SiteRefused
from monitord.site.loader import Compiled, load

#: The largest file that is read at all takes a quarter of this on a slow machine.
READ_S: Final = 60.0

_log = structlog.get_logger(__name__)


class Outcome(msgspec.Struct, frozen=True):
    """What became of the file: the site, or why it is refused."""

    compiled: Compiled | None = None
    findings: tuple[Finding, ...] = ()


def read_here(config: Path) -> Outcome:
    """Read, check and compile in this process, with the plugins that lie beside the file."""
    folder = config if config.is_dir() else config.parent
    drivers = driver_registry(folder / "drivers")
    channels = channel_registry(folder / "channels")
    try:
        compiled = load(config, KnownDrivers(drivers), KnownChannels(channels))
        return Outcome(with_origins(compiled, drivers, channels))
    except SiteRefused as refused:
        return Outcome(findings=refused.findings)


async def read_site(config: Path) -> Compiled:
    """The compiled site. Raises ``SiteRefused``. Bounded: ``READ_S``, then it is read here."""
    try:
        outcome = _DECODER.decode(await ask_child(__name__, str(config), within_s=READ_S))
    except (OSError, TimeoutError, msgspec.MsgspecError) as error:
        # No process to be had, or it was killed: a start must not fail for that.
        _log.warning("site_read_in_this_process", why=type(error).__name__)
        outcome = read_here(config)
    if outcome.compiled is None:
        raise SiteRefused(outcome.findings)
    return outcome.compiled


def main() -> None:
    """The child: one file in, one answer out."""
    sys.stdout.buffer.write(msgspec.json.encode(read_here(Path(sys.argv[1]))))


_DECODER: Final = msgspec.json.Decoder(Outcome)

if __name__ == "__main__":
    main()
