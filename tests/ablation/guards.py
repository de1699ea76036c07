"""Turn each guard of the alarm logic into its opposite, and see whether a test notices.

A guard is an ``if`` of a function that decides, or one behind a ``case``. They are found in the
source itself, so a new one is in the list by itself. One guard is flipped in memory, in a process
of its own that runs the tests which speak for its module, and then all of the core's: a guard that
none of them misses has survived. Run by ``python -m tests.ablation.guards MODULE FIRST LAST``; it
prints one line for each survivor. Nothing of monitord may be loaded in this process.
"""

import ast
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

from tests.ablation.guards_known import KILLERS

ROOT: Final = Path(__file__).parents[2]
_CORE: Final = ROOT / "monitord" / "core"
#: A test that goes on for ever has noticed: those of one module, and all of the core's.
FLIP_S: Final = 120
CORE_S: Final = 600


class Guard(NamedTuple):
    """One guard: where it stands and what it asks. ``nth``: of those that read alike, which."""

    module: str
    function: str
    test: str
    nth: int
    line: int

    @property
    def name(self) -> str:
        """As in the lists of what is known."""
        return f"{self.module}:{self.function}:{self.test}"


def guards(module: str) -> list[Guard]:
    """Every guard of a module, in the order of the source."""
    tree = ast.parse((_CORE / f"{module}.py").read_text("utf-8"))
    found: list[Guard] = []
    for function, node, test in _tests(tree):
        text = ast.unparse(test)
        nth = sum((g.function, g.test) == (function, text) for g in found)
        found.append(Guard(module, function, text, nth, node.lineno))
    return found


def _tests(tree: ast.Module) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Function, a node with its line, and the test of each guard in it."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.If | ast.IfExp):
                yield function.name, node.test, node.test
            elif isinstance(node, ast.match_case) and node.guard is not None:
                yield function.name, node.guard, node.guard


def flipped(guard: Guard) -> ast.Module:
    """The module with this guard turned into its opposite."""
    tree = ast.parse((_CORE / f"{guard.module}.py").read_text("utf-8"))
    count = 0
    for function, _, test in list(_tests(tree)):
        if (function, ast.unparse(test)) != (guard.function, guard.test):
            continue
        if count == guard.nth:
            _negate(tree, test)
            break
        count += 1
    return ast.fix_missing_locations(tree)


def _negate(tree: ast.Module, test: ast.expr) -> None:
    for node in ast.walk(tree):
        opposite = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        if isinstance(node, ast.If | ast.IfExp) and node.test is test:
            node.test = opposite
        elif isinstance(node, ast.match_case) and node.guard is test:
            node.guard = opposite


class _Flipping(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the flipped module to whoever imports it."""

    def __init__(self, guard: Guard) -> None:
        self._name, self._guard = f"monitord.core.{guard.module}", guard

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(flipped(self._guard), f"{self._name} flipped", "exec"), module.__dict__)


def survives(guard: Guard, folder: Path) -> bool:
    """Whether neither the tests of its module miss it nor any of the core."""
    own = [f"tests/core/test_{name}.py" for name in KILLERS[guard.module]]
    return _passes(guard, own, folder, FLIP_S) and _passes(guard, ["tests/core"], folder, CORE_S)


def _passes(guard: Guard, tests: list[str], folder: Path, within_s: int) -> bool:
    child = os.fork()
    if child == 0:
        code = 70
        try:
            signal.alarm(within_s)
            code = _in_child(guard, tests, folder)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    code = os.waitstatus_to_exitcode(status)
    if code in (0, 1, 2):  # 2: it could not even be collected
        return code == 0
    said = (folder / "said").read_text("utf-8")[-3000:]
    raise RuntimeError(f"{guard}: the tests did not run ({code})\n{said}")


def _in_child(guard: Guard, tests: list[str], folder: Path) -> int:
    import pytest

    sys.meta_path.insert(0, _Flipping(guard))
    with (folder / "said").open("w", encoding="utf-8") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        with redirect_stdout(said), redirect_stderr(said):
            plain = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line"]
            plain += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
            return int(pytest.main([*plain, f"--basetemp={folder / 'tmp'}", *tests]))


def main(words: list[str]) -> int:
    """Flip the guards from FIRST to before LAST of one module; say which were not noticed."""
    import hypothesis  # noqa: F401  (loaded once, and not in each child)
    import pytest  # noqa: F401

    module, first, last = words[0], int(words[1]), int(words[2])
    assert not any(name.startswith("monitord") for name in sys.modules)
    with tempfile.TemporaryDirectory() as name:
        for guard in guards(module)[first:last]:
            if survives(guard, Path(name)):
                print(f"survived: {guard.name} (line {guard.line})", flush=True)
    print(f"flipped: {len(guards(module)[first:last])}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
