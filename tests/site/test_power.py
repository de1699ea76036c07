"""A supply that tells how long it lasts (A5)."""

import pytest

from monitord.channels.words import Situation, spoken
from monitord.core.records import PointRecord
from monitord.core.state import State
from monitord.runtime.views import left_of
from monitord.vocabulary import Category
from tests.site.conftest import CheckText, LoadText

SITE = """
site: {{id: house, name: House}}
areas: {{hall: {{name: Hall, gate: Gate B}}}}
people: {{anna: {{name: Anna, role: director, reach: [{{sms: "1"}}]}}}}
channels: {{sms: {{driver: webhook, url: "http://127.0.0.1:15080/sms"}}}}
chains: {{default: [{{call: anna, by: [sms, terminal], wait: 60s}}]}}
devices:
  supply:
    driver: modbus
    address: tcp://127.0.0.1:15099
    points:
      runtime: {{read: input/0, kind: {kind}, area: hall, name: Supply, need: 4h{more}}}
"""


@pytest.mark.parametrize(("unit", "low"), [("min", 240), ("s", 14_400), ("h", 4)])
def test_a5_the_need_is_the_limit_and_the_message_says_what_is_left(
    unit: str, low: float, load_text: LoadText
) -> None:
    """A5: remaining time against need, in the words of a call."""
    site = load_text(SITE.format(kind="ups", more=f", unit: {unit}")).site
    assert site.points["supply.runtime"].setup["limits"] == {"low": low}
    state = State(site=site, points={"supply.runtime": PointRecord(value=low / 2)})
    left = left_of(state, "supply.runtime")
    text = spoken(site, Situation(Category.POWER, "hall", source="supply.runtime", left=left))
    assert f": Supply. {low / 2:g} {unit} left, {low:g} needed. Not confirmed" in text


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("mains", ", unit: min", "does not tell how long"),
        ("ups", "", "the unit of the point is none"),
        ("ups", ", unit: V", "the unit of the point is none"),
        ("ups", ", unit: min, limits: {low: 5}", "the same twice"),
    ],
)
def test_a5_a_need_that_means_nothing_is_told(
    check_text: CheckText, kind: str, more: str, words: str
) -> None:
    found = check_text(SITE.format(kind=kind, more=more))
    assert any(words in str(one) for one in found), found
