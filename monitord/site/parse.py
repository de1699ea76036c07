"""Reads YAML into nodes, event by event on PyYAML's C parser.

Depth, size, tags, anchors and documents are bounded while they are read. An alias shares its
node; what it would expand to is counted, never built. It must never call PyYAML's composer or
constructor: those recurse without a bound and turn ``no`` into a boolean.
"""

import re
from typing import Any, Final

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from monitord.site.findings import Findings, Mark, Unreadable, quoted
from monitord.site.nodes import Mapping, Node, Scalar, Sequence
from monitord.site.screen import screen_scalar, screen_secret

NODES_MAX: Final = 200_000
DEPTH_MAX: Final = 64
SCALAR_MAX: Final = 10_000

_MERGE: Final = "<<"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Budget:
    """The nodes that may still be read, anchors and templates counted as what they expand to."""

    def __init__(self, nodes: int = NODES_MAX) -> None:
        self._left = nodes
        self._all = nodes

    def take(self, nodes: int, mark: Mark) -> None:
        """Raises ``Unreadable`` when there are too many."""
        self._left -= nodes
        if self._left < 0:
            raise Unreadable(
                mark,
                f"more than {self._all:,} nodes, anchors and templates counted as they expand",
                "use fewer or smaller anchors and templates, or split the site",
            )


