"""Which rows of a long list are asked for, and the page of them that is shown. Pure, bounded."""

from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

#: Rows of one page: what a phone loads at once.
ROWS: Final = 60
TEXT_CHARS_MAX: Final = 80

_T = TypeVar("_T")


class Asked(msgspec.Struct, frozen=True):
    """What a list is to show: how it stands, where, and the words that are in it."""

    show: str = ""
    area: str = ""
    text: str = ""
    page: int = 1

    @property
    def words(self) -> tuple[str, ...]:
        """All of them must be there."""
        return tuple(self.text.casefold().split())

    def query(self, **other: str | int) -> str:
        """As an address has it, with some of it changed; what says nothing is left out."""
        said = {**msgspec.structs.asdict(self), **other}
        return urlencode({k: v for k, v in said.items() if v not in ("", 1)})


class Rows(msgspec.Struct, Generic[_T]):
    """One page of what was found."""

    listed: list[_T]
    page: int
    pages: int
    total: int


def asked(show: str, area: str, text: str, page: str) -> Asked:
    """What came with the address, bounded; a page that is no number is the first."""
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= 6 else 1
    return Asked(show[:40], area[:100], text.strip()[:TEXT_CHARS_MAX], max(1, number))


def has(words: tuple[str, ...], *said: str) -> bool:
    """Whether each of ``words`` is in one of these texts."""
    if not words:
        return True
    whole = "\n".join(said).casefold()
    return all(word in whole for word in words)


def rows(found: list[_T], page: int, each: int = ROWS) -> Rows[_T]:
    """The page of that number, or the last one; ``each`` rows on one."""
    pages = max(1, -(-len(found) // each))
    page = min(page, pages)
    return Rows(found[(page - 1) * each : page * each], page, pages, len(found))
