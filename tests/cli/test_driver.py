"""``driver new`` and ``driver test``: what is made passes as it is made; what is wrong is told."""

import json
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.testing.conformance import CHECKS, LISTEN_CHECKS, Bench
from monitord.testing.conformance.battery import Check
from monitord.testing.conformance.beginning import FILES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A driver's folder, made by the command; its device is a prompt one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Bench, "timeout_ms", 150)
    assert main(["driver", "new", "front-door"]) == Exit.DONE
    return tmp_path / "front-door"


@pytest.mark.parametrize(
    ("options", "lines", "checks"), [([], 60, CHECKS), (["--listen"], 80, LISTEN_CHECKS)]
)
def test_the_driver_that_is_made_passes_as_it_is_made(
    options: list[str],
    lines: int,
    checks: tuple[Check, ...],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """K1: a polled driver of under 60 lines, one that listens under 80; all has a verdict."""
    assert main(["driver", "new", "back-door", *options]) == Exit.DONE
    capsys.readouterr()
    made = folder.with_name("back-door")
    assert main(["driver", "test", str(made), "--json"]) == Exit.DONE
    view = json.loads(capsys.readouterr().out)
    assert [check["check"] for check in view["checks"]] == [check.id for check in checks]
    assert view["failed"] == 0
    untried = [c["check"] for c in view["checks"] if c["outcome"] == "not tried"]
    assert untried == ["shared-line", "outputs", "secrets"]
    assert len((made / "driver.py").read_text("utf-8").splitlines()) < lines


def test_what_is_made_bears_the_name_that_was_given(folder: Path) -> None:
    """Nothing of the template's own name is left."""
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        assert "TextPanel" not in text
        assert "text-panel" not in text
    assert "class FrontDoor(" in (folder / "driver.py").read_text("utf-8")


def test_a_driver_that_fails_is_told_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1; seen, expected and to do."""
    driver = folder / "driver.py"
    text = driver.read_text("utf-8")
    lying = text.replace('== ord("1")', '== ord("0")')
    assert lying != text
    driver.write_text(lying, "utf-8")
    assert main(["driver", "test", str(folder)]) == Exit.REFUSED
    shown = capsys.readouterr().out
    for words in ("in-order failed", "seen: at first", "expected: what the device", "to do: ask"):
        assert words in shown


@pytest.mark.parametrize(
    ("name", "words"),
    [("Front Door", "small letters"), ("front-door", "is there already"), ("../up", "no name")],
)
def test_a_name_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    """Nothing is written over, nothing is made elsewhere."""
    assert main(["driver", "new", name]) == Exit.REFUSED
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bench", "words"),
    [
        (None, "monitord driver new NAME"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("BENCH = 7\n", "BENCH ="),
    ],
)
def test_a_bench_that_cannot_be_used_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bench: str | None, words: str
) -> None:
    """Exit 2, no traceback."""
    if bench is not None:
        (tmp_path / "bench.py").write_text(bench, "utf-8")
    assert main(["driver", "test", str(tmp_path)]) == Exit.UNREADABLE
    shown = capsys.readouterr().err
    assert words in shown
    assert "Traceback" not in shown