class _Parser(CParser):  # type: ignore[misc, unused-ignore]
    """The C parser without loader, resolver or constructor."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)


class _Open:
    """A collection that is being read: its anchor, and the key whose value comes next.

    ``name`` is the key under which it stands; ``merges`` are taken in when it ends, so that
    what is written in the mapping itself wins.
    """

    __slots__ = ("anchor", "key", "key_line", "merges", "name", "node")

    def __init__(self, node: Mapping | Sequence, anchor: str | None, name: str) -> None:
        self.node = node
        self.anchor = anchor
        self.name = name
        self.key: str | None = None
        self.key_line = 0
        self.merges: list[tuple[Node, Mark]] = []


class _Builder:
    def __init__(self, file: str, budget: Budget, found: Findings) -> None:
        self._file = file
        self._budget = budget
        self._found = found
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0
        self.root: Node | None = None

    def feed(self, event: Any) -> None:
        """Take one parser event. Raises ``Unreadable``."""
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent():
                self._open(Mapping(self._file, line), event, line)
            case yaml.SequenceStartEvent():
                self._open(Sequence(self._file, line), event, line)
            case yaml.CollectionEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case yaml.DocumentStartEvent():
                self._document(line)

    def _document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(
                Mark(self._file, line),
                "a second document begins here",
                "take out the line `---`, or put the second part into a file of its own",
            )

    def _scalar(self, event: Any, line: int) -> None:
        mark = Mark(self._file, line)
        self._budget.take(1, mark)
        if event.tag is not None:
            self._refuse_tag(event.tag, mark)
        text = event.value
        if len(text) > SCALAR_MAX:
            raise Unreadable(
                mark, f"a text of {len(text):,} characters", f"keep texts under {SCALAR_MAX:,}"
            )
        top = self._stack[-1] if self._stack else None
        if top is not None and top.key is None and type(top.node) is Mapping:
            top.key, top.key_line = text, line
            if event.anchor is not None:
                self._anchors[event.anchor] = Scalar(text, self._file, line, plain=True)
            return
        node = Scalar(text, self._file, line, plain=event.implicit[0])
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        screen_scalar(text, plain=node.plain, mark=mark, found=self._found)
        self._add(node, mark)

    def _open(self, node: Mapping | Sequence, event: Any, line: int) -> None:
        mark = Mark(self._file, line)
        self._budget.take(1, mark)
        if event.tag is not None:
            self._refuse_tag(event.tag, mark)
        if len(self._stack) >= DEPTH_MAX:
            raise self._too_deep(mark)
        self._not_as_key(mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        name = (self._stack[-1].key or "") if self._stack else ""
        self._stack.append(_Open(node, event.anchor, name))

    def _close(self) -> None:
        done = self._stack.pop()
        for source, mark in done.merges:
            self._merge(done.node, source, mark)
        if done.anchor is not None:
            self._anchors[done.anchor] = done.node
        self._add(done.node, done.node.mark)

    def _alias(self, anchor: str, line: int) -> None:
        mark = Mark(self._file, line)
        if anchor not in self._anchors:
            raise Unreadable(
                mark, f"nothing above is named &{anchor}", "write the anchor before using it"
            )
        target = self._anchors[anchor]
        if target is None:
            raise Unreadable(mark, f"*{anchor} contains itself", "take out this alias")
        self._not_as_key(mark)
        self._budget.take(target.size, mark)
        self._add(target, mark)

    def _add(self, node: Node, mark: Mark) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        parent = top.node
        parent.size += node.size
        if node.depth >= parent.depth:
            parent.depth = node.depth + 1
            if parent.depth > DEPTH_MAX:
                raise self._too_deep(mark)
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key, top.key = top.key or "", None
        parent.size += 1
        key_mark = Mark(self._file, top.key_line)
        if key == _MERGE:
            top.merges.append((node, key_mark))
        else:
            self._put(parent, key, node, key_mark)
            if top.name != "points" and len(self._stack) > 2:
                screen_secret(key, node, key_mark, self._found)

    def _put(self, parent: Mapping, key: str, node: Node, mark: Mark) -> None:
        before = parent.entries.get(key)
        if before is not None:
            self._found.error(
                mark,
                f"the key {quoted(key)} stands twice; the first is at {before[0]}",
                "take one out, or rename it",
            )
            return
        parent.entries[key] = (mark, node)

    def _merge(self, parent: Mapping | Sequence, node: Node, mark: Mark) -> None:
        sources = node.items if isinstance(node, Sequence) else [node]
        for source in sources:
            if not isinstance(source, Mapping) or not isinstance(parent, Mapping):
                self._found.error(
                    mark, "`<<` takes keys in, and this has none", "name an anchor of keys"
                )
                return
            for key, entry in source.entries.items():
                parent.entries.setdefault(key, entry)

    def _not_as_key(self, mark: Mark) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.key is None and isinstance(top.node, Mapping):
            raise Unreadable(
                mark, "a key is neither a list nor a mapping nor an alias", "write a plain word"
            )

    def _refuse_tag(self, tag: str, mark: Mark) -> None:
        self._found.error(
            mark, f"the tag {quoted(tag)} is not accepted", "take the tag out; text is text here"
        )

    def _too_deep(self, mark: Mark) -> Unreadable:
        return Unreadable(
            mark, f"nested deeper than {DEPTH_MAX} levels", "a site file needs no more than ten"
        )


def parse(text: str, file: str, budget: Budget, found: Findings) -> Node | None:
    """The nodes of one file, ``None`` where it holds nothing. Raises ``Unreadable``."""
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(
            Mark(file, line),
            f"a control character (U+{ord(control[0]):04X})",
            "a site file is plain text in UTF-8: take the character out",
        )
    builder = _Builder(file, budget, found)
    parser = _Parser(text)
    try:
        while (event := parser.get_event()) is not None:
            builder.feed(event)
    except yaml.YAMLError as error:
        raise _syntax(error, file) from None
    finally:
        parser.dispose()
    return builder.root


def _syntax(error: yaml.YAMLError, file: str) -> Unreadable:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "this is not YAML"
    context = getattr(error, "context", None)
    text = f"{problem}, {context}" if context else str(problem)
    cure = "look at this line and the one above: indentation, quotes, brackets, a missing colon"
    if "tab" in text or "cannot start any token" in text:
        cure = "indent with spaces, never tabs, and quote texts that begin with @, ` or %"
    return Unreadable(Mark(file, mark.line + 1 if mark else 1), text, cure)
