"""How the command line ends: exit codes, and mistakes that are told in words with a cure."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """The exit codes of every command; documented in ``docs/cli.md``."""

    DONE = 0
    REFUSED = 1  # errors found, a command refused, a journal damaged, an alarm open
    UNREADABLE = 2  # a file that cannot be read; for ``status``: blind or held back
    NO_DAEMON = 3
    USAGE = 64
    INTERRUPTED = 130


class Mistake(Exception):
    """Something that the person at the keyboard can mend. ``text`` says what is wrong and how.

    ``code`` is for programs; ``more`` is added to what ``--json`` prints.
    """

    def __init__(
        self,
        text: str,
        *,
        code: str = "bad-input",
        exit_code: Exit = Exit.REFUSED,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.exit_code = exit_code
        self.more = more or {}
