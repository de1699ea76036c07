"""Every promise names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (.+) \| (.+) \| `([^`:]+)::(\w+)` \|$")
ROWS = [
    found.groups()
    for line in (ROOT / "docs" / "promises.md").read_text().splitlines()
    if (found := ROW.match(line))
]


def test_every_line_of_the_table_is_a_promise_a_fault_and_a_test() -> None:
    lines = (ROOT / "docs" / "promises.md").read_text().splitlines()
    assert len(ROWS) == sum(line.startswith("| ") for line in lines) - 1
    assert len(ROWS) >= 16
    assert len({row[0] for row in ROWS}) == len(ROWS), "each promise once"


@pytest.mark.parametrize(("file", "name"), [row[2:] for row in ROWS])
def test_the_test_of_a_promise_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    made = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert name in made
