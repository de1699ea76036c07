"""The nodes of a site file: every scalar as text, every node with its file and line.

Nothing here knows what a site is, and nothing is ever turned into a number or a date.
"""

from monitord.site.findings import Mark


class Scalar:
    """One text. ``plain`` is False where it was quoted or a block."""

    __slots__ = ("file", "line", "plain", "text")
    size = 1
    depth = 0

    def __init__(self, text: str, file: str, line: int, *, plain: bool) -> None:
        self.text = text
        self.file = file
        self.line = line
        self.plain = plain

    @property
    def mark(self) -> Mark:
        """Where it stands."""
        return Mark(self.file, self.line)


class Mapping:
    """Keys with their values, in the order written; the mark of an entry is that of its key.

    ``size`` counts every node below and this one, ``depth`` the levels.
    """

    __slots__ = ("depth", "entries", "file", "line", "size")

    def __init__(self, file: str, line: int) -> None:
        self.entries: dict[str, tuple[Mark, Node]] = {}
        self.file = file
        self.line = line
        self.size = 1
        self.depth = 1

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return Mark(self.file, self.line)

    def get(self, key: str) -> "Node | None":
        """The value of ``key``."""
        entry = self.entries.get(key)
        return entry[1] if entry else None


class Sequence:
    """A list."""

    __slots__ = ("depth", "file", "items", "line", "size")

    def __init__(self, file: str, line: int) -> None:
        self.items: list[Node] = []
        self.file = file
        self.line = line
        self.size = 1
        self.depth = 1

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return Mark(self.file, self.line)


Node = Scalar | Mapping | Sequence
