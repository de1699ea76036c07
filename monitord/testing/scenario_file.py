"""The YAML of a scenario: every value as text, every line with its place.

Nothing here knows what a scenario means. Bounded: 1 MiB, one text or list of texts per key.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

BYTES_MAX: Final = 1024 * 1024


class ScenarioError(Exception):
    """What is wrong with a scenario, in words, with a cure; each with file and line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Item(NamedTuple):
    """One line of a list, as ``{at: 2min, trip: POINT}``."""

    file: str
    line: int
    fields: dict[str, Any]

    @property
    def words(self) -> str:
        """As it was written, more or less."""
        return "{" + ", ".join(f"{key}: {_said(value)}" for key, value in self.fields.items()) + "}"

    @property
    def where(self) -> str:
        """Its place and itself, for a finding."""
        return f"{self.file}:{self.line}: {self.words}"


class Top(NamedTuple):
    """The whole file: its keys, each with the line and the node."""

    file: str
    keys: dict[str, tuple[int, yaml.Node]]

    @property
    def mark(self) -> str:
        """The file's beginning."""
        return f"{self.file}:1"

    def mark_of(self, key: str) -> str:
        """The place of a key."""
        return f"{self.file}:{self.keys[key][0]}"

    def text(self, key: str) -> str:
        """The text of a key; empty where there is none."""
        node = self.keys.get(key, (0, None))[1]
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""

    def unknown(self, known: Collection[str]) -> list[str]:
        """A problem for each key that is not known."""
        listed = ", ".join(sorted(known))
        return [
            f"{self.mark_of(key)}: the scenario: `{key}` means nothing here; known: {listed}"
            for key in self.keys
            if key not in known
        ]

    def items(self, key: str) -> list[Item]:
        """The lines of a list. Raises ``ScenarioError``."""
        line, node = self.keys.get(key, (1, None))
        like = "a list of lines like {at: 2min, trip: POINT}"
        if not isinstance(node, yaml.SequenceNode):
            raise ScenarioError(f"{self.file}:{line}: `{key}` must be {like}")
        return [self._item(each, key, like) for each in node.value]

    def _item(self, node: yaml.Node, key: str, like: str) -> Item:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise ScenarioError(f"{self.file}:{line}: `{key}` must be {like}")
        fields: dict[str, Any] = {}
        for name, value in node.value:
            if name.value in fields:
                raise ScenarioError(f"{self.file}:{line}: `{name.value}` stands there twice")
            fields[str(name.value)] = _plain(value, f"{self.file}:{line}")
        return Item(self.file, line, fields)


def read_file(path: Path) -> Top:
    """Read the YAML. Raises ``ScenarioError``."""
    try:
        raw = path.read_bytes()
        if len(raw) > BYTES_MAX:
            raise ScenarioError(f"{path}: is longer than {BYTES_MAX} bytes: write less")
        # BaseLoader makes texts, lists and mappings, and nothing else: no type is guessed.
        node = yaml.compose(raw.decode("utf-8"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise ScenarioError(f"{path}:1: is not a scenario: it begins with `scenario: NAME`")
    keys = {str(key.value): (key.start_mark.line + 1, value) for key, value in node.value}
    return Top(str(path), keys)


def _plain(node: yaml.Node, mark: str) -> Any:
    """A text or a list of texts."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(
        isinstance(each, yaml.ScalarNode) for each in node.value
    ):
        return [str(each.value) for each in node.value]
    raise ScenarioError(f"{mark}: too much in one line: write a text or a list of texts")


def _said(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)
