"""Fixtures for the site file: what is installed, and a check of a text that is no file yet."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from monitord.channels.mail import MailChannel
from monitord.channels.terminal import TerminalChannel
from monitord.channels.webhook import WebhookChannel
from monitord.driver import Driver, Emit, Frame, Kind, OwnPoint
from monitord.site import Compiled, Finding, Severity, check, load
from monitord_drivers.modbus.driver import ModbusDriver
from monitord_drivers.onvif import OnvifDriver
from monitord_drivers.snapshot import SnapshotDriver

HERE = Path(__file__).parent


class ForeignConfig(BaseModel):
    """Any key is welcome."""

    model_config = {"extra": "allow"}


class ForeignDriver(Driver[ForeignConfig]):
    """A driver that did not come with monitord."""

    Config: ClassVar[type[BaseModel]] = ForeignConfig
    PointConfig: ClassVar[type[BaseModel]] = ForeignConfig
    poll_ms = 150


class SpeakingDriver(ForeignDriver):
    """One whose devices speak first."""

    silence_ms = 30_000

    async def listen(self, emit: Emit) -> None:
        """Nothing is heard here."""


class SeeingDriver(SpeakingDriver):
    """One with eyes, and two points of its own."""

    @classmethod
    def own_points(cls, config: ForeignConfig) -> Sequence[OwnPoint]:
        """Its clock, and which camera it is."""
        return [
            OwnPoint("clock", Kind.EVENT, "Clock"),
            OwnPoint("identity", Kind.TAMPER, "Which camera it is"),
        ]

    async def frame(self) -> Frame:
        """Nothing is seen here."""
        return Frame()


class Installed:
    """The drivers, or the channels, that a test pretends to have installed."""

    def __init__(self, types: dict[str, Any]) -> None:
        self._types = types

    def names(self) -> Sequence[str]:
        """Sorted."""
        return sorted(self._types)

    def find(self, name: str) -> Any:
        """By name."""
        return self._types.get(name)

    def trouble(self, name: str) -> str:
        """Those that are here can be used."""
        return "" if name in self._types else "it is not here"

    def shipped(self, name: str) -> bool:
        """All but the foreign one."""
        return name != "foreign"


@pytest.fixture
def drivers() -> Installed:
    """The shipped driver and a foreign one."""
    return Installed(
        {
            "modbus": ModbusDriver,
            "onvif": OnvifDriver,
            "snapshot": SnapshotDriver,
            "foreign": ForeignDriver,
            "speaking": SpeakingDriver,
            "seeing": SeeingDriver,
        }
    )


@pytest.fixture
def channels() -> Installed:
    """The shipped channels."""
    return Installed({"smtp": MailChannel, "terminal": TerminalChannel, "webhook": WebhookChannel})


@pytest.fixture
def river() -> str:
    """The text of the good site that tests break."""
    return (HERE / "good" / "river.yaml").read_text("utf-8")


CheckText = Callable[[str | bytes], list[Finding]]
LoadText = Callable[[str], Compiled]


@pytest.fixture
def load_text(tmp_path: Path, drivers: Installed, channels: Installed) -> LoadText:
    """What the core gets of a site file with this text. Raises ``SiteRefused``."""

    def run(text: str) -> Compiled:
        file = tmp_path / "site.yaml"
        file.write_text(text)
        return load(file, drivers, channels)

    return run


@pytest.fixture
def check_text(tmp_path: Path, drivers: Installed, channels: Installed) -> CheckText:
    """Check a text as the file ``site.yaml``; findings name it so."""

    def run(text: str | bytes) -> list[Finding]:
        file = tmp_path / "site.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return check(file, drivers, channels)

    return run


def assert_told(found: list[Finding], words: str, severity: Severity) -> None:
    """Exactly one finding says so, as grave as that, and with a cure."""
    [told] = [finding for finding in found if words in finding.text]
    assert told.severity is severity
    assert told.cure
