"""The pages lead somewhere: every relative link resolves, and README says where to change what.

A link into a file of code or config carries what to look for there as its title; that text must
stand in the file. A link to a heading must name one. Every command that a page shows is understood
by the parser that a person's typing meets.
"""

import io
import re
from argparse import _SubParsersAction
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from monitord.cli.arguments import build
from monitord_simulators.camera import SimulatedCamera
from monitord_simulators.camera.__main__ import _parser as camera_parser
from monitord_simulators.camera.commands import CameraDesk
from monitord_simulators.lines import parse_at
from monitord_simulators.panel.__main__ import _parser as panel_parser
from monitord_simulators.panel.commands import Desk
from monitord_simulators.panel.server import Panel
from tests.house.pages import PAGES, Shown, commands, fences, prose, words
from tests.support import ROOT

QUESTIONS_MIN = 10
FLAGS = re.MULTILINE | re.DOTALL

LINK = re.compile(r"!?\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)(?: \"(?P<title>[^\"]+)\")?\)")


class Link(NamedTuple):
    """One relative link: where it stands, where it leads, what to look for there."""

    page: Path
    target: str
    title: str | None


def links(page: Path) -> list[Link]:
    """The relative links of a page, outside its blocks of code."""
    found = [Link(page, each["target"], each["title"]) for each in LINK.finditer(prose(page))]
    return [link for link in found if "://" not in link.target]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    heads = re.findall(r"^#+ +(.+)$", prose(page), re.MULTILINE)
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_shows_is_understood(page: Path) -> None:
    """By the parser that a person's typing meets, with its options and their values."""
    wrong = [
        f"{each.where}: {each.command}: {why}" for each in commands(page) if (why := odd(each))
    ]
    assert not wrong, "\n".join(wrong)


def odd(shown: Shown) -> str:
    """What the real parser says against a shown command; empty when it is understood."""
    parsers = {"monitord-panel": panel_parser, "monitord-camera": camera_parser}
    parser = parsers.get(shown.command.split()[0], build)()
    heard = io.StringIO()
    try:
        with redirect_stderr(heard), redirect_stdout(heard):
            parser.parse_args(words(shown.command))
    except SystemExit as end:
        return heard.getvalue() if end.code else ""
    return ""


@pytest.mark.parametrize(
    ("command", "understood"),
    [
        ("monitord journal replay [--until SEQ]", True),
        ("monitord watch POINT\\|DEVICE [--frames N]", True),
        ("monitord status     one screen", True),
        ("monitord journal export --out FILE   # a comment", True),
        ("monitord statsu", False),
        ("monitord close 4", False),
        ("monitord acknowledge 4 --sen 3 --person", False),
        ("monitord-panel --count 5 --script quiet.txt", True),
        ("monitord-panel --panels 2", False),
        ("monitord-camera --count 2 --name vault --profile behind-nat", True),
        ("monitord-camera --cameras 2", False),
    ],
)
def test_a_command_that_is_not_there_is_found(command: str, understood: bool) -> None:
    """The check itself."""
    assert (odd(Shown("here", command)) == "") is understood


def test_the_pages_show_every_command() -> None:
    """What nobody is told of, nobody uses."""
    [action] = [each for each in build()._actions if isinstance(each, _SubParsersAction)]
    shown = {words(each.command)[0] for page in PAGES for each in commands(page)}
    assert set(action.choices) <= shown


async def test_what_a_tester_types_is_understood_by_the_panels() -> None:
    """Every line of the guide's blocks, on five panels."""
    blocks = [fence for page in PAGES for fence in fences(page) if fence.language == "panel"]
    lines = [line for block in blocks for line in block.text.splitlines() if line[:1] != "#"]
    desk = Desk([Panel(64) for _ in range(5)])
    assert len(lines) > 10
    for line in lines:
        assert desk.run(parse_at(line)[1])


async def test_what_a_tester_types_is_understood_by_the_cameras() -> None:
    """Every line of the guide's blocks, on two cameras that are not on the network."""
    blocks = [fence for page in PAGES for fence in fences(page) if fence.language == "camera"]
    lines = [line for block in blocks for line in block.text.splitlines() if line.strip()]
    cameras = [SimulatedCamera(name) for name in ("vault", "foyer")]
    desk = CameraDesk(cameras)
    assert len(lines) > 8
    for line in lines:
        desk.run(parse_at(line)[1])
    for camera in cameras:
        await camera.stop()
