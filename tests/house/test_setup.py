"""The two commands tell a bare machine in one line what it lacks, and ask nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGES = [
    line
    for line in (ROOT / "requirements/debian.txt").read_text().splitlines()
    if not line.startswith("#")
]

#: A Python without ensurepip, as Debian ships it until python3-venv is installed.
BARE_PYTHON = f"""#!/bin/sh
exec {sys.executable} -c 'import sys
sys.modules["ensurepip"] = None
exec(sys.argv[2])' "$@"
"""


def program(folder: Path, name: str, text: str) -> Path:
    """Put a program into a folder."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository with these variables and no others that matter."""
    ours = ("CI", "MAKE", "MFLAGS")  # a make that runs these tests must not speak through them
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [str(each) for each in command],
        cwd=ROOT,
        env={**inherited, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs that play a machine with no packages, no root and no sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "dpkg-query", "#!/bin/sh\nexit 1\n")
    program(folder, "apt-get", '#!/bin/sh\necho "apt-get ran: $*"\n')
    program(folder, "id", "#!/bin/sh\necho 1000\n")
    program(folder, "sudo", "#!/bin/sh\nexit 1\n")
    return folder


def test_a_python_that_makes_no_environments(tmp_path: Path) -> None:
    """Debian without python3-venv: one line with the cure, and no half-made folder."""
    python = program(tmp_path, "bare-python", BARE_PYTHON)
    made = run("tools/make_venv.sh", python, tmp_path / "venv")
    assert made.returncode == 1
    assert made.stderr.splitlines() == [
        f"{python} cannot make virtual environments; as root: apt-get install python3-venv"
    ]
    assert not (tmp_path / "venv").exists()


def test_no_python_at_all(tmp_path: Path) -> None:
    """One line with the cure."""
    made = run("tools/make_venv.sh", "no-such-python", tmp_path / "venv")
    assert made.returncode == 1
    [line] = made.stderr.splitlines()
    assert "apt-get install python3 python3-venv" in line


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    """One line with the cure."""
    python = program(tmp_path, "old-python", "#!/bin/sh\nexit 1\n")
    made = run("tools/make_venv.sh", python, tmp_path / "venv")
    assert made.returncode == 1
    assert made.stderr.splitlines() == [
        f"{python} is older than 3.11; name a newer one: make PYTHON=python3.11 ..."
    ]


def test_without_root_the_command_is_named(bare: Path) -> None:
    """At home the tests go on and skip; under CI=true it ends here."""
    path = f"{bare}:{os.environ['PATH']}"
    for environment, status in ({"PATH": path}, 0), ({"PATH": path, "CI": "true"}, 1):
        told = run("tools/debian_packages.sh", **environment)
        assert told.returncode == status
        assert "apt-get ran" not in told.stdout
        [line] = told.stderr.splitlines()
        assert line.endswith(f"--no-install-recommends {' '.join(PACKAGES)}")


def test_as_root_what_is_missing_is_installed(bare: Path) -> None:
    """And only that."""
    program(bare, "id", "#!/bin/sh\necho 0\n")
    program(bare, "dpkg-query", '#!/bin/sh\n[ "$3" = gcc ] && echo installed\n')
    # What apt-get says is kept quiet: the words of its call are seen on stderr.
    program(bare, "apt-get", '#!/bin/sh\necho "apt-get ran: $*" >&2\n')
    told = run("tools/debian_packages.sh", PATH=f"{bare}:{os.environ['PATH']}", CI="true")
    assert told.returncode == 0
    update, install = told.stderr.splitlines()
    assert update.startswith("apt-get ran: update")
    assert install.startswith(
        "apt-get ran: install --yes --no-install-recommends chromium libc6-dev"
    )
    assert "gcc" not in install


def test_when_nothing_is_missing_nothing_is_said(bare: Path) -> None:
    """A second run is instant and silent."""
    program(bare, "dpkg-query", "#!/bin/sh\necho installed\n")
    told = run("tools/debian_packages.sh", PATH=f"{bare}:{os.environ['PATH']}")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_ci_runs_the_whole_test_and_skips_nothing(tmp_path: Path) -> None:
    """``.ci/run`` is ``make test`` under ``CI=true``, with the status that make gives."""
    program(tmp_path, "make", '#!/bin/sh\necho "make $* CI=$CI in $PWD"\nexit 3\n')
    ran = run(".ci/run", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert ran.returncode == 3
    assert ran.stdout.splitlines() == [f"make test CI=true in {ROOT}"]


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "lock", "clean"])
def test_every_target_is_explained(target: str) -> None:
    """``make`` alone says what can be made."""
    told = run("make")
    assert told.returncode == 0
    assert any(line.startswith(f"make {target} ") for line in told.stdout.splitlines())


def test_the_demo_installs_nothing_of_the_tests() -> None:
    """What `make demo` would do in a fresh clone, read off without doing it."""
    planned = run("make", "--dry-run", "demo", "VENV=never-made")
    assert planned.returncode == 0
    assert "requirements/run.txt" in planned.stdout
    assert "requirements/test.txt" not in planned.stdout
    assert "debian_packages" not in planned.stdout
    assert "--require-hashes" in planned.stdout
