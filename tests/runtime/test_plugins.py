"""Plugins by entry point and by folder: loaded by name only, refused in words."""

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from monitord.driver import Driver, Value
from monitord.runtime import plugins
from monitord.runtime.plugins import PluginRefused, channel_registry, driver_registry
from tests.runtime.supervised import PointSection, Section, World, scripted

GOOD = """
from pydantic import BaseModel
from monitord.driver import Driver

class Nothing(BaseModel):
    pass

class Mine(Driver[Nothing]):
    Config = Nothing
    PointConfig = Nothing

    async def poll(self):
        return []

DRIVER = Mine
"""


class Speaks(Driver[Section]):
    """A driver for devices that speak first, which does not say how long they may be silent."""

    Config = Section
    PointConfig = PointSection

    async def listen(self, emit: object) -> None:
        """Wait for the device."""


class Mute(Driver[Section]):
    """A driver that forgot to poll."""

    Config = Section
    PointConfig = PointSection


class Undeclared(Driver[Section]):
    """A driver that does not say its config."""

    async def poll(self) -> Sequence[Value]:
        """Answer nothing."""
        return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o644)
    return path


def test_a_driver_comes_from_a_file(folder: Path) -> None:
    """Named by the file; underscores and hyphens are one."""
    path = put(folder, "my_panel.py", GOOD)
    plugin = driver_registry(folder).get("my-panel")
    assert (plugin.cls.__name__, plugin.origin, plugin.shipped) == ("Mine", str(path), False)


def test_a_plugin_is_loaded_once(folder: Path) -> None:
    """Two devices of one driver share its class."""
    put(folder, "mine.py", GOOD)
    registry = driver_registry(folder)
    assert registry.get("mine").cls is registry.get("mine").cls


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nonesuch_module", "No module named 'nonesuch_module'"),
        ("def broken(:\n", "SyntaxError at line 1"),
        ("raise SystemExit(1)", "SystemExit"),
        ("x = 1", "add the line 'DRIVER = TheClass'"),
        ("DRIVER = int", "does not extend|not a class that extends"),
    ],
)
def test_a_broken_file_is_a_finding(folder: Path, text: str, words: str) -> None:
    """It names the file and the cure, and nothing crashes."""
    put(folder, "mine.py", text)
    with pytest.raises(PluginRefused, match=words):
        driver_registry(folder).get("mine")


def test_a_file_that_others_may_write_is_refused(folder: Path) -> None:
    """Whoever can change a driver can make an alarm disappear."""
    path = put(folder, "mine.py", "raise AssertionError('was run')")
    path.chmod(0o646)
    with pytest.raises(PluginRefused, match=f"chmod o-w {path}"):
        driver_registry(folder).get("mine")


def test_a_folder_that_others_may_write_is_refused(folder: Path) -> None:
    """They could put their own file in the place of ours."""
    put(folder, "mine.py", "raise AssertionError('was run')")
    folder.chmod(0o777)
    with pytest.raises(PluginRefused, match="can be written by everybody"):
        driver_registry(folder).get("mine")


def test_a_file_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root and ourselves are trusted, nobody else."""
    path = put(folder, "mine.py", "raise AssertionError('was run')")
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        own = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(PluginRefused, match="chown root"):
        driver_registry(folder).get("mine")


def test_an_unknown_name_lists_the_known_ones(folder: Path) -> None:
    """Those of the installation and of the folder."""
    put(folder, "mine.py", GOOD)
    with pytest.raises(PluginRefused, match=r"no driver 'modbux'; known are: mine, modbus"):
        driver_registry(folder).get("modbux")


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (Speaks, "how long its device may be silent: give it 'silence_ms'"),
        (Mute, "has neither 'poll' nor 'listen'"),
        (Undeclared, "does not declare Config and PointConfig"),
        (int, "extends monitord.driver.Driver"),
    ],
)
def test_an_unfit_driver_is_refused(driver: type, words: str) -> None:
    """Before it is given a device to look after."""
    with pytest.raises(PluginRefused, match=words):
        driver_registry().add("unfit", driver, "tests")


def test_what_ships_cannot_be_shadowed(folder: Path) -> None:
    """A file with the name of our own driver is not used."""
    put(folder, "modbus.py", "raise AssertionError('was run')")
    plugin = driver_registry(folder).get("modbus")
    assert (plugin.origin, plugin.shipped) == ("monitord", True)


def test_two_of_one_name_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could say which of them watches the site."""
    put(folder, "mine.py", GOOD)
    foreign = EntryPoint("mine", "foreign:Driver", "monitord.drivers")
    monkeypatch.setattr(plugins, "entry_points", lambda **_: (foreign,))
    with pytest.raises(PluginRefused, match="remove one of them"):
        driver_registry(folder).get("mine")


def test_a_foreign_plugin_that_cannot_be_imported_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Installed, but not whole."""
    foreign = EntryPoint("mine", "nonesuch_module:Driver", "monitord.drivers")
    monkeypatch.setattr(plugins, "entry_points", lambda **_: (foreign,))
    with pytest.raises(PluginRefused, match="Install it again or remove it"):
        driver_registry().get("mine")


def test_a_missing_folder_has_no_plugins(tmp_path: Path) -> None:
    """Most sites have none."""
    names = [found.name for found in driver_registry(tmp_path / "none").available()]
    assert "modbus" in names


def test_available_shows_where_each_comes_from(folder: Path) -> None:
    """For `driver list`: nothing is imported to say so."""
    path = put(folder, "mine.py", "raise AssertionError('was run')")
    registry = driver_registry(folder)
    registry.add("scripted", scripted(World()), "tests")
    found = {found.name: (found.origin, found.shipped) for found in registry.available()}
    assert found["mine"] == (str(path), False)
    assert found["modbus"] == ("monitord", True)
    assert found["scripted"] == ("tests", False)


def test_channels_are_plugins_too() -> None:
    """By the same rules."""
    assert channel_registry().get("webhook").shipped
    with pytest.raises(PluginRefused, match="is not a class with open, deliver, close"):
        channel_registry().add("pigeon", int, "tests")  # type: ignore[arg-type]


def test_nothing_is_imported_that_the_site_does_not_name() -> None:
    """Start-up matters: pymodbus alone costs a fifth of a second."""
    code = (
        "import sys; from monitord.runtime.plugins import driver_registry as registry;"
        "registry().available(); print('pymodbus' in sys.modules);"
        "registry().get('modbus'); print('pymodbus' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
