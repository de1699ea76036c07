"""Finds and reads the files of a site, and joins them into one tree.

It reads at most 16 MB in all and follows nothing: no includes, no folders in the folder.
"""

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from monitord.site.expand import TEMPLATES, USE, Expander
from monitord.site.findings import Findings, Mark, Unreadable, quoted
from monitord.site.nodes import Mapping, Node, Sequence
from monitord.site.parse import Budget, parse

BYTES_MAX: Final = 16 * 1024 * 1024
FILES_MAX: Final = 1_000
_SUFFIXES: Final = frozenset({".yaml", ".yml"})


class Source(NamedTuple):
    """All that was written: one tree with templates taken in, and the hash of the files."""

    root: Mapping
    file: str
    file_hash: str


def read_source(path: Path, found: Findings) -> Source:
    """Read a file or a folder of files. Raises ``Unreadable``.

    Files of a folder that are not YAML are each reported before the first is raised.
    """
    budget = Budget()
    root = Mapping(str(path), 1)
    stopped: Unreadable | None = None
    files = _read_all(path)
    for name, data in files:
        try:
            _join(root, parse(_decode(data, name), name, budget, found), name, found)
        except Unreadable as error:
            found.add(error.finding)
            stopped = stopped or error
    if stopped is not None:
        raise stopped
    return Source(_expanded(root, budget, found), str(path), _hash(files))


def hash_of(path: Path) -> str:
    """The ``file_hash`` of a file or folder without parsing it. Raises ``Unreadable``."""
    return _hash(_read_all(path))


def _hash(files: list[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{Path(name).name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _expanded(root: Mapping, budget: Budget, found: Findings) -> Mapping:
    templates = root.get(TEMPLATES)
    if not isinstance(templates, Mapping):
        templates = None
    if templates is None and not _uses(root):
        return root
    expander = Expander(templates, budget, found)
    done = Mapping(root.file, root.line)
    for key, (mark, node) in root.entries.items():
        done.entries[key] = (mark, node if key == TEMPLATES else expander.expand(node))
    return done


def _uses(root: Mapping) -> bool:
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping):
            if USE in node.entries:
                return True
            stack.extend(value for _, value in node.entries.values() if value.depth)
        elif isinstance(node, Sequence):
            stack.extend(node.items)
    return False


def _read_all(path: Path) -> list[tuple[str, bytes]]:
    files = _files(path)
    read: list[tuple[str, bytes]] = []
    left = BYTES_MAX
    for file in files:
        try:
            with file.open("rb") as stream:
                data = stream.read(left + 1)
        except (OSError, ValueError) as error:
            raise _cannot_read(file, error) from None
        left -= len(data)
        if left < 0:
            raise Unreadable(
                Mark(str(file), 1),
                "a site file over 16 MB",
                "a site needs far less: is it this one?",
            )
        read.append((str(file), data))
    return read


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(
            file
            for file in path.iterdir()
            if file.suffix in _SUFFIXES and not file.name.startswith(".") and file.is_file()
        )
    except (OSError, ValueError) as error:
        raise _cannot_read(path, error) from None
    if not files:
        raise Unreadable(
            Mark(str(path), 1), "a folder without a .yaml file", "name the folder of the site"
        )
    if len(files) > FILES_MAX:
        raise Unreadable(Mark(str(path), 1), f"more than {FILES_MAX:,} files", "join some of them")
    return files


def _cannot_read(path: Path, error: Exception) -> Unreadable:
    why = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
    return Unreadable(
        Mark(str(path), 1), f"cannot be read: {why}", "look at the path and who may read it"
    )


def _decode(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            Mark(file, line),
            f"a byte that is not UTF-8 (0x{data[error.start]:02X})",
            "save the file as UTF-8",
        ) from None


def _join(root: Mapping, node: Node | None, file: str, found: Findings) -> None:
    """Add one file: sections add up key by key; below that nothing may stand twice."""
    if node is None or (not isinstance(node, Mapping) and not getattr(node, "text", "x")):
        return
    if not isinstance(node, Mapping):
        raise Unreadable(
            Mark(file, node.line), "this is not a site file", "begin with `site:`, as in `config/`"
        )
    for key, (mark, value) in node.entries.items():
        before = root.entries.get(key)
        if before is None:
            root.entries[key] = (mark, value)
        elif isinstance(before[1], Mapping) and isinstance(value, Mapping):
            root.entries[key] = (before[0], _added(before[1], value, found))
        else:
            found.error(
                mark,
                f"the key {quoted(key)} stands twice; the first is at {before[0]}",
                "take one out",
            )


def _added(first: Mapping, second: Mapping, found: Findings) -> Mapping:
    done = Mapping(first.file, first.line)
    done.depth = max(first.depth, second.depth)
    done.entries = dict(first.entries)
    for key, entry in second.entries.items():
        before = done.entries.get(key)
        if before is None:
            done.entries[key] = entry
        else:
            found.error(
                entry[0],
                f"the key {quoted(key)} stands twice; the first is at {before[0]}",
                "take one out, or rename it",
            )
    return done
