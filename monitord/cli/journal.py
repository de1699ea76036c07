"""``journal`` and ``explain``: the journal on the disk, with or without a daemon."""

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from monitord.cli import say_incident, say_journal, say_status
from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer, print_json_line
from monitord.cli.page import Page, line, show
from monitord.cli.texts import Say, notes_of, texts_of
from monitord.cli.where import of_daemon, of_journal
from monitord.core.state import State, decode, encode
from monitord.core.step import apply
from monitord.journal.errors import Gone, StoreError
from monitord.journal.export import export_ndjson, line_of
from monitord.journal.reader import JournalReader
from monitord.journal.records import Lost, Position, Stored
from monitord.journal.recover import Loaded, Model, load
from monitord.journal.verify import verify as walk
from monitord.runtime.control.view_status import status as status_view

View = dict[str, Any]
MODEL = Model(initial=State, encode=encode, decode=decode, apply=apply)


def verify(args: Namespace) -> int:
    """Whether the journal is whole; names the first bad entry."""
    with journal_of(args) as reader, running_count("entries checked") as progress:
        report = walk(reader, decoding=args.decode, progress=progress)
    view = {**msgspec.to_builtins(report), "whole": not report.damaged}
    answer(args, view, say_journal.report)
    return Exit.REFUSED if report.damaged else Exit.DONE


def tail(args: Namespace) -> int:
    """The last entries; with ``--follow`` what comes from then on, from the daemon."""
    last = None
    with notes_of(args, of_journal(args.state)) as note:
        with journal_of(args) as reader:
            after = max(reader.opening().seq, reader.head().seq - args.lines)
            last = reader.head().position
            for item in reader.scan(after):
                _print(args, item, note)
        if args.follow:
            _follow(args, last, note)
    return Exit.DONE


def _follow(args: Namespace, last: Position, note: Say) -> None:
    with Daemon(of_daemon(args.state)) as daemon:
        for reply in daemon.stream("feed", after=str(last)):
            if "entry" in reply and args.json:
                print_json_line(reply)
            elif "entry" in reply:
                show(say_journal.raw_entry(reply["entry"], note))


def export(args: Namespace) -> int:
    """All entries as lines of JSON, to ``--out`` or to standard output."""
    with journal_of(args) as reader, texts_of(of_journal(args.state)) as get:
        texts = get if args.texts else None
        if args.out is None:
            export_ndjson(reader.scan(), sys.stdout.buffer, texts)
            sys.stdout.buffer.flush()
            return Exit.DONE
        with whole_file(args.out) as out:
            lines = export_ndjson(reader.scan(), out, texts)
    view = {"entries": lines, "out": str(args.out)}
    answer(args, view, lambda v: [line(f"{v['entries']} entries are in {v['out']}.")])
    return Exit.DONE


def replay(args: Namespace) -> int:
    """The state at the end, or after entry ``--until``, rebuilt from the entries alone."""
    with journal_of(args) as reader, running_count("entries replayed") as progress:
        loaded = load(
            reader,
            MODEL,
            until=_until(args, reader),
            from_snapshot=args.from_snapshot,
            progress=progress,
        )
    view = _replayed(loaded)
    if args.json:
        sys.stdout.write(
            msgspec.json.format(
                msgspec.json.encode({**view, "state": msgspec.Raw(encode(loaded.state))})
            ).decode()
            + "\n"
        )
    else:
        show(_replay_page(view, loaded.state))
    return Exit.REFUSED if loaded.damaged else Exit.DONE


def _until(args: Namespace, reader: JournalReader) -> Position | None:
    if args.until is None:
        return None
    if not args.until.isdecimal():
        try:
            return Position.parse(args.until)
        except ValueError as error:
            raise Mistake(f"--until {error}; or the number of an entry") from None
    seq = int(args.until)
    found = reader.read(seq - 1, 1) if seq else []
    if not found or found[0].seq != seq:
        head = reader.head().position
        raise Mistake(f"There is no entry {seq} in this journal: it ends at {head}", code="gone")
    return found[0].position


def _replayed(loaded: Loaded[State]) -> View:
    return {
        "position": str(loaded.head.position),
        "applied": loaded.applied,
        "damaged": loaded.damaged,
        "damage": msgspec.to_builtins(loaded.damage),
        "skipped": loaded.skipped_count,
    }


def _replay_page(view: View, state: State) -> Page:
    page = say_journal.replayed(view)
    if state.site.id:
        page += [line(), *say_status.status(status_view(state, state.at_ms, None, degraded=False))]
    return page


def _print(args: Namespace, item: Stored | Lost, note: Say) -> None:
    if args.json:
        sys.stdout.write(line_of(item).decode() + "\n")
    else:
        show(say_journal.entry(item, note))


@contextmanager
def journal_of(args: Namespace) -> Iterator[JournalReader]:
    """The journal of the state folder; its troubles become words."""
    folder = of_journal(args.state)
    try:
        with JournalReader(folder) as reader:
            yield reader
    except Gone as error:
        raise Mistake(str(error), code="gone") from None
    except StoreError as error:
        raise Mistake(f"The journal in {folder}: {error}", code="unreadable") from None


@contextmanager
def running_count(what: str) -> Iterator[Callable[[int], None] | None]:
    """A running count on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(count: int) -> None:
        sys.stderr.write(f"\r{count:,} {what}")
        sys.stderr.flush()

    yield tell
    sys.stderr.write("\r\x1b[K")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is complete; readable by this account alone."""
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise Mistake(f"{path} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        Path(draft).replace(path)
    except OSError as error:
        raise Mistake(f"{path} cannot be written: {error.strerror}") from None
    finally:
        Path(draft).unlink(missing_ok=True)


def explain(args: Namespace) -> int:
    """Why each call of an incident was or was not made, in order."""
    from monitord.runtime.story import Story

    with journal_of(args) as reader, notes_of(args, of_journal(args.state)) as note:
        story = Story(args.number, note)
        for item in reader.scan():
            if isinstance(item, Stored):
                story.take(item)
    view = story.view()
    if not view["lines"]:
        numbers = story.incidents
        known = f"1 to {numbers}" if numbers else "none so far"
        raise Mistake(
            f"The journal has no incident {args.number}; there are: {known}", code="unknown"
        )
    answer(args, view, say_incident.story)
    return Exit.DONE
