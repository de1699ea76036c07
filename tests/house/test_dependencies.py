"""What monitord runs on is declared, locked and named with its licence."""

import ast
import re
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support import ROOT
from tools import licences

OURS = {"monitord", "monitord_drivers", "monitord_simulators"}
SOURCES = ("monitord", "drivers", "simulators")

#: Parts of a declared package that it pins to itself, and whose names its own interface uses.
PART_OF = {"pydantic-core": "pydantic"}


def canonical(name: str) -> str:
    """A distribution's name as the requirement files spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


#: What a release runs on: cameras too. ``stream`` has parts under the GPL and stays out.
RELEASED = ("camera",)


def declared(extras: Sequence[str] = RELEASED) -> set[str]:
    """The distributions that pyproject.toml asks for, with those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]
    return {canonical(re.split(r"[<>=~!;\[ ]", line)[0]) for line in lines}


def locked() -> dict[str, list[str]]:
    """The packages of the run file, each with those that need it."""
    return licences.packages((ROOT / "requirements/run.txt").read_text("utf-8"))


def imported(path: Path) -> set[str]:
    """The first names of everything that a module imports by absolute name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_import_is_a_declared_dependency() -> None:
    """A package that only the tests install, or that came along by chance, is not there in use."""
    providers = packages_distributions()
    missing: dict[str, set[str]] = {}
    for path in (path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")):
        for name in imported(path) - OURS - set(sys.stdlib_module_names):
            packages = {canonical(package) for package in providers.get(name, [])}
            if not declared((*RELEASED, "stream")) & {
                PART_OF.get(package, package) for package in packages
            }:
                missing.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    assert not missing, "add them to dependencies in pyproject.toml, then run `make lock`"


def test_the_lock_knows_every_declared_dependency() -> None:
    """Asked for by monitord itself, not by way of another package."""
    direct = {name for name, needed_by in locked().items() if "monitord" in needed_by}
    assert direct == declared(), "run `make lock`"


def test_every_locked_package_says_who_needs_it() -> None:
    """A row that nobody needs would stay for ever."""
    known = {*locked(), "monitord"}
    strays = {name: by for name, by in locked().items() if not by or not set(by) <= known}
    assert not strays, "run `make lock`"


def test_the_page_of_licences_is_what_is_installed() -> None:
    """Fails too when a new package states a licence that is not accepted."""
    page = (ROOT / "docs/licences.md").read_text("utf-8")
    assert page == licences.page(), ".venv/bin/python tools/licences.py > docs/licences.md"
