"""What ships: the demo site, the minimal one, and the words of every kind."""

import re
from pathlib import Path

import pytest

from monitord.resources import config_file, config_folder
from monitord.site import Severity, load
from monitord.site.kinds import shipped_kinds
from monitord.vocabulary import Kind

DESIGN = Path(__file__).parent / "design-example.yaml"
SHIPPED = ["museum.yaml", "minimal.yaml"]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_sites_pass(name: str, drivers, channels) -> None:
    """Everything that monitord brings along passes its own check."""
    load(config_file(name), drivers, channels)


def test_the_museum_stays_on_this_computer(drivers, channels) -> None:
    """The demo must never poll or call anybody outside."""
    text = config_file("museum.yaml").read_text()
    addresses = re.findall(r"(?:tcp|https?)://([^:/\"]+)", text)
    assert addresses
    assert set(addresses) == {"127.0.0.1"}


def test_every_kind_has_its_words() -> None:
    """A guard is never told of an alarm without what it is and what to do."""
    table = shipped_kinds()
    assert set(table.words) == set(Kind)
    for words in table.words.values():
        assert words.what
        assert words.cause
        assert words.consequence
        assert words.action
        assert len(words.what.split()) <= 6


def test_damaged_words_are_an_error_of_the_installation(tmp_path: Path) -> None:
    """Not of the site: another exception, with the cure."""
    file = tmp_path / "kinds.yaml"
    file.write_text("motion: {what: Motion}\n")
    with pytest.raises(ValueError, match="lacks"):
        shipped_kinds(file)
    file.write_text("- motion\n")
    with pytest.raises(ValueError, match="damaged"):
        shipped_kinds(file)


def test_the_folder_is_found() -> None:
    """In a checkout it is the one beside the package."""
    assert (config_folder() / "museum.yaml").is_file()


def test_the_example_of_the_design(check_text) -> None:
    """K2: what the design shows to others passes as it stands there."""
    found = check_text(DESIGN.read_text())
    assert not [finding for finding in found if finding.severity is Severity.ERROR]
