"""Takes templates in (``use:``) and turns nodes into plain dicts, lists and texts.

What a mapping says itself wins over its template; mappings are taken in level by level, and
every value keeps the line on which it was written. Growth is counted against the same budget
as anchors.
"""

from typing import Any, Final

from monitord.site.findings import Findings, Mark, Unreadable, did_you_mean, quoted
from monitord.site.nodes import Mapping, Node, Scalar, Sequence
from monitord.site.parse import DEPTH_MAX, Budget

USE: Final = "use"
TEMPLATES: Final = "templates"


def plain(node: Node) -> Any:
    """Dicts, lists and texts; at most ``DEPTH_MAX`` levels."""
    if type(node) is Scalar:
        return node.text
    if type(node) is Mapping:
        return {key: plain(entry[1]) for key, entry in node.entries.items()}
    assert isinstance(node, Sequence)
    return [plain(item) for item in node.items]


class Expander:
    """Replaces every ``use: NAME`` below a node by what the template of that name says."""

    def __init__(self, templates: Mapping | None, budget: Budget, found: Findings) -> None:
        self._templates = templates.entries if templates is not None else {}
        self._budget = budget
        self._found = found

    def expand(self, node: Node) -> Node:
        """The node with its templates taken in. Raises ``Unreadable``."""
        return self._expand(node, (), 0)

    def _expand(self, node: Node, inside: tuple[str, ...], depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise Unreadable(
                node.mark, "templates nest too deeply", "let no template use so many others"
            )
        if type(node) is Mapping:
            return self._mapping(node, inside, depth)
        if type(node) is Sequence:
            done = Sequence(node.file, node.line)
            done.items = [self._expand(item, inside, depth + 1) for item in node.items]
            return done
        return node

    def _mapping(self, node: Mapping, inside: tuple[str, ...], depth: int) -> Mapping:
        done = Mapping(node.file, node.line)
        for key, (mark, value) in node.entries.items():
            if key != USE:
                done.entries[key] = (mark, self._expand(value, inside, depth + 1))
        used = node.entries.get(USE)
        if used is None:
            return done
        for name in self._names(*used):
            template = self._template(name, used[0], inside)
            if template is not None:
                self._budget.take(template.size, used[0])
                full = self._expand(template, (*inside, name), depth + 1)
                assert isinstance(full, Mapping)
                done = _under(done, full)
        return done

    def _names(self, mark: Mark, node: Node) -> list[str]:
        items = node.items if isinstance(node, Sequence) else [node]
        names = [item.text for item in items if isinstance(item, Scalar)]
        if len(names) != len(items):
            self._found.error(mark, "`use` names templates", "write `use: NAME`")
        return names

    def _template(self, name: str, mark: Mark, inside: tuple[str, ...]) -> Mapping | None:
        if name in inside:
            self._found.error(
                mark, f"the template {quoted(name)} uses itself", "take this `use` out"
            )
            return None
        entry = self._templates.get(name)
        if entry is None:
            cure = did_you_mean(name, self._templates, f"write it under `{TEMPLATES}:`")
            self._found.error(mark, f"there is no template {quoted(name)}", cure)
            return None
        if not isinstance(entry[1], Mapping):
            self._found.error(
                entry[0], f"the template {quoted(name)} has no keys", "write keys below it"
            )
            return None
        return entry[1]


def _under(own: Mapping, template: Mapping) -> Mapping:
    """``own`` with what only ``template`` has; mappings level by level."""
    done = Mapping(own.file, own.line)
    done.entries = dict(own.entries)
    for key, (mark, value) in template.entries.items():
        mine = done.entries.get(key)
        if mine is None:
            done.entries[key] = (mark, value)
        elif isinstance(mine[1], Mapping) and isinstance(value, Mapping):
            done.entries[key] = (mine[0], _under(mine[1], value))
    return done
