"""The lines that a tester types: times, numbers and words taken out of them, errors with a cure.

What the verbs mean stands with each kind of device.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Final

_UNITS_MS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
#: What a state is written as.
STATES: Final = {"on": True, "1": True, "off": False, "0": False}


class CommandError(ValueError):
    """A line that cannot be run; the text says what to type instead."""


def parse_duration_ms(text: str) -> int:
    """``300ms``, ``5s``, ``2min`` or ``1h``. Raises ``CommandError``."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|min|h)", text)
    if found is None:
        raise CommandError(f"'{text}' is not a time: write 300ms, 5s or 2min")
    return round(float(found[1]) * _UNITS_MS[found[2]])


def parse_at(line: str) -> tuple[int, str]:
    """``at 10s COMMAND`` as (10000, COMMAND); any other line as (0, line)."""
    words = line.split(maxsplit=2)
    if not words or words[0] != "at":
        return 0, line.strip()
    if len(words) < 3:
        raise CommandError("'at' wants a time and a command: at 10s fault hang")
    return parse_duration_ms(words[1]), words[2].strip()


def number(text: str) -> int:
    """A whole number. Raises ``CommandError``."""
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        raise CommandError(f"'{text}' is not a number")
    return int(text)


def option(words: list[str], name: str, wants: str = "a number") -> tuple[str | None, list[str]]:
    """Take ``name WORD`` out of the words, wherever it stands."""
    if name not in words:
        return None, list(words)
    place = words.index(name)
    if place + 1 >= len(words):
        raise CommandError(f"'{name}' wants {wants} after it")
    return words[place + 1], [*words[:place], *words[place + 2 :]]


def nearest(word: str, known: Iterable[str]) -> str:
    """``: did you mean hang?``, or the list of what there is."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(names)}"


def nothing_left(words: list[str], example: str) -> None:
    """Raise ``CommandError`` for words that nobody has taken."""
    if words:
        raise CommandError(f"'{' '.join(words)}' is too much: {example}")
