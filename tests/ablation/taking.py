"""Take one safeguard away in a copy of this checkout, and see whether its test notices.

The change is one of text, in one place of one file, so that processes which the test starts have it
too. The copy has no history and runs on the environment of the tests.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import ROOT

PARTS: Final = ("monitord", "drivers", "simulators", "config", "systemd", "tests", "docs")
FILES: Final = ("pyproject.toml", "README.md", "Makefile")
#: pytest's word for "tests were run, and some failed".
TESTS_FAILED: Final = 1
#: Failures that say nothing of the safeguard: a change that is no Python, a part that is missing.
NOT_ITS_OWN: Final = (
    "errors during collection",
    "SyntaxError",
    "NameError",
    "ImportError",
    "CI=true: nothing is skipped",
)
RUN_S: Final = 150.0


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
    with subprocess.Popen(
        [*words, f"--basetemp={folder / 'tmp'}", proof],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            said, _ = running.communicate(timeout=RUN_S)
        except subprocess.TimeoutExpired:
            # What goes on for ever has not passed; it and all that it started are ended.
            return Outcome(noticed=True, said=f"not over after {RUN_S:.0f} s")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    broken = any(hint in said for hint in NOT_ITS_OWN)
    failed = running.returncode == TESTS_FAILED or running.returncode < 0  # crashed with it
    return Outcome(failed and not broken, said)
