"""What the pages show, cut into pieces that tests can hold against the product.

A fence may be introduced by an HTML comment, which readers do not see: ``<!-- goes into FILE -->``
says into which whole site file a fragment belongs (``, with FILE`` names a file that a page shows
and that must lie beside it), ``<!-- file: NAME -->`` names what a shown file is called.
"""

import re
import shlex
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import ROOT

PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE: Final = re.compile(
    r"^(?P<indent> *)(?:<!-- (?P<note>[^\n]*?) -->\n+ *)?"
    r"```(?P<language>[a-z]*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_COMMAND: Final = re.compile(
    r"^\s*(?:\$ )?(?:\.venv/bin/)?(?P<command>monitord(?:-panel|-camera)? .*)$"
)
#: What stands for a word to be chosen where a page shows the form of a command.
_FORMS: Final = {"N": "7", "REV": "3", "SEQ": "1207", "COMMAND": "status"}


class Fence(NamedTuple):
    """One fenced block: where it stands, what it is said to be, what it holds."""

    page: Path
    line: int
    note: str
    language: str
    text: str

    @property
    def where(self) -> str:
        """For messages and test ids: ``docs/guard.md:12``."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


class Shown(NamedTuple):
    """A command line as a page shows it."""

    where: str
    command: str


def fences(page: Path) -> list[Fence]:
    """The fenced blocks of a page, without the indent that they have inside a list."""
    text = page.read_text("utf-8")
    return [
        Fence(
            page,
            text.count("\n", 0, found.start("language")) + 1,
            found["note"] or "",
            found["language"],
            re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE),
        )
        for found in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def shown_file(name: str) -> str:
    """The text of the one file of that name that a page shows."""
    note = f"file: {name}"
    [text] = [fence.text for page in PAGES for fence in fences(page) if fence.note == note]
    return text


def commands(page: Path) -> list[Shown]:
    """Every line of a fence and every inline code that is a command of ours."""
    found = [
        Shown(f"{fence.where} +{number}", match["command"])
        for fence in fences(page)
        for number, line in enumerate(fence.text.splitlines(), 1)
        if (match := _COMMAND.match(line))
    ]
    return found + [
        Shown(str(page.relative_to(ROOT)), code)
        for code in _INLINE.findall(prose(page))
        if _COMMAND.match(code)
    ]


def words(command: str) -> list[str]:
    """A shown command as a shell would hand it over, options that are optional included.

    What stands three columns off, behind ``#`` or behind ``>`` is no part of it; of ``A|B`` the
    first is taken.
    """
    told = re.split(r"\s{2,}|\s[#>]\s", command.replace("\\|", "|"))[0]
    plain = re.sub(r"[\[\]]", "", told)
    return [_FORMS.get(word, word.split("|")[0]) for word in shlex.split(plain)][1:]
