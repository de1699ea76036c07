"""The measurements can be started: each file of tests/bench can be read by pytest.

What they measure is not asserted here; `make bench` does that.
"""

import subprocess
import sys

from tests.support import ROOT


def test_every_measurement_can_be_collected() -> None:
    """A renamed function must not be noticed only when somebody measures again."""
    files = sorted((ROOT / "tests/bench").glob("bench_*.py"))
    assert files, "tests/bench holds the figures of the design as bench_*.py"
    options = ["--collect-only", "-q", "-p", "no:cacheprovider", "-o", "python_files=bench_*.py"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/bench"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for file in files:
        assert str(file.relative_to(ROOT)) in run.stdout, f"{file.name} measures nothing"
