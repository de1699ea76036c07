"""Areas and the ledger at the prompt: who holds what back, until when, and how it ends."""

import io
import json
from typing import Any

import pytest

from monitord.cli import say_held
from monitord.cli.errors import Exit, Mistake
from monitord.cli.page import as_text
from monitord.cli.until import end
from monitord.core import facts as f
from monitord.vocabulary import Cause, Condition, PointState, Proof, Suppression
from tests.cli.conftest import Served
from tests.cli.test_act import Terminal, answers
from tests.runtime.control.house import PIN

Capture = pytest.CaptureFixture[str]


AREA: dict[str, Any] = {
    "area": "hall", "place": "Hall", "state": "set", "since": "2026-01-01T00:00:00Z",
    "set_by": "monitord", "incidents": [], "not_normal": [], "held_back": [], "cannot_confirm": [],
    "phase": "steady", "settling": [],
    "hours": {"may_be_unset": "closed", "open": "08:00-19:00", "until": None, "next": None,
              "laid_until": "2026-12-04T12:00:00Z"},
}  # fmt: skip


def view_at(now: str) -> dict[str, Any]:
    """The head of a view at a site in London."""
    return {"now": now, "site": {"timezone": "Europe/London"}}


@pytest.mark.parametrize(
    ("now", "text", "ends"),
    [
        ("2026-11-24T12:00:00Z", "18:00", "2026-11-24T18:00:00.000Z"),
        ("2026-11-24T19:00:00Z", "18:00", "2026-11-25T18:00:00.000Z"),
        ("2026-07-01T12:00:00Z", "18:00", "2026-07-01T17:00:00.000Z"),
        ("2026-11-24T12:00:00Z", "1h 30min", "2026-11-24T13:30:00.000Z"),
        ("2026-11-24T12:00:00Z", "2026-11-26", "2026-11-26T00:00:00.000Z"),
        ("2026-11-24T12:00:00Z", "2026-11-26T07:30", "2026-11-26T07:30:00.000Z"),
        ("2026-11-24T12:00:00Z", "2026-11-26T07:30+02:00", "2026-11-26T05:30:00.000Z"),
        # 01:30 comes twice that night, and in March not at all: the earlier reading guards longer
        ("2026-10-24T12:00:00Z", "2026-10-25T01:30", "2026-10-25T00:30:00.000Z"),
        ("2026-03-28T12:00:00Z", "2026-03-29T01:30", "2026-03-29T00:30:00.000Z"),
    ],
)
def test_ends_are_local_to_the_site(now: str, text: str, ends: str) -> None:
    """Law 8; where daylight saving leaves two readings, the one that guards longer."""
    assert end(text, view_at(now)) == ends


@pytest.mark.parametrize("text", ["later", "", "25:00", "2026-11-23", "0s", "2026-13-01", "18"])
def test_what_is_no_end_says_how_one_is_written(text: str) -> None:
    with pytest.raises(Mistake, match="write 18:00, 2h"):
        end(text, view_at("2026-11-24T12:00:00Z"))


