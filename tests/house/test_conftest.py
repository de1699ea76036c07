"""The rules of tests/conftest.py and tests/support.py hold: tried on tests written on the spot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, require

CASES = """
import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings, strategies


async def forever() -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def helper() -> AsyncIterator[None]:
    task = asyncio.create_task(forever())
    yield
    task.cancel()


async def test_leaks() -> None:
    test_leaks.task = asyncio.create_task(forever())


@settings(max_examples=2, database=None)
@given(strategies.booleans())
async def test_leaks_under_hypothesis(_: bool) -> None:
    test_leaks_under_hypothesis.task = asyncio.create_task(forever())


async def test_tidy(helper: None) -> None:
    await asyncio.create_task(asyncio.sleep(0))


def test_without_a_loop() -> None:
    pass
"""


def test_a_test_that_leaves_a_task_running_fails(tmp_path: Path) -> None:
    """Only the leaking tests fail; a fixture that stops its own task is in order."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (tmp_path / "test_cases.py").write_text(CASES)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "."]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "4 passed, 2 errors" in run.stdout, run.stdout
    assert "ERROR test_cases.py::test_leaks -" in run.stdout
    assert "ERROR test_cases.py::test_leaks_under_hypothesis -" in run.stdout
    assert "cancel and await what a test starts" in run.stdout


def test_a_missing_part_is_skipped_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names the part and the cure."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program is missing: buy one"):
        require("no-such-program", "buy one")


def test_a_missing_part_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI must not be green because a real part was not there."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is missing: buy one"):
        require("no-such-program", "buy one")


def test_a_part_that_is_there_is_given_by_its_path() -> None:
    """What was found is what the test then runs."""
    assert Path(require("sh", "this cannot be missing")).is_file()
