"""What the pages tell to type on paper is typed, and the driver that they show is polled."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from monitord.cli import main
from monitord.driver import DeviceFault, Driver
from monitord.runtime.plugins import driver_registry
from tests.house.pages import PAGES, Shown, commands, shown_file, words
from tests.support import ROOT

#: The commands that need no daemon and change nothing.
ON_PAPER = ("check", "show", "chain", "driver")
#: Typed in a folder of their own by tests/house/test_docs_drivers.py.
KIT = (["driver", "new"], ["driver", "test"])
#: What the pages call a site file of one's own: the integrator begins with a copy of this one.
OWN, COPIED = "site.yaml", "config/minimal.yaml"


def shown_on_paper() -> list[Shown]:
    """Each once; a bare name (`monitord check`) is a mention, and SITE.yaml is a form."""
    found = {each.command: each for page in PAGES for each in commands(page)}
    typed = {command: words(command) for command in found if "SITE" not in command}
    return [
        found[c]
        for c, said in typed.items()
        if len(said) > 1 and said[0] in ON_PAPER and said[:2] not in KIT
    ]


SHOWN = shown_on_paper()


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.command)
def test_what_is_shown_on_paper_ends_well(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the folder of the clone, as the pages have it."""
    monkeypatch.chdir(ROOT)
    assert main([COPIED if word == OWN else word for word in words(shown.command)]) == 0
    assert capsys.readouterr().out


def test_there_is_something_to_type() -> None:
    """None would be found if the pages were read wrongly."""
    assert len(SHOWN) > 5


@pytest.fixture
def door(tmp_path: Path) -> Driver:
    """The driver of the integrator's guide, from a folder, with one door."""
    folder = tmp_path / "drivers"
    folder.mkdir(mode=0o700)
    (folder / "door-file.py").write_text(shown_file("drivers/door-file.py"), "utf-8")
    found = driver_registry(folder).get("door-file").cls
    config = found.Config.model_validate({"address": str(tmp_path)})
    point = SimpleNamespace(config=found.PointConfig.model_validate({"file": "door"}))
    return found(config, [point])


async def test_the_driver_of_the_guide_says_what_the_file_says(
    door: Driver, tmp_path: Path
) -> None:
    """One item per point; a missing file is a fault of the device, not a quiet door."""
    (tmp_path / "door").write_text("1\n")
    assert await door.poll() == [True]
    (tmp_path / "door").write_text("0\n")
    assert await door.poll() == [False]
    (tmp_path / "door").unlink()
    with pytest.raises(DeviceFault, match="door"):
        await door.poll()