def test_isolating_says_the_end_in_local_time(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laws 8 and 11: a PIN, a reason, an end; all of it in the ledger."""
    answers(monkeypatch)
    words = ["isolate", "east.pir", "--until", "18:00", "--reason", "roof works"]
    assert daemon.run(*words) == 0
    assert "east.pir is isolated until 18:00:00 (6 h 53 min)" in capsys.readouterr().out
    assert daemon.run("suppressions") == 0
    shown = capsys.readouterr().out
    assert "east.pir  Detector east  Gallery 1  isolated  Anna Okafor  18:00:00" in shown
    assert "roof works" in shown
    assert daemon.run("suppressions", "--json") == 0
    (held,) = json.loads(capsys.readouterr().out)["held_back"]
    assert (held["by"], held["until"], held["left_s"]) == (
        "anna", "2026-11-18T18:00:00.000Z", 24_800,
    )  # fmt: skip
    assert daemon.run("status") == Exit.UNREADABLE
    assert "Held back" in capsys.readouterr().out


def test_restoring_raises_what_is_still_active(daemon: Served, capsys: Capture) -> None:
    """Law 8: leaving a suppression while the condition is active presents the alarm anew."""
    state = daemon.house.engine.state
    until = state.utc_ms(daemon.house.engine.at_ms) + 3_600_000
    for how in (Suppression.SHELVED, Suppression.OUT_OF_SERVICE):
        daemon.do(
            daemon.house.engine.take,
            f.Suppress(by="anna", proof=Proof.PIN, source="east.pir", how=how,
                       until_utc_ms=until, reason="cleaning"),
        )  # fmt: skip
    daemon.do(daemon.house.trip)
    assert not list(state.open_incidents())
    assert daemon.run("restore", "east.pir") == 0
    assert "no longer shelved and isolated" in capsys.readouterr().out
    assert len(list(state.open_incidents())) == 1
    assert daemon.run("restore", "east.pir") == Exit.REFUSED
    assert "east.pir is not held back; nothing is" in capsys.readouterr().err


def test_shelving_an_incident_holds_all_its_alarms(
    daemon: Served, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.do(daemon.house.trip, "east")
    daemon.do(daemon.house.trip, "west")
    answers(monkeypatch)
    assert daemon.run("shelve", "#1", "--for", "2h", "--reason", "a bird") == 0
    shown = capsys.readouterr().out
    assert "east.pir is shelved until 13:06:4" in shown
    assert "west.pir is shelved until 13:06:4" in shown
    assert set(daemon.house.engine.state.suppressions) == {"east.pir:shelved", "west.pir:shelved"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["isolate", "eas.pir", "--until", "2h", "--reason", "r"], "did you mean east.pir?"),
        (["isolate", "pir", "--until", "2h", "--reason", "r"], "write one of east.pir, west.pir"),
        (["isolate", "east.pir", "--until", "then", "--reason", "r"], "write 18:00, 2h"),
        (["shelve", "9", "--for", "2h", "--reason", "r"], "There is no incident 9"),
    ],
)
def test_a_mistake_is_told_before_a_pin_is_typed(
    words: list[str],
    says: str,
    daemon: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    def asked(_: str) -> str:
        raise AssertionError("a PIN was asked for")

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", asked)
    assert daemon.run(*words) in (Exit.REFUSED, Exit.USAGE)
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["shelve", "east.pir", "--for", "9h", "--reason", "r"], "within 8 hours"),
        (["isolate", "east.pir", "--until", "2027-11-24", "--reason", "r"], "within 744 hours"),
        (["isolate", "east.pir", "--until", "2h", "--reason", " "], "Say why"),
        (["isolate", "east", "--until", "2h", "--reason", "r"], "security manager or integrator"),
    ],
)
def test_what_the_core_refuses_is_told(
    words: list[str],
    says: str,
    daemon: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    answers(monkeypatch)
    assert daemon.run(*words) == Exit.REFUSED
    assert says in capsys.readouterr().err
    assert not daemon.house.engine.state.suppressions


def test_a_wrong_pin_holds_nothing_back(
    daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Law 11."""
    monkeypatch.setattr("sys.stdin", io.StringIO("111222\n"))
    words = ["isolate", "east.pir", "--until", "2h", "--reason", "r", "--pin-stdin"]
    assert daemon.run(*words) == Exit.REFUSED
    assert "not the PIN of anna" in capsys.readouterr().err
    assert not daemon.house.engine.state.suppressions


def test_areas_say_what_stands_open_and_what_is_held_back(
    daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Law 4: unknown is told beside open; what is held back stands next to it."""
    daemon.do(daemon.house.trip)
    daemon.do(daemon.house.engine.take, f.DeviceLost(device="west", cause=Cause.SILENT))
    monkeypatch.setattr("sys.stdin", io.StringIO(PIN + "\n"))
    words = ["shelve", "west.pir", "--for", "1h", "--reason", "dust", "--pin-stdin"]
    assert daemon.run(*words) == 0
    capsys.readouterr()
    assert daemon.run("areas") == 0
    assert capsys.readouterr().out == (
        "Gallery 1 (gallery): set since 11:06:40 (1 s), by monitord\n"
        "    incident #1 is open\n"
        "    active: Detector east (east.pir), since 11:06:41 (0 s)\n"
        "    unknown: Detector west (west.pir), since 11:06:41 (0 s)\n"
        "    held back: west.pir, shelved by Anna Okafor until 12:06:41: dust\n"
    )
    assert daemon.run("areas", "--json") == 0
    (area,) = json.loads(capsys.readouterr().out)["areas"]
    assert (area["state"], area["set_by"], area["incidents"]) == ("set", "monitord", [1])
    assert area["held_back"][0]["by"] == "anna"


@pytest.mark.parametrize(
    ("now", "hours", "said"),
    [
        ("2026-11-20T12:00:00Z", {"may_be_unset": "open", "until": "2026-11-20T19:00:00Z"},
         "may be unset until 19:00 today"),
        ("2026-11-20T22:00:00Z", {"may_be_unset": "open", "until": "2026-11-21T02:00:00Z"},
         "may be unset until 02:00 tomorrow"),
        ("2026-11-20T20:00:00Z", {"may_be_unset": "closed", "next": "2026-11-24T08:00:00Z"},
         "to be set; may be unset from Tue 24 Nov 08:00"),
        ("2026-12-31T20:00:00Z", {"may_be_unset": "closed", "next": "2027-01-02T08:00:00Z"},
         "to be set; may be unset from Sat 02 Jan 2027 08:00"),
        ("2026-10-25T00:10:00Z", {"may_be_unset": "open", "until": "2026-10-25T00:30:00Z"},
         "may be unset until 01:30 BST today"),
        ("2026-10-25T00:10:00Z", {"may_be_unset": "open", "until": "2026-10-25T01:30:00Z"},
         "may be unset until 01:30 GMT today"),
        ("2026-11-20T12:00:00Z", {"may_be_unset": "open"},
         "may be unset, and at least until Fri 04 Dec 12:00"),
        ("2026-11-20T12:00:00Z", {"may_be_unset": "closed"},
         "to be set, and at least until Fri 04 Dec 12:00"),
        ("2026-11-20T12:00:00Z", {"may_be_unset": "unknown"}, "its hours are not known"),
    ],
)  # fmt: skip
def test_areas_say_in_local_time_how_long_they_may_be_unset(
    now: str, hours: dict[str, Any], said: str
) -> None:
    area = {**AREA, "hours": {**AREA["hours"], **hours}}
    assert said in as_text(say_held.areas({**view_at(now), "areas": [area], "posts": []}))


@pytest.mark.parametrize(
    ("manned", "until", "begins", "said"),
    [
        (True, "2026-11-20T18:00:00Z", None, "to be manned by 2 until 18:00 today"),
        (True, None, None, "to be manned by 2, always"),
        (False, None, "2026-11-23T06:00:00Z", "nobody until Mon 23 Nov 06:00"),
        (False, None, None, "nobody until Fri 04 Dec 12:00, and longer"),
        (None, None, None, "its rota is not known"),
    ],
)
def test_posts_say_until_when_somebody_must_be_there(
    manned: bool | None, until: str | None, begins: str | None, said: str
) -> None:
    post = {"post": "desk", "manned": manned, "minimum": 2, "until": until, "next": begins,
            "laid_until": "2026-12-04T12:00:00Z"}  # fmt: skip
    view = {**view_at("2026-11-20T12:00:00Z"), "areas": [AREA], "posts": [post]}
    assert f"Post desk: {said}" in as_text(say_held.areas(view))


def test_a_note_need_not_stand_in_an_argument(
    daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Personal text comes behind the PIN, or is asked for."""
    daemon.do(daemon.house.trip)
    daemon.do(daemon.house.engine.take, f.PointChanged(point="east.pir", state=PointState.NORMAL))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\na cat\nMr Smith let it in\n"))
    words = ["close", "1", "--cause", "false-alarm", "--finding", "-", "--note", "-"]
    words += ["--found-by", "anna", "--looked", "inside"]
    assert daemon.run(*words, "--pin-stdin") == 0
    assert sorted(daemon.house.notes) == ["Mr Smith let it in", "a cat"]
    answers(monkeypatch, "typed at the prompt")
    assert daemon.run("declare", "theft", "--area", "gallery", "--note", "-") == 0
    assert daemon.house.notes[-1] == "typed at the prompt"
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert daemon.run("declare", "theft", "--area", "gallery", "--note", "-") == Exit.REFUSED
    assert "No note was given" in capsys.readouterr().err


def test_a_number_that_means_another_incident_by_now_is_refused(
    daemon: Served, capsys: Capture
) -> None:
    """A lost journal begins the numbers anew: what was looked at is not what would be taken."""
    daemon.do(daemon.house.trip)
    words = ["acknowledge", "1", "--seen", "1", "--opened"]
    assert daemon.run(*words, "2026-11-17T03:00:00.000Z", "--json") == Exit.REFUSED
    told = capsys.readouterr()
    assert "Incident 1 is another one than you looked at" in told.err
    refused = json.loads(told.out)
    assert refused["code"] == "not-the-same"
    assert not daemon.house.engine.state.incidents[1].acks
    assert daemon.run(*words, refused["incident"]["opened"]) == 0


def test_an_unknown_person_is_told_before_a_pin_is_typed(
    daemon: Served, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def asked(_: str) -> str:
        raise AssertionError("a PIN was asked for")

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", asked)
    assert daemon.run("user", "add", "bors") == Exit.REFUSED
    assert "did you mean boris?" in capsys.readouterr().err


def test_people_are_named_on_the_screen_and_ids_for_scripts(
    daemon: Served, capsys: Capture
) -> None:
    daemon.do(daemon.house.trip)
    assert daemon.run("incidents") == 0
    assert "calling Anna Okafor by voice (about to start); next Boris Lang by voice" in (
        capsys.readouterr().out
    )
    assert daemon.run("incidents", "--json") == 0
    assert json.loads(capsys.readouterr().out)["incidents"][0]["calls"][0]["person"] == "anna"


def test_tokens_at_the_prompt(daemon: Served, capsys: Capture) -> None:
    """Shown once, listed without it, revoked."""
    assert daemon.run("token", "hub", "--role", "operator", "--json") == 0
    text = json.loads(capsys.readouterr().out)["token"]
    assert daemon.run("token", "wall", "--for", "2h") == 0
    assert "This is shown once." in capsys.readouterr().out
    assert daemon.run("token") == 0
    listed = capsys.readouterr().out
    assert "hub    operator" in listed
    assert "wall   read" in listed
    assert daemon.house.accounts.kept["wall"].ends_ms is not None
    assert daemon.run("token", "late", "--until", "2020-01-01") == Exit.USAGE
    assert text not in listed
    assert daemon.run("token", "hub", "--revoke") == 0
    assert "worth nothing" in capsys.readouterr().out
    assert set(daemon.house.accounts.kept) == {"wall"}
    assert daemon.run("token", "--revoke") == Exit.USAGE


def test_areas_name_what_cannot_confirm() -> None:
    """T2.5: excluded at the end of a window, and that is told."""
    area = {**AREA, "cannot_confirm": ["east.pir"]}
    view = {**view_at("2026-11-20T12:00:00Z"), "areas": [area], "posts": []}
    assert "cannot confirm: east.pir" in as_text(say_held.areas(view))


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (Condition.LATE_TO_SET, "see that it is empty, then set it"),
        (Condition.LATE_TO_OPEN, "find out who was to open it"),
    ],
)
def test_g2_an_area_that_is_late_says_so_and_what_to_do(
    late: Condition, said: str, daemon: Served, capsys: Capture
) -> None:
    """G2: in ``areas`` as the next thing to do, in ``status`` beside its name."""
    daemon.do(setattr, daemon.house.engine.state.areas["gallery"], "late", late)
    daemon.run("areas")
    assert said in capsys.readouterr().out
    daemon.run("status")
    assert f"Gallery 1 ({late})" in capsys.readouterr().out
