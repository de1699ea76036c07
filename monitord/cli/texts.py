"""Personal text beside the journal, for the commands that read it: on request alone.

Without ``--texts`` a note is shown by the id that ``journal erase`` takes. What was erased says so
either way.
"""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from monitord.core.facts import TextRef
from monitord.journal.errors import StoreError
from monitord.journal.side import ERASED, SideReader

UNREADABLE = "unreadable"

#: A reference as it is shown.
Say = Callable[[TextRef], str]


@contextmanager
def texts_of(folder: Path) -> Iterator[Say]:
    """The text itself, ``erased``, or ``unreadable`` where the store does not give it."""
    try:
        reader = SideReader(folder)
    except StoreError:
        yield lambda ref: UNREADABLE
        return

    def get(ref: TextRef) -> str:
        try:
            return reader.get(ref)
        except StoreError:
            return UNREADABLE

    try:
        yield get
    finally:
        reader.close()


@contextmanager
def notes_of(args: Namespace, folder: Path) -> Iterator[Say]:
    """A note by its id, with its text where ``--texts`` asks for it."""
    with texts_of(folder) as get:

        def say(ref: TextRef) -> str:
            text = get(ref)
            if text in (ERASED, UNREADABLE):
                return f"{ref.id} ({text})"
            return f"{ref.id}: {text}" if args.texts else ref.id

        yield say
