"""What people are told (C7): place and gate within the first ten words, and nothing unsafe."""

import re
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.channels.words import Situation, plain, spoken
from monitord.core.own import OWN_SOURCES
from monitord.vocabulary import Category, Condition, Confirmed
from tests.channels.samples import SITE


def situation(**changes: object) -> Situation:
    made = Situation(category=Category.INTRUSION, area="gallery-1", source="east.g1-pir")
    return msgspec.structs.replace(made, **changes)


def test_place_and_gate_stand_in_the_first_ten_words() -> None:
    """C7: the first words bring help to the right door."""
    first = " ".join(spoken(SITE, situation()).split()[:10])
    assert first.startswith("Gallery 1, first floor. Gate B, King Street.")


def test_near_equal_rooms_differ_in_the_first_ten_words() -> None:
    """C7."""
    texts = {
        " ".join(spoken(SITE, situation(area=area)).split()[:10])
        for area in ("gallery-1", "gallery-11")
    }
    assert len(texts) == 2


def test_what_how_sure_and_the_next_action_follow_in_this_order() -> None:
    text = spoken(SITE, situation())
    places = [
        text.index(part)
        for part in (
            "Gate B",
            "Motion: PIR by the east door.",
            "Not confirmed, one detector so far.",
            "Send two guards to look.",
        )
    ]
    assert places == sorted(places)


def test_a_confirmed_incident_says_so() -> None:
    assert "Confirmed, more than one detector." in spoken(SITE, situation(confirmed=True))


def test_a_test_says_so_first() -> None:
    assert spoken(SITE, situation(test=True)).startswith("TEST. Gallery 1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"source": "", "category": Category.FIRE}, "Fire reported. Declared by a person."),
        ({"source": "east", "category": Category.TECHNICAL}, "No answer: East panel."),
        ({"condition": Condition.TAMPER, "category": Category.TAMPER}, "Tamper: PIR by the east"),
        ({"condition": Condition.FAULT, "category": Category.TECHNICAL}, "Fault: PIR by the east"),
        ({"source": "gone.away"}, "Intrusion alarm."),
        ({"further": 1}, "One more alarm since."),
        ({"further": 3}, "3 more alarms since."),
    ],
)
def test_each_source_has_its_words(changes: dict[str, object], expected: str) -> None:
    assert expected in spoken(SITE, situation(**changes))


def test_the_action_of_a_detector_is_not_given_for_another_family() -> None:
    """A cut cable is not a motion: its own action follows, not the detector's."""
    text = spoken(SITE, situation(category=Category.TAMPER, condition=Condition.TAMPER))
    assert "Send two guards" not in text


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("source", ["", "east", "east.g1-pir", "gone.away"])
def test_no_register_number_and_no_id_of_a_point_is_ever_told(
    category: Category, source: str
) -> None:
    """C7: plain names, never register numbers."""
    text = spoken(SITE, situation(category=category, source=source))
    assert not re.search(r"10017|discrete|g1-pir|modbus", text)


def test_an_area_that_is_gone_from_the_file_is_still_named() -> None:
    text = spoken(SITE, situation(area="old-wing"))
    assert text.startswith("old-wing. Gate not known.")


def test_what_a_person_declared_is_not_two_detectors() -> None:
    text = spoken(SITE, situation(source="", confirmed=True))
    assert "Declared by a person." in text
    assert "detector" not in text


@pytest.mark.parametrize("source", sorted(OWN_SOURCES))
def test_monitords_own_faults_are_said_for_somebody_who_runs_no_servers(source: str) -> None:
    text = spoken(SITE, situation(source=source, area="", category=Category.TECHNICAL))
    assert not re.search(r"not known|monitord\.|detector", text)


@given(st.text())
def test_plain_text_steers_nothing(text: str) -> None:
    cleaned = plain(text)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\ufeff")
    assert plain(cleaned) == cleaned


def test_names_in_a_site_cannot_steer_a_terminal() -> None:
    areas = {"gallery-1": msgspec.structs.replace(SITE.areas["gallery-1"], name="A\x1b[2J\nB")}
    text = spoken(msgspec.structs.replace(SITE, areas=areas), situation())
    assert text.startswith("A [2J B.")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Confirmed.SOURCES, "Confirmed, more than one detector."),
        (Confirmed.SEEN, "Confirmed, seen on a picture."),
        (Confirmed.ON_SCENE, "Confirmed by a person on the spot."),
        (None, "Confirmed, more than one detector."),
    ],
)
def test_a_message_says_what_confirmed_it(how: Confirmed | None, said: str) -> None:
    """G3."""
    assert said in spoken(SITE, situation(confirmed=True, how=how))


def test_a_blackout_is_told_as_what_it_may_be() -> None:
    """E5: place first all the same."""
    text = spoken(SITE, situation(category=Category.TAMPER, source="monitord.blackout.north"))
    assert text.startswith("Gallery 1, first floor. Gate B")
    assert "Possible attack: power, light and cameras fail together in north." in text
