"""``check``, ``show``, ``chain test`` and ``driver list``: on paper, for people and for scripts."""

import json
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.resources import config_file

Capture = pytest.CaptureFixture[str]

MUSEUM = str(config_file("museum.yaml"))


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The museum with a mistyped key."""
    path = tmp_path / "site.yaml"
    text = Path(MUSEUM).read_text("utf-8")
    path.write_text(text.replace("    gate: ", "    gaet: ", 1), "utf-8")
    return path


def test_the_museum_has_no_errors(capsys: Capture) -> None:
    assert main(["check", MUSEUM]) == Exit.DONE
    assert "museum.yaml: 0 errors" in capsys.readouterr().out


def test_check_says_what_each_line_costs(tmp_path: Path, capsys: Capture) -> None:
    """From contact to event, on paper; lines that cost the same are one. Registers are a request
    of their own."""
    before, _, after = Path(MUSEUM).read_text("utf-8").partition("      # Measured values")
    alike = tmp_path / "site.yaml"
    alike.write_text(before + after[after.index("      # Only for the record") :], "utf-8")
    assert main(["check", str(alike)]) == Exit.DONE
    assert "4 devices, a line each               200 ms  210 ms" in capsys.readouterr().out
    assert main(["check", MUSEUM, "--json"]) == Exit.DONE
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [(line["devices"], line["worst_ms"]) for line in lines] == [
        (["east-panel"], 210),
        (["west-panel"], 220),
        (["north-panel"], 210),
        (["south-panel"], 220),
        (["cellar-panel"], 210),
    ]


def test_a_mistake_is_named_with_its_line_and_its_cure(wrong: Path, capsys: Capture) -> None:
    assert main(["check", str(wrong)]) == Exit.REFUSED
    shown = capsys.readouterr().out
    assert 'site.yaml:29: error: unknown key "gaet"' in shown
    assert "did you mean `gate`?" in shown
    assert main(["check", str(wrong), "--json"]) == Exit.REFUSED
    view = json.loads(capsys.readouterr().out)
    assert view["errors"] >= 1
    assert {"file", "line", "severity", "text", "cure"} <= set(view["findings"][0])


def test_a_driver_that_is_there_and_broken_says_why(tmp_path: Path, capsys: Capture) -> None:
    """What an integrator sees while writing one: its own mistake, not "there is no driver"."""
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "bells.py").write_text("import no_such_module\n")
    site = Path(MUSEUM).read_text("utf-8").replace("driver: modbus", "driver: bells", 1)
    (tmp_path / "site.yaml").write_text(site, "utf-8")
    assert main(["check", str(tmp_path)]) == Exit.REFUSED
    shown = capsys.readouterr().out
    assert 'driver "bells" cannot be used' in shown
    assert "No module named 'no_such_module'" in shown
    assert "there is no driver" not in shown


@pytest.mark.parametrize("content", [None, b"\x00\xff", b"- [\n"])
def test_what_cannot_be_read_is_exit_2(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "site.yaml"
    if content is not None:
        path.write_bytes(content)
    assert main(["check", str(path)]) == Exit.UNREADABLE


def test_the_schema_is_one(capsys: Capture) -> None:
    assert main(["check", "--schema"]) == Exit.DONE
    schema = json.loads(capsys.readouterr().out)
    assert "properties" in schema


def test_check_wants_a_file(capsys: Capture) -> None:
    assert main(["check"]) == Exit.USAGE
    assert "monitord check SITE.yaml" in capsys.readouterr().err


def test_show_tells_where_a_value_comes_from(capsys: Capture) -> None:
    assert main(["show", "g1-pir", "--config", MUSEUM]) == Exit.DONE
    shown = capsys.readouterr().out
    assert shown.startswith("point east-panel.g1-pir\n")
    assert "museum.yaml:" in shown
    assert main(["show", "g1-pir", "--config", MUSEUM, "--json"]) == Exit.DONE
    rows = {r["key"]: r["value"] for r in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["kind"] == "motion"


def test_showing_what_is_not_there_names_the_nearest(capsys: Capture) -> None:
    assert main(["show", "east-panel.g1-pri", "--config", MUSEUM]) == Exit.REFUSED
    assert "did you mean east-panel.g1-pir?" in capsys.readouterr().err


def test_a_chain_on_paper(capsys: Capture) -> None:
    """At the site's own local time."""
    at = ["--at", "2026-11-24T22:30"]
    assert main(["chain", "test", "intrusion", "--config", MUSEUM, *at]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "Tue 24 Nov 2026 22:30:00 GMT" in shown
    assert "0:30   22:30:30  step 2   anna by voice, anna by sms" in shown
    assert "Confirmed at once:" in shown
    assert main(["chain", "test", "intrusion", "--config", MUSEUM, *at, "--json"]) == Exit.DONE
    view = json.loads(capsys.readouterr().out)
    assert view["at"] == "2026-11-24T22:30:00+00:00"
    assert view["unconfirmed"][1]["at_ms"] == 30_000


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        (["intrusio", "--config", MUSEUM], Exit.REFUSED, "did you mean intrusion?"),
        (["fire", "--config", "none.yaml"], Exit.UNREADABLE, "none.yaml"),
        (["intrusion", "--config", MUSEUM, "--at", "soon"], Exit.USAGE, "22:30"),
    ],
)
def test_a_newcomers_mistakes(words: list[str], exit_code: int, says: str, capsys: Capture) -> None:
    assert main(["chain", "test", *words]) == exit_code
    assert says in capsys.readouterr().err


def test_drivers(capsys: Capture) -> None:
    assert main(["driver", "list", "--json"]) == Exit.DONE
    names = [d["name"] for d in json.loads(capsys.readouterr().out)["drivers"]]
    assert "modbus" in names


def test_drivers_that_run_in_workers_are_told_and_none_is_imported(
    tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "mine.py").write_text("raise RuntimeError('imported')\n")
    assert main(["driver", "list", "--folder", str(tmp_path), "--json"]) == Exit.DONE
    drivers = json.loads(capsys.readouterr().out)["drivers"]
    assert {d["name"]: d["isolated"] for d in drivers} == {
        "mine": True,
        "modbus": False,
        "onvif": True,
        "snapshot": True,
    }
    main(["driver", "list", "--folder", str(tmp_path)])
    assert "isolated" in capsys.readouterr().out
