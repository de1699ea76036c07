"""kill -9 at each call that changes a file, over the real store, spill file, snapshots and reserve.

A daemon's journal is whole after it, nothing that was told is missing, and a replay comes to the
same state; see life.py for what such a life does. More than 400 kills in all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT, require

#: Every step is somebody's turn: each of so many shards takes one in so many.
SHARDS = 4
#: A life comes by more steps than this.
STEPS_MIN = 150


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that ends a process at its n-th step."""
    compiler = require("gcc", "apt-get install gcc")
    built = tmp_path_factory.mktemp("shim") / "kill_step.so"
    source = Path(__file__).with_name("kill_step.c")
    flags = ("-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run([compiler, *flags, str(source), "-o", str(built), "-ldl"], check=True)
    return built


def _lives(shim: Path, folder: Path, first: int, stride: int, mode: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.life", str(folder), str(first), str(stride), mode],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.parametrize("first", range(1, SHARDS + 1))
def test_nothing_that_was_told_is_lost_at_any_step(shim: Path, tmp_path: Path, first: int) -> None:
    """A3, law 1: before each write, sync, truncation, renaming and removal."""
    result = _lives(shim, tmp_path, first, SHARDS, "whole")
    assert not result["found"], "\n".join(result["found"])
    assert result["steps"] >= STEPS_MIN
    assert result["kills"] >= 2 * STEPS_MIN // SHARDS


@pytest.mark.parametrize("first", [1, 5])
def test_the_same_where_half_a_write_is_there(shim: Path, tmp_path: Path, first: int) -> None:
    """A torn entry, record of the spill file, snapshot or page: what was told stood before it."""
    result = _lives(shim, tmp_path, first, 2 * SHARDS, "torn")
    assert not result["found"], "\n".join(result["found"])
    assert result["kills"] >= STEPS_MIN // (2 * SHARDS)


def test_without_a_spill_file_it_is_noticed(shim: Path, tmp_path: Path) -> None:
    """The check can fail: what was told while the disk was full is gone with the process."""
    result = _lives(shim, tmp_path, 1, SHARDS, "no-spill")
    assert any("was told and is gone" in what for what in result["found"])
