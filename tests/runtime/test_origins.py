"""Where foreign drivers come from is part of what was accepted (design 5.2, law 11)."""

from pathlib import Path

import pytest

from monitord.core.site import Site
from monitord.runtime.origins import hash_with, origins
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.runtime.site_reader import read_here
from monitord.site.difference import Change, difference
from monitord.site.files import hash_of
from monitord.site.loader import Compiled
from tests.system.daemon import write_site

DRIVER = """
from pydantic import BaseModel
from monitord.driver import Driver


class Nothing(BaseModel):
    pass


class Mine(Driver[Nothing]):
    Config = Nothing
    PointConfig = Nothing

    async def poll(self):
        return [False]


DRIVER = Mine
"""


def with_driver(folder: Path) -> tuple[Path, Path]:
    """A site of one panel and one device of a driver that lies beside it."""
    config = write_site(folder / "site.yaml", (15_020,), "http://127.0.0.1:9/call")
    device = "  mine:\n    driver: mine\n    points: {one: {kind: door, area: hall-0}}\n"
    config.write_text(config.read_text().replace("people:\n", device + "people:\n"))
    file = folder / "drivers" / "mine.py"
    file.parent.mkdir()
    file.write_text(DRIVER)
    return config, file


def read(config: Path) -> Compiled:
    compiled = read_here(config).compiled
    assert compiled is not None
    return compiled


def told(old: Site, new: Site) -> list[Change]:
    return difference(old, new, {}, {})


def test_a_driver_file_that_changes_is_another_site(tmp_path: Path) -> None:
    """Not one byte of the site file has changed."""
    config, file = with_driver(tmp_path)
    before = read(config)
    assert read(config) == before
    file.write_text(DRIVER.replace("[False]", "[ False ]"))
    after = read(config)
    assert after.file_hash != before.file_hash
    [change] = told(before.site, after.site)
    assert change.weakens
    assert change.words.startswith("driver mine comes from another place: mine.py, sha256 ")
    assert str(tmp_path) not in change.words


def test_a_start_sees_it_without_reading_the_site_file(tmp_path: Path) -> None:
    config, file = with_driver(tmp_path)
    accepted = read(config)

    def now() -> str:
        found = origins(accepted.site, driver_registry(file.parent), channel_registry())
        return hash_with(hash_of(config), found)

    assert now() == accepted.file_hash
    file.write_text(DRIVER + "# other\n")
    assert now() != accepted.file_hash


def test_shipped_drivers_and_channels_leave_the_hash_as_it_is(tmp_path: Path) -> None:
    """So that journals of older versions start from the stored site."""
    config = write_site(tmp_path / "site.yaml", (15_020,), "http://127.0.0.1:9/call")
    compiled = read(config)
    assert compiled.file_hash == hash_of(config)
    assert "origins" not in compiled.site.setup


@pytest.mark.parametrize(("was", "weakens"), [(None, False), ({}, True)])
def test_a_driver_that_an_older_version_accepted_is_told_and_weakens_nothing(
    tmp_path: Path, was: dict[str, str] | None, weakens: bool
) -> None:
    new = read(with_driver(tmp_path)[0]).site
    old = read(tmp_path / "site.yaml").site
    del old.setup["origins"]
    if was is not None:
        old.setup["origins"] = was
    [change] = told(old, new)
    assert change.words.startswith("driver mine is not monitord's own: mine.py")
    assert change.weakens is weakens
