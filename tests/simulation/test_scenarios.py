"""Scenarios: those that ship are met, and what cannot be played is refused in words."""

from pathlib import Path

import pytest

from monitord.testing.rehearsal import play
from monitord.testing.scenario import read
from monitord.testing.scenario_file import ScenarioError
from tests.support import ROOT

SHIPPED = sorted((ROOT / "config/scenarios").glob("*.yaml"))


def test_some_scenarios_ship() -> None:
    assert len(SHIPPED) >= 3


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_met(path: Path) -> None:
    """C1, C3, K3, T2.5: the night as it is written, on virtual time, through the real driver."""
    played = play(read(path, ROOT))
    assert played.missed == []
    assert played.outcome.history.dials


def test_dresden_is_not_met_by_a_panel_that_leaves_nothing_out(tmp_path: Path) -> None:
    """B5, B6: what the expectation asks for comes from the panel's word, not from the clock."""
    text = (ROOT / "config/scenarios/dresden.yaml").read_text("utf-8")
    lines = [line for line in text.splitlines() if "trip: facade-scan-2-off" not in line]
    missed = play(read(written(tmp_path, "\n".join(lines)), ROOT)).missed
    assert len(missed) == 1


def test_an_alarm_that_ends_by_the_proof_stood_until_proven(tmp_path: Path) -> None:
    """B5: put back at the panel, it ends; and a close before that would have been seen."""
    text = (ROOT / "config/scenarios/dresden.yaml").read_text("utf-8")
    text = text.replace("expect:", "  - {at: 1h, restore: facade-scan-2-off}\nexpect:")
    assert play(read(written(tmp_path, text), ROOT)).missed == []
    proven = text.replace("facade-scan-2 is not proven", "facade-scan-2 is proven")
    assert len(play(read(written(tmp_path, proven), ROOT)).missed) == 1, "it was closed at 2min"


