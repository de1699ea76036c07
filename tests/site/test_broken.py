"""K2: a broken site file is told with its line and its cure, and with nothing besides.

Each file in ``broken/`` is a small site with one flaw. Its first lines are comments with what
`check` must say of it: line, severity, text, cure.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from monitord.site import check
from monitord.site.findings import Finding, Findings
from tests.site.conftest import HERE, Installed

BROKEN: Final = sorted((HERE / "broken").glob("*.yaml"))
#: Modules whose findings no small file can show, and where they are tested.
ELSEWHERE: Final = {
    "files": "test_load.py, test_hostile.py: folders, sizes and bytes",
    "power": "test_power.py",
}


def expected(path: Path) -> list[str]:
    """The comments at the top."""
    lines = path.read_text("utf-8").splitlines()
    return [line.removeprefix("# ") for line in lines if line.startswith("# ")]


def told(findings: list[Finding]) -> list[str]:
    """As it stands in the files."""
    folder = f"{HERE / 'broken'}/"
    said = [f"{one.line}: {one.severity}: {one.text}: {one.cure}" for one in findings]
    return [line.replace(folder, "") for line in said]


def test_there_are_enough_of_them() -> None:
    """K2 asks for fifty."""
    assert len(BROKEN) >= 50


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_is_told_and_nothing_else(
    path: Path, drivers: Installed, channels: Installed
) -> None:
    """K2: exactly the findings that stand in the file, each with a cure."""
    findings = check(path, drivers, channels)
    assert findings, "the flaw is not found"
    assert told(findings) == expected(path)
    assert all(finding.cure for finding in findings)
    assert "hunter2" not in repr(findings)


def test_every_module_of_checks_finds_something_in_them(
    drivers: Installed, channels: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K2: a new module of checks comes with a broken file, or with the place of its test."""
    package = Path(inspect.getfile(Findings)).parent
    finds = {
        path.stem
        for path in package.glob("*.py")
        if any(word in path.read_text("utf-8") for word in ("found.error(", "found.warning("))
    }
    heard: set[str] = set()
    add = Findings.add

    def listening(self: Findings, one: Finding) -> None:
        heard.update(_callers(package))
        add(self, one)

    monkeypatch.setattr(Findings, "add", listening)
    for path in BROKEN:
        check(path, drivers, channels)
    assert finds - heard <= set(ELSEWHERE)


def _callers(package: Path) -> Iterator[str]:
    frame = inspect.currentframe()
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.parent == package:
            yield file.stem
        frame = frame.f_back
