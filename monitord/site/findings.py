"""What is wrong with a site file, in words for the person who wrote it.

A finding names the file and the line and says what to do. It never holds a secret, and nothing
that stands below ``people:`` is quoted in one.
"""

import difflib
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

#: More findings than this help nobody; the last one says how many were left out.
FINDINGS_MAX: Final = 500


class Severity(StrEnum):
    """``ERROR``: nothing starts. ``WARNING``: it starts, and somebody should know."""

    ERROR = "error"
    WARNING = "warning"


class Mark(NamedTuple):
    """A place in a file; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Finding(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong. ``unreadable``: the file could not be read as a site file at all."""

    file: str
    line: int
    severity: Severity
    text: str
    cure: str
    unreadable: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.text}: {self.cure}"


class SiteRefused(Exception):
    """The site file has errors, so nothing may start from it. Carries every finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        super().__init__(f"the site file is refused: {errors} error{'s'[: errors != 1]}")

    @property
    def unreadable(self) -> bool:
        """True when the file could not be read as a site file at all (exit code 2)."""
        return any(finding.unreadable for finding in self.findings)


class Unreadable(Exception):
    """Reading stopped here; inside ``monitord.site`` only, always turned into ``SiteRefused``."""

    def __init__(self, mark: Mark, text: str, cure: str) -> None:
        super().__init__(text)
        self.finding = Finding(*mark, Severity.ERROR, text, cure, unreadable=True)


class Findings:
    """Collects findings, in any order, and hands them out by file and line."""

    def __init__(self) -> None:
        self._all: dict[Finding, None] = {}
        self.errors = 0

    def error(self, mark: Mark, text: str, cure: str) -> None:
        """Something that nothing may start with."""
        self.add(Finding(*mark, Severity.ERROR, text, cure))

    def warning(self, mark: Mark, text: str, cure: str) -> None:
        """Something that somebody should know."""
        self.add(Finding(*mark, Severity.WARNING, text, cure))

    def add(self, finding: Finding) -> None:
        """The same finding twice (an anchor used forty times) is told once."""
        if finding not in self._all:
            self._all[finding] = None
            self.errors += finding.severity is Severity.ERROR

    def sorted(self) -> list[Finding]:
        """By file and line; errors are never left out in favour of warnings."""
        found = sorted(self._all)
        if len(found) <= FINDINGS_MAX:
            return found
        kept = sorted(found, key=lambda finding: finding.severity)[: FINDINGS_MAX - 1]
        last = Finding(
            kept[-1].file,
            kept[-1].line,
            kept[-1].severity,
            f"{len(found) - len(kept)} more findings are not shown",
            "mend these first, then check again",
        )
        return [*sorted(kept), last]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of ``words`` that ``word`` was probably meant to be."""
    close = difflib.get_close_matches(word[:100], list(words), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str) -> str:
    """A cure: the nearest of ``words``, or ``otherwise`` where none is near."""
    near = nearest(word, words)
    return f"did you mean `{near}`?" if near else otherwise


def listed(words: Iterable[str], *, most: int = 12) -> str:
    """``a, b, c``, cut short, for a text."""
    every = list(words)
    text = ", ".join(every[:most])
    return f"{text}, … ({len(every)} in all)" if len(every) > most else text or "none"


def quoted(text: str) -> str:
    """What a person wrote, shortened and without line breaks, for a text."""
    flat = " ".join(text.split())
    return f'"{flat[:57]}…"' if len(flat) > 60 else f'"{flat}"'
