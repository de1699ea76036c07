"""The site file that is rehearsed, read and checked as a start would."""

from pathlib import Path

from monitord import site
from monitord.cli.errors import Exit, Mistake
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site.findings import Severity


def load(path: Path) -> site.Compiled:
    """The compiled site. Raises ``Mistake`` with every error of the file."""
    folder = path if path.is_dir() else path.parent
    drivers = KnownDrivers(driver_registry(folder / "drivers"))
    channels = KnownChannels(channel_registry(folder / "channels"))
    try:
        return site.load(path, drivers, channels)
    except site.SiteRefused as refused:
        errors = [found for found in refused.findings if found.severity is Severity.ERROR]
        raise Mistake(
            "the site file has errors, so there is nothing to rehearse:\n"
            + "\n".join(str(error) for error in errors),
            code="bad-site",
            exit_code=Exit.UNREADABLE,
        ) from None
