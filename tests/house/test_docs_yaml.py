"""Every piece of a site file that the pages show goes through the site checker.

A block that names a ``site:`` is a whole site; any other says by a comment into which one it goes,
and is checked there.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry
from monitord.site import Severity, check
from tests.house.pages import PAGES, Fence, fences, shown_file
from tests.support import ROOT

BLOCKS = [fence for page in PAGES for fence in fences(page) if fence.language in ("yaml", "yml")]
GOES_INTO = re.compile(r"goes into (?P<whole>\S+?)(?:, with (?P<beside>\S+))?")


def parsed(text: str) -> Any:
    """YAML with every scalar as text, as the site file's loader has it."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def joined(whole: Any, part: Any) -> Any:
    """The whole with the part in it: mappings grow together, anything else is replaced."""
    if not isinstance(whole, dict) or not isinstance(part, dict):
        return part
    return whole | {key: joined(whole.get(key), value) for key, value in part.items()}


def site_of(fence: Fence, folder: Path) -> Path:
    """The whole site that a block is, or is a part of, as a file in ``folder``."""
    path = folder / "site.yaml"
    if "site" in parsed(fence.text):
        path.write_text(fence.text, "utf-8")
        return path
    note = GOES_INTO.fullmatch(fence.note)
    assert note, f"{fence.where}: say by <!-- goes into FILE --> which site this is a part of"
    whole = parsed((ROOT / note["whole"]).read_text("utf-8"))
    path.write_text(yaml.dump(joined(whole, parsed(fence.text)), default_style='"'), "utf-8")
    if note["beside"]:
        beside = folder / note["beside"]
        beside.parent.mkdir(mode=0o700)
        beside.write_text(shown_file(note["beside"]), "utf-8")
    return path


def errors(path: Path) -> list[str]:
    """What the checker refuses, with the drivers that are installed or lie beside the site."""
    drivers = KnownDrivers(driver_registry(path.parent / "drivers"))
    found = check(path, drivers, KnownChannels(channel_registry()))
    return [f"{each.text}; {each.cure}" for each in found if each.severity is Severity.ERROR]


def test_there_is_something_to_check() -> None:
    """The guides show pieces of site files; none would be found if the pages were read wrongly."""
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize("fence", BLOCKS, ids=lambda fence: fence.where)
def test_what_a_page_shows_of_a_site_file_is_accepted(fence: Fence, tmp_path: Path) -> None:
    """K2: no error in the whole site."""
    assert not errors(site_of(fence, tmp_path))


def test_a_mistake_in_a_fragment_is_found(tmp_path: Path) -> None:
    """The check itself."""
    page = ROOT / "docs/integrator.md"
    wrong = Fence(page, 1, "goes into config/minimal.yaml", "yaml", "devices: {panel: {pol: 1s}}")
    assert any("pol" in error for error in errors(site_of(wrong, tmp_path)))


def test_an_unmarked_fragment_is_refused(tmp_path: Path) -> None:
    """Nobody could say what it belongs to."""
    page = ROOT / "docs/integrator.md"
    with pytest.raises(AssertionError, match="goes into FILE"):
        site_of(Fence(page, 1, "", "yaml", "areas: {}"), tmp_path)
