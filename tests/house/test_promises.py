"""Every promise names a test that exists, and each safeguard that is taken away stands once."""

import ast
import re
from pathlib import Path

import pytest

from tests.ablation.table import ABLATIONS, SHOWN_ELSEWHERE
from tests.ablation.taking import Ablation

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


@pytest.mark.parametrize("ablation", ABLATIONS, ids=[a.name for a in ABLATIONS])
def test_a_safeguard_that_is_taken_away_stands_once_and_its_proofs_are_there(
    ablation: Ablation,
) -> None:
    assert (ROOT / ablation.file).read_text().count(ablation.old) == 1
    for file, name in (proof.split("::") for proof in ablation.proofs):
        assert f"def {name}(" in (ROOT / file).read_text()


def test_each_promise_has_an_ablation_or_says_why_it_has_none() -> None:
    shown = {proof for ablation in ABLATIONS for proof in ablation.proofs}
    assert not shown & SHOWN_ELSEWHERE.keys(), "take it off the list: it is shown"
    proofs = {f"{row[2]}::{row[3]}" for row in ROWS}
    without = proofs - shown - SHOWN_ELSEWHERE.keys()
    assert not without, "add one to tests/ablation"
