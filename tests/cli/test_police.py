"""``police`` at the prompt, and what people are told of a reference and of a quiet detector."""

import io

import pytest
from msgspec.structs import replace

from monitord.cli import say_held, say_incident
from monitord.cli.errors import Exit
from monitord.cli.page import as_text
from monitord.core.false_calls import ROLLING_MS
from monitord.core.police_records import FalseCall, PoliceRecord
from monitord.core.site import PoliceReference
from monitord.runtime import views
from monitord.runtime.control.view_areas import suppressions
from monitord.runtime.control.view_incidents import incidents
from monitord.vocabulary import Cause, PoliceType, Suppression
from tests.cli.conftest import Served
from tests.core.night import Night
from tests.core.sites import MIN
from tests.core.test_false_calls import call, house, settle
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]


def withdrawn(daemon: Served) -> None:
    """Two references; the police have withdrawn one of them."""
    state = daemon.house.engine.state
    state.site = replace(
        state.site,
        police={
            name: PoliceReference(name, number, kind, withdrawn_at=3, instead=("anna",))
            for name, number, kind in (
                ("break-ins", "RM4471", PoliceType.INTRUDER),
                ("threats", "RM4472", PoliceType.HOLD_UP),
            )
        },
    )
    utc_ms = state.utc_ms(state.at_ms)
    calls = [FalseCall(number, utc_ms, "fault") for number in (7, 8, 9)]
    state.police = {"break-ins": PoliceRecord(calls, state.at_ms)}
    state.deadlines["police:break-ins"] = state.at_ms + ROLLING_MS


def test_the_list_says_what_counts_and_who_goes_instead(daemon: Served, capsys: Capture) -> None:
    """G6: the distance to losing the police, reference by reference."""
    assert daemon.run("police") == 0
    assert "No police reference is declared." in capsys.readouterr().out
    daemon.do(withdrawn, daemon)
    assert daemon.run("police") == 0
    told = capsys.readouterr().out
    assert "break-ins: RM4471, for intruder alarms" in told
    assert "WITHDRAWN" in told
    assert "anna is called instead" in told
    assert "incident #8, fault: called" in told
    assert "0 false calls within 365 days, withdrawn at 3" in told


def test_a_person_with_a_pin_says_that_they_answer_again(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(withdrawn, daemon)
    assert daemon.run("police", "reinstate", "break-ins") == Exit.USAGE
    assert "--reason R" in capsys.readouterr().err
    said = ("police", "reinstate", "break-in", "--reason", "their letter")
    assert daemon.run(*said) == Exit.REFUSED
    assert "did you mean break-ins?" in capsys.readouterr().err
    said = ("police", "reinstate", "break-ins", "--reason", "their letter", "--pin-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))
    assert daemon.run(*said) == Exit.REFUSED
    assert "anna is duty-manager, who may not do this" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))
    daemon.house.accounts.pins["boris"] = PIN
    assert daemon.run(*said, "--person", "boris") == 0
    assert "WITHDRAWN" not in capsys.readouterr().out
    assert daemon.house.engine.state.police == {}


def test_the_warning_and_the_end_are_told_in_words() -> None:
    night = Night(house())
    call(night)
    call(night)
    told = views.view(night.state, night.incident(night.state.incidents_opened)).text
    assert "Too many false calls to the police on their reference intruders." in told
    assert "81234" not in told, "no register number is spoken"
    settle(night)
    call(night)
    told = views.view(night.state, night.incident(night.state.incidents_opened)).text
    assert "The police are called no more" in told
    assert "Gate" not in told, "it is about no place"


def test_b5_why_a_detector_is_not_restored_is_told_everywhere() -> None:
    """In the message, in `incidents` and in `suppressions`: a person knows where to look."""
    night = Night()
    night.loses("east", Cause.SILENT)
    night.after(MIN)
    for incident in tuple(night.state.open_incidents()):
        night.acknowledges(incident=incident.number)
    night.holds("east.pir", Suppression.SHELVED)
    night.releases("east.pir")
    page = as_text(say_held.ledger(suppressions(night.state, night.now_ms)))
    assert "is to show that it watches: east.pir" in page
    assert "its device does not answer" in page
    night.after(3 * MIN)
    number = night.state.incidents_opened
    told = views.view(night.state, night.incident(number)).text
    assert "Nothing shows that it watches again: its device does not answer." in told
    listed = as_text(say_incident.incidents(incidents(night.state, night.now_ms)))
    assert "Not restored: pir, its device does not answer" in listed
    page = as_text(say_held.ledger(suppressions(night.state, night.now_ms)))
    assert "not restored: east.pir" in page
