"""The style of the house as tests: each failure names the place, what is wrong and the cure.

What ruff, mypy and import-linter can say is left to them. Exceptions stand in tests/allowed.py.
"""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests import allowed
from tests.support import ROOT

COLUMNS = 100
FILE_LINES = 400
FUNCTION_LINES = 60

IMPURE_MODULES = {"asyncio", "time", "random", "os", "io", "socket", "sqlite3", "logging"}
IMPURE_CALLS = {"open", "print", "input", "breakpoint"}
IMPURE_METHODS = {"now", "utcnow", "today", "read_text", "write_text"}

# Spelled in pieces, so that this file does not find itself.
MACHINE_PATHS = ["/" + "root/", "/" + "home/", "/" + "work/", "." + "pyenv"]
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npmjs" + ".org",
    "crates" + ".io",
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
    "--trusted" + "-host",
]

Finding = tuple[str, int, str]


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository, tracked or about to be, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    names = listing.stdout.decode().split("\0") if listing.returncode == 0 else walked()
    return tuple(sorted({name for name in names if name and (ROOT / name).is_file()}))


def walked() -> list[str]:
    """The files of a copy without git, what tools leave behind excepted."""
    left_behind = {"build", "dist", "state", "__pycache__", ".venv", ".git", ".hypothesis"}
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [
        str(path)
        for path in paths
        if not left_behind & set(path.parts)
        if not any(part.endswith(("_cache", ".egg-info")) for part in path.parts)
    ]


def modules(*folders: str) -> list[str]:
    """Python files, all or those under ``folders``."""
    places = tuple(f"{folder}/" for folder in folders)
    return [
        name
        for name in tracked()
        if name.endswith(".py") and (not places or name.startswith(places))
    ]


SOURCES = ("monitord", "drivers", "simulators")


@cache
def tree(name: str) -> ast.Module:
    """The parsed module."""
    return ast.parse((ROOT / name).read_text("utf-8"), name)


def text(name: str) -> str:
    """The file as text; empty for what is not text."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def report(findings: list[Finding], cure: str) -> None:
    """Fail with one line per finding and the cure below."""
    if findings:
        lines = [f"{name}:{line}: {what}" for name, line, what in findings]
        pytest.fail("\n".join([*lines, f"cure: {cure}"]), pytrace=False)


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for such an expression, else the part that is one."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case _:
            return ""


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports."""
    for node in ast.walk(tree(name)):
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            case _:
                pass


def calls(name: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call in a module."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def only_in(
    listed: dict[str, str],
    found: Callable[[str], Iterator[tuple[int, str]]],
    cure: str,
    folders: tuple[str, ...] = SOURCES,
) -> None:
    """Fail for findings outside the listed places, and for listed places without a finding."""
    findings: list[Finding] = []
    needed: set[str] = set()
    for name in modules(*folders):
        here = [(name, line, what) for line, what in found(name)]
        places = {
            place
            for place in listed
            if name == place or (place.endswith("/") and name.startswith(place))
        }
        if not places:
            findings += here
        elif here:
            needed |= places
    idle = [(place, 1, "is listed and needs no exception") for place in set(listed) - needed]
    report(findings + idle, cure)


def test_lines_fit_the_page() -> None:
    """100 columns, in every file that people write."""
    findings = [
        (name, number, f"{len(line)} columns")
        for name in modules()
        for number, line in enumerate(text(name).splitlines(), 1)
        if len(line) > COLUMNS
    ]
    report(findings, f"break the line: {COLUMNS} columns at most")


def test_files_can_be_held_in_mind() -> None:
    """Files go bad before functions do."""
    findings: list[Finding] = []
    for name in modules():
        lines = len(text(name).splitlines())
        limit = allowed.LONG_FILES.get(name, (FILE_LINES, ""))[0]
        if lines > limit:
            findings.append((name, lines, f"{lines} lines, {limit} allowed"))
        elif name in allowed.LONG_FILES and lines <= FILE_LINES:
            findings.append((name, lines, "is short enough: take it off the list"))
    findings += [
        (name, 1, "is listed and is gone") for name in allowed.LONG_FILES if name not in tracked()
    ]
    report(findings, "split the file by reasons to change")


