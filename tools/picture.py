#!/usr/bin/env python3
"""Draw what a command prints on a terminal as a small SVG: the picture in README.

    tools/picture.py docs/picture.svg monitord status --state DIR

The picture holds the text itself, in whatever monospace font its reader has. It names no font
file, no script and no address, so that it shows the same everywhere and calls nobody.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Final

from rich.color import Color
from rich.style import Style
from rich.text import Text

COLUMNS: Final = 110
ROWS: Final = 60
COLUMN_PX: Final = 8.4
LINE_PX: Final = 19
MARGIN_PX: Final = 16
PAPER: Final = "#14171c"
INK: Final = "#d8dce3"
DIM_INK: Final = "#8b939f"
#: The terminal's colours by number: red, green, yellow, white.
COLOURS: Final = {1: "#b3261e", 2: "#6fcf97", 3: "#f2c94c", 7: "#ffffff"}
#: Words with single spaces between them; wider gaps are columns, and each is placed by itself.
WORDS: Final = re.compile(r"\S+(?: \S+)*")


def printed(command: list[str]) -> str:
    """What a command prints when it believes that it has a terminal. Its exit code is its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, env=environment):  # noqa: S603
        os.close(theirs)
        said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65_536)
    except OSError:  # Linux says so when the other end of a terminal is gone
        return b""


def picture(said: str) -> str:
    """The SVG of a terminal's text, colours and all."""
    rows = [Text.from_ansi(row.rstrip()) for row in said.rstrip("\n").split("\n")]
    width = MARGIN_PX * 2 + COLUMN_PX * max((row.cell_len for row in rows), default=0)
    height = MARGIN_PX * 2 + LINE_PX * len(rows)
    size = f'width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(rows[0].plain)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<g font-family="monospace" font-size="14" fill="{INK}">',
    ]
    for number, row in enumerate(rows):
        drawn += _row(row, MARGIN_PX + LINE_PX * number)
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _row(row: Text, top: int) -> Iterator[str]:
    column = 0
    for text, style in _pieces(row):
        if style.bgcolor:
            yield _ground(len(text), style, column, top)
        for words in WORDS.finditer(text):
            yield _ink(words[0], style, column + words.start(), top)
        column += len(text)


def _pieces(row: Text) -> Iterator[tuple[str, Style]]:
    """Runs of one style."""
    edges = sorted({0, len(row), *(at for span in row.spans for at in (span.start, span.end))})
    for start, end in pairwise(edges):
        styles = [span.style for span in row.spans if span.start <= start and end <= span.end]
        yield (
            row.plain[start:end],
            Style.combine([Style.parse(str(each)) for each in styles or [""]]),
        )


def _ground(columns: int, style: Style, column: int, top: int) -> str:
    fill = _colour(style.bgcolor, PAPER)
    size = f'width="{COLUMN_PX * columns:.1f}" height="{LINE_PX}"'
    return f'<rect x="{MARGIN_PX + COLUMN_PX * column:.1f}" y="{top}" {size} fill="{fill}"/>'


def _ink(text: str, style: Style, column: int, top: int) -> str:
    colour = _colour(style.color, DIM_INK if style.dim else INK)
    ink = f' fill="{colour}"' if colour != INK else ""
    weight = ' font-weight="bold"' if style.bold else ""
    left, width = MARGIN_PX + COLUMN_PX * column, COLUMN_PX * len(text)
    return (
        f'<text x="{left:.1f}" y="{top + 14}" textLength="{width:.1f}"{ink}{weight}>'
        f"{escape(text, quote=False)}</text>"
    )


def _colour(color: Color | None, otherwise: str) -> str:
    return otherwise if color is None or color.number is None else COLOURS[color.number % 8]


def main(arguments: list[str]) -> int:
    """Run, draw, write."""
    if len(arguments) < 2:
        print("write: tools/picture.py FILE.svg COMMAND …", file=sys.stderr)
        return 64
    Path(arguments[0]).write_text(picture(printed(arguments[1:])), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
