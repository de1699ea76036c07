"""The pages lead somewhere: every relative link resolves, and README says where to change what.

A link into a file of code or config carries what to look for there as its title; that text must
stand in the file. A link to a heading must name one.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
QUESTIONS_MIN = 10
FLAGS = re.MULTILINE | re.DOTALL

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)(?: \"(?P<title>[^\"]+)\")?\)")
FENCE = re.compile(r"^```.*?^```", FLAGS)


class Link(NamedTuple):
    """One relative link: where it stands, where it leads, what to look for there."""

    page: Path
    target: str
    title: str | None


def links(page: Path) -> list[Link]:
    """The relative links of a page, outside its blocks of code."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    found = [Link(page, each["target"], each["title"]) for each in LINK.finditer(prose)]
    return [link for link in found if "://" not in link.target]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    heads = re.findall(r"^#+ +(.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def broken(link: Link) -> str:
    """What is wrong with a link; empty when nothing is."""
    path, _, anchor = link.target.partition("#")
    target = (link.page.parent / path).resolve() if path else link.page
    if not target.is_relative_to(ROOT):
        return "leads out of the repository"
    if not target.exists():
        return "leads to nothing"
    if anchor and anchor not in anchors(target):
        return f"has no heading #{anchor}; there are {sorted(anchors(target))}"
    if link.title and link.title not in target.read_text("utf-8"):
        return f"no longer holds {link.title!r}"
    return ""


def rows() -> list[list[str]]:
    """The table of README's section, row by row, without its head."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = re.search(r"^## Where do I change …\?$(.*?)(?=^## |\Z)", readme, FLAGS)
    assert section, "README needs the section '## Where do I change …?'"
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file, to a heading, to what it says to look for."""
    wrong = [f"{link.target}: {why}" for link in links(page) if (why := broken(link))]
    assert not wrong, "\n".join(wrong)


def test_readme_says_where_to_change_what() -> None:
    """At least ten questions; each leads to one file and names what to look for in it."""
    assert len({row[0] for row in rows()}) >= QUESTIONS_MIN
    for question, where, *_ in rows():
        assert question.endswith("?"), question
        link = LINK.search(where)
        assert link, f"no link: {question}"
        assert link["title"], f"nothing to look for: {question}"


def test_the_waiting_of_the_second_step_is_among_them() -> None:
    """The first thing a site asks for."""
    [row] = [row for row in rows() if "second step" in row[0]]
    assert "config/museum.yaml" in row[1]
    assert re.search(r"`chains\.[a-z0-9-]+\.steps\.2\.wait`", row[2]), row[2]


@pytest.mark.parametrize(
    ("target", "title", "why"),
    [
        ("LICENSE", None, ""),
        ("LICENSE", "Apache License", ""),
        ("LICENSE", "Public Domain", "no longer holds 'Public Domain'"),
        ("nowhere.py", None, "leads to nothing"),
        ("../elsewhere", None, "leads out of the repository"),
        ("README.md#two-commands", None, ""),
        ("#where-do-i-change-", None, ""),
    ],
)
def test_a_broken_link_is_found(target: str, title: str | None, why: str) -> None:
    """The check itself, on links that are right and wrong."""
    assert broken(Link(ROOT / "README.md", target, title)) == why


def test_a_missing_heading_is_found() -> None:
    """And the message says which ones there are."""
    why = broken(Link(ROOT / "README.md", "#three-commands", None))
    assert "has no heading #three-commands" in why
    assert "two-commands" in why


def commands() -> list[str]:
    """The commands of monitord that the pages name: ``journal verify``, ``run`` …"""
    named: set[str] = set()
    for page in PAGES:
        text = page.read_text("utf-8")
        shown = "".join(FENCE.findall(text)) + "\n".join(re.findall(r"`[^`\n]+`", text))
        named |= set(re.findall(r"^`?monitord ([a-z]+(?: verify| test)?)\b", shown, re.MULTILINE))
    return sorted(named)


def test_every_command_that_a_page_names_is_there() -> None:
    """A command that was renamed must not live on in the pages."""
    assert len(commands()) > QUESTIONS_MIN // 2
    start = "import sys; from monitord.cli import main; sys.exit(main())"
    runs = {
        command: subprocess.Popen(
            [sys.executable, "-c", start, *command.split(), "--help"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands()
    }
    said = {command: run.communicate()[1] for command, run in runs.items()}
    wrong = {command: said[command] for command, run in runs.items() if run.returncode}
    assert not wrong, "\n".join(f"monitord {command}: {words}" for command, words in wrong.items())
