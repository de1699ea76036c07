"""Take one safeguard away in a copy of this checkout, and see whether its test notices.

The change is one of text, in one place of one file, so that processes which the test starts have it
too. The copy has no history and runs on the environment of the tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import ROOT

PARTS: Final = ("monitord", "drivers", "simulators", "config", "systemd", "tests", "docs")
FILES: Final = ("pyproject.toml", "README.md", "Makefile")
#: pytest's word for "tests were run, and some failed".
TESTS_FAILED: Final = 1
RUN_S: Final = 180.0


class Ablation(NamedTuple):
    """``old`` stands exactly once in ``file`` and becomes ``new``; then each proof must fail."""

    name: str
    file: str
    old: str
    new: str
    proofs: tuple[str, ...]


class Outcome(NamedTuple):
    """``noticed``: tests ran and failed by what they look for. ``said`` is what they printed."""

    noticed: bool
    said: str


def take_away(ablation: Ablation, proof: str, folder: Path) -> Outcome:
    """Run one proof without the safeguard. Raises ``AssertionError`` when it has moved."""
    text = (ROOT / ablation.file).read_text()
    count = text.count(ablation.old)
    assert count == 1, f"{ablation.name}: its text stands {count} times in {ablation.file}"
    copy = folder / "checkout"
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, copy / file)
    (copy / ablation.file).write_text(text.replace(ablation.old, ablation.new))
    paths = (copy, copy / "drivers", copy / "simulators")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run(
        [*words, f"--basetemp={folder / 'tmp'}", proof],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )
    said = done.stdout + done.stderr
    broken = "errors during collection" in said or "SyntaxError" in said or "NameError" in said
    return Outcome(done.returncode == TESTS_FAILED and not broken, said)
