"""The processes that a rehearsal starts, found as the kernel lists them."""

import re
from pathlib import Path


def parts_of(pid: int) -> dict[int, str]:
    """The parts of a rehearsal that a process has started, by process id."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {child: name for child in map(int, listed.split()) if (name := part(child))}


def part(pid: int) -> str:
    """daemon or console; empty for anything else, or for a process that has ended."""
    found = re.search(rb"monitord\.cli\.rehearsal\.(\w+)", _command(pid))
    return found[1].decode() if found else ""


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
