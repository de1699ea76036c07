"""The end of a process whose output goes nowhere any more."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import resource, signal, sys
from monitord.runtime.ending import let_go_of_output
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
print("this will not be taken")
if sys.argv[1] == "let-go":
    let_go_of_output()
"""


def _exit_code(tmp_path: Path, how: str) -> int:
    buffered = {key: text for key, text in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with (tmp_path / "out").open("wb") as out:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, how], stdout=out, env=buffered, timeout=30, check=False
        ).returncode


def test_a_full_disk_does_not_make_a_clean_end_a_failure(tmp_path: Path) -> None:
    """Law 1. Without it the interpreter ends with an exit code of its own."""
    assert _exit_code(tmp_path, "hold-on") != 0
    assert _exit_code(tmp_path, "let-go") == 0
