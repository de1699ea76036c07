"""The envelope: each way into an area, with its state, or the word that nobody can know it (G7)."""

import pytest

from monitord.cli import say_held
from monitord.cli.page import as_text
from monitord.core import facts as f
from monitord.core.state import State
from monitord.core.step import step
from monitord.runtime.control.view_areas import areas
from monitord.site import Severity
from monitord.vocabulary import PointState
from tests.site.conftest import CheckText, LoadText

OPENINGS = """    openings:
      - {name: Cellar door, point: west.door}
      - {name: Coal hatch}
"""


def _with_openings(river: str, openings: str = OPENINGS) -> str:
    return river.replace("    set_by: monitord\n", "    set_by: monitord\n" + openings)


def test_g7_an_opening_without_a_contact_is_a_finding_and_never_shut(
    river: str, check_text: CheckText, load_text: LoadText
) -> None:
    """G7: config with an opening lacking a point -> coverage finding; and it shows as not known."""
    text = _with_openings(river)
    found = [finding for finding in check_text(text) if "Coal hatch" in finding.text]
    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert not [finding for finding in check_text(text) if "Cellar door" in finding.text]
    state = State()
    step(state, 0, f.Started(epoch=1, version="test", utc_ms=0))
    step(state, 0, f.SiteOffered(file_hash="h", site=load_text(text).site))
    step(state, 1, f.DeviceReturned("west", (f.Sample("west.door", PointState.ACTIVE),)))
    view = areas(state, 2)
    basement = next(a for a in view["areas"] if a["area"] == "basement")
    assert [(o["name"], o["point"], o["state"]) for o in basement["openings"]] == [
        ("Cellar door", "west.door", "active"),
        ("Coal hatch", None, "unknown"),
    ]
    page = as_text(say_held.one_area({**view, "areas": [basement], "posts": []}))
    assert [line.split()[-1] for line in page.splitlines() if "Coal hatch" in line] == ["known"]
    assert "open" in next(line for line in page.splitlines() if "Cellar door" in line)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("west.wet", "cannot tell that something is open"),
        ("east.case", "in another area"),
        ("west.dor", "no point"),
    ],
)
def test_what_is_no_contact_of_this_area_is_refused(
    check_text: CheckText, river: str, point: str, words: str
) -> None:
    """K2: a finding that names what is wrong."""
    text = _with_openings(river, OPENINGS.replace("west.door", point))
    found = [finding.text for finding in check_text(text) if finding.severity is Severity.ERROR]
    assert any(words in text for text in found), found
