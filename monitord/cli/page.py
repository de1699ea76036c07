"""A page of text for a person: lines and tables with a few meanings, drawn late.

Renderers make pages out of plain dicts and know nothing of terminals. Drawn with colours where a
terminal is there (``NO_COLOR`` is honoured), and as plain text with aligned columns everywhere
else. Text from devices and people is made harmless: it cannot steer a terminal.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TextIO

from monitord.channels.words import plain

#: Longer words than this are folded rather than given the room.
WORD_MAX: Final = 40


class Style(StrEnum):
    """What a text means; the values are Rich's names for how that looks."""

    PLAIN = ""
    TITLE = "bold"
    ALARM = "bold white on red"
    WARN = "bold yellow"
    GOOD = "green"
    DIM = "dim"


class Cell(NamedTuple):
    """A piece of text with a meaning."""

    text: str
    style: Style = Style.PLAIN


class Line(NamedTuple):
    """Pieces one behind the other, ``indent`` columns in."""

    cells: tuple[Cell, ...]
    indent: int = 0


class Table(NamedTuple):
    """Rows of cells under column names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Page = list[Line | Table]


def line(*parts: str | Cell, indent: int = 0) -> Line:
    """A line out of texts and cells."""
    cells = (part if isinstance(part, Cell) else Cell(part) for part in parts)
    return Line(tuple(cells), indent)


def title(text: str) -> Line:
    """A heading."""
    return line(Cell(text, Style.TITLE))


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Cell]]) -> Table:
    """A table out of texts and cells."""
    made = tuple(tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Table(tuple(columns), made)


def as_text(page: Page) -> str:
    """The page without colours: what a pipe, a log and a test get."""
    out: list[str] = []
    for part in page:
        if isinstance(part, Line):
            body = "".join(_clean(cell.text) for cell in part.cells)
            out.append((" " * part.indent + body).rstrip())
        else:
            out.extend(_columns(part))
    return "\n".join(out) + "\n" if out else ""


def show(page: Page, stream: TextIO | None = None) -> None:
    """Print the page to standard output, or to ``stream``."""
    out = sys.stdout if stream is None else stream
    if out.isatty() and os.environ.get("TERM") != "dumb":
        _draw(page, out)
    else:
        out.write(as_text(page))
    out.flush()


def _draw(page: Page, out: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for part in page:
        if isinstance(part, Line):
            text = Text.assemble(*((_clean(c.text), c.style.value) for c in part.cells))
            console.print(Padding(text, (0, 0, 0, part.indent)) if part.indent else text)
        else:
            drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
            places = [i for i in range(len(part.columns)) if any(r[i].text for r in part.rows)]
            for i in places:
                drawn.add_column(part.columns[i], overflow="fold", min_width=_least(part, i))
            for row in part.rows:
                drawn.add_row(*(Text(_clean(row[i].text), row[i].style.value) for i in places))
            console.print(drawn)


def _least(part: Table, column: int) -> int:
    """The room that a column cannot do without: an id that is cut is an id nobody can type."""
    words = (word for row in part.rows for word in row[column].text.split(" "))
    return min(max(map(len, words), default=0), WORD_MAX)


def _columns(part: Table) -> list[str]:
    rows = [part.columns, *(tuple(_clean(c.text) for c in row) for row in part.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(part.columns))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _clean(text: str) -> str:
    """One line that steers nothing; spaces at the ends and between columns stay."""
    if text.isascii() and text.isprintable():
        return text
    start = len(text) - len(text.lstrip(" "))
    end = len(text) - len(text.rstrip(" "))
    return " " * start + plain(text) + " " * (end if end < len(text) else 0)