HEAD = "scenario: X\nsite: config/museum.yaml\nstart: 2026-11-24T22:00\n"
TRIP = "do: [{at: 0s, trip: west-panel.till, for: 2s}]\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("expect", "met"),
    [
        ("{within: 5s, of: 0s, called: anna}", True),
        ("{within: 5s, of: 0s, called: duty-manager}", True),
        ("{within: 5s, of: 0s, called: grace}", False),
        ("{within: 5s, of: 0s, called: anna, says: [Gate A, Quay Street]}", True),
        ("{within: 5s, of: 0s, called: anna, says: Gate Z}", False),
        ("{within: 5s, of: 0s, alarm: hold-up, point: west-panel.till}", True),
        ("{within: 5s, of: 0s, alarm: fire}", False),
        ("{within: 5s, of: 1min, alarm: hold-up}", False),
        ("{within: 1min, of: 0s, acknowledged: anna}", False),
        ("{never: called, person: grace}", True),
        ("{never: called, person: anna}", False),
        ("{never: called, person: anna, after: 5min}", True),
        ("{never: alarm}", False),
        ("{never: closed}", True),
        ("{within: 1s, of: 0s, confirmed: till}", False),
        ("{within: 1s, of: 0s, refused: bad-input}", False),
        ("{within: 1s, of: 0s, closed: attack}", False),
        ("{counted: alarms, is: 1}", True),
        ("{counted: incidents, is: 2}", False),
        ("{counted: suppressions, is: 0}", True),
    ],
)
def test_an_expectation_is_judged(tmp_path: Path, expect: str, met: bool) -> None:
    path = written(tmp_path, f"{HEAD}{TRIP}expect: [{expect}]\n")
    assert (play(read(path, ROOT)).missed == []) is met


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("do: [{at: 0s, explode: west-panel}]\nexpect: []\n", "nothing that can be played"),
        ("do: [{at: 0s, trip: nowhere}]\nexpect: []\n", "no point is called `nowhere`"),
        ("do: [{at: 0s, fail: west-panel.till}]\nexpect: []\n", "no device is called"),
        ("do: [{at: soon, trip: west-panel.till}]\nexpect: []\n", "not a duration"),
        ("do: [{trip: west-panel.till}]\nexpect: []\n", "`at` is missing"),
        ("do: [{at: 0s, trip: west-panel.till, loud: yes}]\nexpect: []\n", "`loud` means nothing"),
        ("do: [{at: 0s, person: nobody, closes: last}]\nexpect: []\n", "no person is called"),
        ("do: []\nexpect: [{never: closed, while: till is shut}]\n", "`while` is written as"),
        (
            "do: []\nexpect: [{within: 1s, of: 0s, alarm: power, until: bored}]\n",
            "no end of an alarm is called `bored`",
        ),
        (
            "do: []\nexpect: [{within: 1s, of: 0s, alarm: restored}]\n",
            "no alarm is called `restored`",
        ),
        ("do: [{at: 0s, at: 1s, trip: till}]\nexpect: []\n", "`at` stands there twice"),
        ("do: [{at: {a: b}, trip: till}]\nexpect: []\n", "too much in one line"),
        ("do: []\nexpect: [{never: tired}]\n", "no thing that can be ruled out"),
        ("do: []\nexpect: [{within: 1s, of: 0s}]\n", "nothing that can be played"),
        ("do: [{at: 0s, person: anna, isolates: till}]\nexpect: []\n", "an end and a reason"),
        ("do: [{at: 0s, person: anna, shelves: door}]\nexpect: []\n", "no point or device"),
        ("do: []\nexpect: [{counted: sheep, is: 3}]\n", "no thing that is counted"),
        ("do: []\nexpect: [{counted: alarms, is: many}]\n", "a whole number"),
        ("do: []\nexpect: [{within: 1s, of: 0s, refused: tea}]\n", "no refusal is called"),
        ("do: nothing\nexpect: []\n", "`do` must be a list"),
        ("do: []\nexpect: []\nafterwards: tea\n", "`afterwards` means nothing"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        read(written(tmp_path, HEAD + body), ROOT)


def test_what_is_no_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        read(written(tmp_path, "{{"), ROOT)
    with pytest.raises(ScenarioError, match="is not a scenario"):
        read(written(tmp_path, "- a\n"), ROOT)
    with pytest.raises(ScenarioError, match="there is no `site`"):
        read(written(tmp_path, "scenario: X\n"), ROOT)
    tonight = HEAD.replace("2026-11-24T22:00", "tonight") + "do: []\nexpect: []\n"
    with pytest.raises(ScenarioError, match="not a local time"):
        read(written(tmp_path, tonight), ROOT)


def test_acts_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    twice = "{at: 0s, trip: west-panel.till}, {at: 2s, trip: west-panel.till}"
    path = written(tmp_path, f"{HEAD}do: [{twice}]\nexpect: []\n")
    with pytest.raises(ScenarioError, match="it is so already"):
        play(read(path, ROOT))


def test_everything_that_is_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """Design 5.2: all findings, each with file and line."""
    path = written(
        tmp_path,
        HEAD + "do:\n  - {at: 0s, trip: nowhere}\n  - {at: 1s, trip: till}\n"
        "expect:\n  - {never: tired}\n",
    )
    with pytest.raises(ScenarioError) as refused:
        read(path, ROOT)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        f"{path}:5",
        f"{path}:8",
    ]


def test_e2_a_river_rises_and_its_gauge_breaks(tmp_path: Path) -> None:
    """E2: told by its rise before its limit, graver at the second one, and a fault is no end."""
    text = f"""{HEAD}do:
  - {{at: 0s, ramp: river, to: 1.6, over: 2min}}
  - {{at: 3min, cut: river, for: 30s}}
expect:
  - {{within: 1min, of: 0s, alarm: flood, point: west-panel.river}}
  - {{within: 1min, of: 0s, called: anna, says: [Gate C, rising fast]}}
  - {{within: 1min, of: 90s, called: boris, says: past its second limit}}
  - {{within: 1s, of: 3min, alarm: fault, point: west-panel.river}}
  - {{never: closed}}
"""
    assert play(read(written(tmp_path, text), ROOT)).missed == []


def test_what_a_line_cannot_be_is_refused(tmp_path: Path) -> None:
    """A ramp needs an end and a time."""
    for act in ("{at: 0s, ramp: river, over: 1min}", "{at: 0s, ramp: river, to: x, over: 1min}"):
        with pytest.raises(ScenarioError, match="leads to a value"):
            read(written(tmp_path, f"{HEAD}do: [{act}]\nexpect: [{{never: closed}}]\n"), ROOT)
    with pytest.raises(ScenarioError, match="takes a time"):
        read(
            written(
                tmp_path,
                f"{HEAD}do: [{{at: 0s, ramp: river, to: 1.6}}]\nexpect: [{{never: closed}}]\n",
            ),
            ROOT,
        )