def test_functions_fit_one_look() -> None:
    """60 lines, docstring and all."""
    findings = [
        (name, node.lineno, f"{node.name} has {length} lines")
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    report(findings, f"name its parts: {FUNCTION_LINES} lines at most")


def test_every_module_says_what_it_is() -> None:
    """A newcomer knows at once why a file is there."""
    findings = [
        (name, 1, "no docstring") for name in modules() if not ast.get_docstring(tree(name))
    ]
    report(findings, "open with what it is and what it must never do")


def impure(name: str) -> Iterator[tuple[int, str]]:
    """What of the world a module names."""
    for line, module in imports(name):
        if module.split(".")[0] in IMPURE_MODULES:
            yield line, f"imports {module}"
    for node in ast.walk(tree(name)):
        match node:
            case ast.Name(id=used) if used in IMPURE_MODULES:
                yield node.lineno, f"names {used}"
            case ast.Call(func=ast.Name(id=used)) if used in IMPURE_CALLS:
                yield node.lineno, f"calls {used}"
            case ast.Call(func=ast.Attribute(attr=used)) if used in IMPURE_METHODS:
                yield node.lineno, f"calls .{used}()"
            case _:
                pass


def test_the_core_is_pure() -> None:
    """Law 2: no clock, no chance, no input or output, no logging; replay gives the state back."""
    core = [*modules("monitord/core"), *modules("monitord/vocabulary")]
    assert len(core) > 3
    findings = [(name, line, what) for name in core for line, what in impure(name)]
    report(findings, "give it to the core as data in a fact, or do it in the runtime")


def broad_excepts(name: str) -> Iterator[tuple[int, str]]:
    """Handlers that would also keep a bug of ours; those that end by raising it again do not."""
    broad = {"Exception", "BaseException"}
    for node in ast.walk(tree(name)):
        match node:
            case ast.ExceptHandler(body=[*_, ast.Raise(exc=None)]):
                pass
            case ast.ExceptHandler(type=None):
                yield node.lineno, "bare except"
            case ast.ExceptHandler(type=ast.Name(id=caught)) if caught in broad:
                yield node.lineno, f"except {caught}"
            case ast.ExceptHandler(type=ast.Tuple(elts=caught)) if broad & set(map(dotted, caught)):
                yield node.lineno, "broad except in a tuple"
            case ast.Call(args=arguments) if dotted(node.func).endswith("suppress"):
                if broad & set(map(dotted, arguments)):
                    yield node.lineno, "suppress(Exception)"
            case _:
                pass


def test_bugs_are_caught_at_the_boundaries_only() -> None:
    """Elsewhere a broad except hides a fault that somebody should hear of."""
    only_in(allowed.BROAD_EXCEPTS, broad_excepts, "catch what the call can raise, by name")


def called(pattern: str) -> Callable[[str], Iterator[tuple[int, str]]]:
    """A search for calls whose dotted name matches ``pattern`` whole."""

    def found(name: str) -> Iterator[tuple[int, str]]:
        return (
            (line, f"calls {call}") for line, call in calls(name) if re.fullmatch(pattern, call)
        )

    return found


def test_tasks_are_created_in_few_places() -> None:
    """Who creates a task owns its end."""
    pattern = r"(.*\.)?(create_task|ensure_future|run_coroutine_threadsafe)"
    only_in(
        allowed.CREATES_TASKS, called(pattern), "give the work to a task group that stands already"
    )


def test_waiting_belongs_to_the_runtime() -> None:
    """Law 6: a deadline is a field. Law 5: a driver never waits by itself."""
    pattern = r"(asyncio|time)\.sleep|.*\.(call_later|call_at)"
    only_in(allowed.SLEEPS, called(pattern), "make it a deadline in the state, or ask the Pacer")


def test_clocks_are_read_in_one_place() -> None:
    """Law 6: one engine time; the wall clock is an offset in the state."""
    names = r"(time|time_ns|monotonic|monotonic_ns|clock_gettime|clock_gettime_ns)"
    pattern = rf"time\.{names}|(datetime\.)?(datetime|date)\.(now|utcnow|today)"
    only_in(allowed.READS_CLOCKS, called(pattern), "ask the Clock that you were given")


def test_chance_is_drawn_in_one_place() -> None:
    """A seed must decide everything in a simulation; secrets draw their own."""
    pattern = r"random\.\w+|os\.urandom|uuid\.uuid[14]"
    only_in(allowed.DRAWS_CHANCE, called(pattern), "ask the Io that you were given")


def test_tests_wait_for_things_not_for_time() -> None:
    """A blocking sleep makes a suite slow and still not certain."""
    fast = (path for path in (ROOT / "tests").iterdir() if path.is_dir())
    folders = tuple(f"tests/{path.name}" for path in fast if path.name not in {"system", "bench"})
    cure = "wait for the event itself, with an upper bound"
    only_in(allowed.BLOCKS_IN_TESTS, called(r"time\.sleep"), cure, folders)


def mentions(words: list[str]) -> list[Finding]:
    """Places in tracked files that hold one of ``words``."""
    return [
        (name, number, f"names {word}")
        for name in tracked()
        for number, line in enumerate(text(name).splitlines(), 1)
        for word in words
        if word in line
    ]


def test_no_file_names_a_place_on_one_machine() -> None:
    """What holds only where it was written does not hold."""
    report(mentions(MACHINE_PATHS), "find the path at run time, or leave it out")


def test_no_file_names_the_address_of_a_registry() -> None:
    """Where packages come from is the machine's business."""
    report(mentions(REGISTRIES), "leave it to the configuration of the machine")


@pytest.mark.parametrize("name", ["build.txt", "run.txt", "test.txt", "lock.txt"])
def test_requirements_are_pinned_and_hashed(name: str) -> None:
    """Every package has one version and at least one sha256; there are no other lines."""
    joined = text(f"requirements/{name}").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines, "an empty lock file pins nothing"
    pinned = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( +--hash=sha256:[0-9a-f]{64})+ *")
    findings = [
        (f"requirements/{name}", 1, line[:60]) for line in lines if not pinned.fullmatch(line)
    ]
    report(findings, "renew the file with `make lock`")
