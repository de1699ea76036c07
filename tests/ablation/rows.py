"""Flip each row of each decision table of the core, and see whether a test notices.

The rows are taken from the tables themselves. A row is flipped in memory, in a process of its own
that then runs the tests which speak for the table; a test that passes all the same has survived.
Run by ``python -m tests.ablation.rows TABLE FIRST LAST``; it prints one line for each survivor.
"""

import contextlib
import importlib
import os
import pkgutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple

import monitord.core

#: A test that goes on for ever has noticed.
ROW_S: Final = 60
#: hypothesis is loaded once, before pytest could rewrite it.
_LOADED: Final = ("-W", "ignore::pytest.PytestAssertRewriteWarning")

_CORE: Final = "monitord.core."
_TESTS: Final = "tests/core/test_"

#: By table: the tests that speak for it, those of what happens first; {0}, {1} … are of the key.
KILLERS: Final[Mapping[str, tuple[str, ...]]] = {
    "processing.PROCESSING": (
        _TESTS + "processing.py::test_processing[{0}-{1}]",
        _TESTS + "processing.py::test_t2_2_every_row_of_the_matrix[{2}]",
    ),
    "processing.FROZEN": (_TESTS + "processing.py", _TESTS + "permits.py"),
    "processing.SIGN_OF": (_TESTS + "processing.py", _TESTS + "incidents.py"),
    "alarm_table.PASSING": (_TESTS + "alarm_table.py",),
    "alarm_table.LATCHED": (_TESTS + "alarm_table.py",),
    "areas.FOLLOWS": (_TESTS + "part_set.py", _TESTS + "areas.py"),
    "bare._RAISED": (_TESTS + "bare.py",),
    "blackout.PATTERN": (_TESTS + "blackout.py",),
    "causes.BORNE_OUT": (_TESTS + "causes.py",),
    "confirmation.SORT_OF": (_TESTS + "confirmation.py",),
    "confirmation.PAIRS": (_TESTS + "confirmation.py", _TESTS + "paths.py"),
    "entering.MOVES": (_TESTS + "entering.py",),
    "entering.EXCUSES": (_TESTS + "entering.py",),
    "false_calls.IS_FALSE": (_TESTS + "false_calls.py",),
    "modes.RANK": (_TESTS + "modes.py",),
    "outputs._SIGN": (_TESTS + "outputs.py",),
    "paths.MOVES": (_TESTS + "paths.py",),
    "police.SERVED": (_TESTS + "false_calls.py", "tests/site/test_police.py"),
    "rights.MAY": (_TESTS + "rights.py",),
    "rights._SECOND": (_TESTS + "second_factor.py",),
}

#: Tables whose rows are not flipped here, and why.
NOT_FLIPPED: Final[Mapping[str, str]] = {
    "processing._ACTIVE": "PROCESSING is made of it, and each row of that is flipped",
    "processing.SILENCE": "PROCESSING is made of it, and each row of that is flipped",
    "heeding.HEEDED_BY": "whoever is missing is found by every test; one more only costs",
    "step._WAKES": "made of HEEDED_BY",
    "causes._LOOKED_WORDS": "words for people",
    "setting._WORD": "words for people",
    "rights._NEEDS_PIN": "words for people; a row taken away is an ablation by text",
    "suppression.LASTS_MS_MAX": "bounds, tested to the millisecond",
}


#: The row is not there at all.
ABSENT: Final = "absent"


class Row(NamedTuple):
    """One row and what it becomes."""

    table: str
    key: Any
    flipped: Any

    def __str__(self) -> str:
        return f"{self.table}[{', '.join(_words(self.key))}] = {_said(self.flipped)}"


def tables() -> dict[str, dict[Any, Any]]:
    """Every table of the core by ``module.NAME``; the tables of handlers are no decisions."""
    found = {}
    for module in pkgutil.walk_packages(monitord.core.__path__, _CORE):
        loaded = importlib.import_module(module.name)
        for name in getattr(loaded, "__annotations__", {}):
            table = getattr(loaded, name, None)
            if isinstance(table, dict) and not any(map(callable, table.values())):
                found[f"{module.name.removeprefix(_CORE)}.{name}"] = table
    return found


def rows(table: str) -> list[Row]:
    """Every row of a table, each with another value that the table could have there."""
    content = tables()[table]
    return [
        Row(table, key, other)
        for key, value in content.items()
        for other in _others(content, value)
    ]


def _others(content: Mapping[Any, Any], value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, frozenset):
        known = frozenset().union(*content.values())
        if isinstance(first := min(known, key=str), Enum):
            known = frozenset(type(first))
        for outside in sorted(known - value, key=str)[:1]:
            yield value | {outside}
        for inside in sorted(value, key=str)[:1]:
            yield value - {inside}
    else:
        known = list(type(value)) if isinstance(value, Enum) else list(content.values())
        distinct = sorted({str(other): other for other in known}.items())
        at = [text for text, _ in distinct].index(str(value))
        # Where all rows say the same, a row can only be missing.
        yield distinct[(at + 1) % len(distinct)][1] if len(distinct) > 1 else ABSENT


def _words(key: Any) -> list[str]:
    parts = key if isinstance(key, tuple) else (key,)
    return [part.__name__ if isinstance(part, type) else str(part) for part in parts]


def _said(value: object) -> str:
    return str(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def survives(row: Row, folder: Path) -> bool:
    """Run the tests of the table without the row, in a child of this process."""
    tests = [killer.format(*_words(row.key)) for killer in KILLERS[row.table]]
    return _run(row, tests, folder) == 0


def _run(row: Row | None, tests: list[str], folder: Path) -> int:
    """pytest's exit code; 1 for what did not end. Raises on what is no answer."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            signal.alarm(ROW_S)
            code = _in_child(row, tests, folder)
        except Exception:
            (folder / "said").write_text(traceback.format_exc(), "utf-8")
            raise
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return 1
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        said = (folder / "said").read_text("utf-8")[-3000:]
        raise RuntimeError(f"{row}: the tests did not run ({code})\n{said}")
    return code


def _in_child(row: Row | None, tests: list[str], folder: Path) -> int:
    import pytest

    if row is not None:
        if row.flipped is ABSENT:
            del tables()[row.table][row.key]
        else:
            tables()[row.table][row.key] = row.flipped
    with (folder / "said").open("w", encoding="utf-8") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            plain = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line", *_LOADED]
            return int(pytest.main([*plain, f"--basetemp={folder / 'tmp'}", *tests]))


def main(words: list[str]) -> int:
    """Flip the rows from FIRST to LAST of one table; say which were not noticed."""
    import hypothesis  # noqa: F401  (loaded once, and not in each child)
    import pytest  # noqa: F401

    table, first, last = words[0], int(words[1]), int(words[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = rows(table)[first:last]
        whole = [killer.split("[")[0] for killer in KILLERS[table]]
        # A single row is of a run in which these tests are run as they are anyway.
        if len(chosen) > 1 and _run(None, whole, folder) != 0:
            said = (folder / "said").read_text("utf-8")[-3000:]
            raise RuntimeError(f"{table}: its tests fail as it is\n{said}")
        for row in chosen:
            if survives(row, folder):
                print(f"survived: {row}", flush=True)
        print(f"flipped: {len(chosen)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
