"""What each kind is called, what follows from it, and what to do: ``config/kinds.yaml``.

A site, an area and a point may each override a part; the nearest to the point wins. Where
nobody says otherwise the priority follows from the matrix of :mod:`rationale`; arming and latching
are those of the kind's category.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from monitord.resources import config_file
from monitord.site.expand import plain
from monitord.site.findings import Findings, Mark
from monitord.site.kind_models import KindWords
from monitord.site.nodes import Mapping as MappingNode
from monitord.site.parse import Budget, parse
from monitord.site.rationale import Loss, priority_of
from monitord.vocabulary import CATEGORY_OF_KIND, LATCHING, PRIORITY_OF_CATEGORY, Kind

WORD_KEYS: Final = (
    "what",
    "cause",
    "consequence",
    "loss",
    "verify",
    "action",
    "time_to_respond",
)
Level = Literal["point", "area", "own", "site", "shipped", "matrix", "category"]


@dataclass(frozen=True, slots=True)
class KindTable:
    """The words of every kind, and where they stand."""

    words: Mapping[Kind, KindWords]
    marks: Mapping[Kind, Mark]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An effective value and the level that it comes from."""

    value: str | int | bool | None
    level: Level


def shipped_kinds(path: Path | None = None) -> KindTable:
    """Read ``kinds.yaml``; an error in it is an error of the installation (``ValueError``)."""
    file = path or config_file("kinds.yaml")
    found = Findings()
    root = parse(file.read_text("utf-8"), file.name, Budget(), found)
    if not isinstance(root, MappingNode) or found.errors:
        raise ValueError(f"{file.name} is damaged: install monitord again")
    words = TypeAdapter(dict[Kind, KindWords]).validate_python(plain(root))
    missing = sorted(set(Kind) - set(words))
    if missing:
        raise ValueError(f"{file.name} lacks {', '.join(missing)}")
    return KindTable(words, {kind: root.entries[kind.value][0] for kind in words})


def choose(key: str, kind: Kind, levels: Mapping[Level, object]) -> Chosen:
    """The effective value of ``key``: the first level, nearest first, that says anything.

    A priority that nobody writes follows from the loss and the time to respond.
    """
    for level, words in levels.items():
        value = getattr(words, key, None)
        if value is not None:
            return Chosen(value, level)
    category = CATEGORY_OF_KIND[kind]
    loss, time_ms = choose_words(levels)
    if key == "priority" and loss is not None and time_ms is not None:
        return Chosen(priority_of(loss, time_ms).value, "matrix")
    if key == "priority":
        return Chosen(PRIORITY_OF_CATEGORY[category].value, "category")
    if key == "latching":
        return Chosen(category in LATCHING, "category")
    return Chosen(None, "category")


def choose_words(levels: Mapping[Level, object]) -> tuple[Loss | None, int | None]:
    """The loss and the time to respond that hold, each from the nearest level that says it."""
    said = [
        [value for words in levels.values() if (value := getattr(words, key, None)) is not None]
        for key in ("loss", "time_to_respond")
    ]
    return (said[0] or [None])[0], (said[1] or [None])[0]
