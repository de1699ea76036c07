"""Each requirement and number of the alarm logic is carried by a test: by its name or docstring.

Whether the test proves it is for people to judge; that none is forgotten is held here.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.support import ROOT

NUMBERS: Final = (
    *(f"T1.{n}" for n in range(1, 10)),
    *(f"T2.{n}" for n in range(1, 10)),
    "T2.2b",
    *(f"T5.{n}" for n in range(1, 5)),
)
ROWS: Final = (
    *("A5", "B2", "B5", "B6", "D5", "E2", "E3", "E4", "E5", "E7", "E8"),
    *(f"G{n}" for n in range(1, 10)),
)


def said() -> Iterator[str]:
    """Name and docstring of every test, and what the file says of itself."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        yield ast.get_docstring(tree) or ""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{node.name} {ast.get_docstring(node) or ''}"


def test_each_row_and_number_of_the_alarm_logic_has_a_test() -> None:
    text = "\n".join(line for line in said())
    missing = [name for name in (*NUMBERS, *ROWS) if not _stands(name, text)]
    assert missing == []


def _stands(name: str, text: str) -> bool:
    """``T2.2b``, or ``t2_2b`` as a part of a name."""
    as_name = name.lower().replace(".", "_")
    return bool(re.search(rf"\b{re.escape(name)}(?![\w.])|_{as_name}_", text))
