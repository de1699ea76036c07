"""The wheel carries the whole house, and finds its own config when installed from it."""

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGES = {
    "monitord": ROOT / "monitord",
    "monitord_drivers": ROOT / "drivers/monitord_drivers",
    "monitord_simulators": ROOT / "simulators/monitord_simulators",
}

#: Run with the wheel's content alone in front of the path, away from the repository.
FIND_CONFIG = """
import sys
sys.path.insert(0, sys.argv[1])
import monitord, monitord_drivers, monitord_simulators
from monitord import resources
print(monitord.__file__)
print(resources.__file__)
print(resources.config_file("museum.yaml"))
"""


def pip(*arguments: str | Path) -> None:
    """Run pip without asking any index, and show what it said when it fails."""
    command = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"]
    run = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    [built] = folder.glob("monitord-*.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_it_carries_every_module(content: set[str], package: str) -> None:
    """And ``py.typed``, so that a driver author's type checker sees our types."""
    folder = PACKAGES[package]
    wanted = {f"{package}/{path.relative_to(folder)}" for path in folder.rglob("*.py")}
    wanted.add(f"{package}/py.typed")
    assert wanted <= content, f"missing: {sorted(wanted - content)}"


def test_it_carries_the_config(content: set[str]) -> None:
    """The demo site and the kinds travel with the code."""
    folder = ROOT / "config"
    wanted = {f"monitord/config/{p.relative_to(folder)}" for p in folder.rglob("*") if p.is_file()}
    assert "monitord/config/museum.yaml" in wanted
    assert wanted <= content, f"missing: {sorted(wanted - content)}"


def test_it_carries_the_licence_and_nothing_of_the_tests(content: set[str]) -> None:
    """Three packages and the metadata; whatever else is there came along by mistake."""
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in content)
    tops = {name.split("/")[0] for name in content if ".dist-info/" not in name}
    assert tops == set(PACKAGES)


def test_its_entry_points_lead_somewhere(wheel: Path, content: set[str]) -> None:
    """Commands, drivers and channels: each names a module that the wheel holds."""
    [name] = [name for name in content if name.endswith(".dist-info/entry_points.txt")]
    declared = configparser.ConfigParser()
    with zipfile.ZipFile(wheel) as archive:
        declared.read_string(archive.read(name).decode())
    assert {"console_scripts", "monitord.drivers", "monitord.channels"} <= set(declared.sections())
    for section in declared.sections():
        for target in declared[section].values():
            module = target.partition(":")[0].replace(".", "/")
            assert {f"{module}.py", f"{module}/__init__.py"} & content, target


def test_installed_it_finds_its_config(wheel: Path, tmp_path: Path) -> None:
    """From a folder that holds nothing but the wheel's content."""
    target = tmp_path / "installed"
    pip("install", "--no-index", "--no-deps", "--target", target, wheel)
    run = subprocess.run(
        [sys.executable, "-c", FIND_CONFIG, str(target)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for line in run.stdout.splitlines():
        assert Path(line).is_relative_to(target), line
    found = Path(run.stdout.splitlines()[-1])
    assert found.read_bytes() == (ROOT / "config/museum.yaml").read_bytes()
