"""``driver new`` and ``driver test``: a driver of one's own, and whether it keeps its word.

The one module of the command line, beside rehearsals, that may bring ``monitord.testing`` in.
"""

import asyncio
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec

from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Page, line, table
from monitord.runtime.folder import PluginRefused
from monitord.testing.conformance import Outcome, Verdict, load_bench, run
from monitord.testing.conformance.beginning import NameRefused, begin


def new(args: Namespace) -> int:
    """Make the folder of a driver that works, to begin with."""
    try:
        folder = begin(args.name, Path(), listen=args.listen)
    except NameRefused as refused:
        raise Mistake(str(refused)) from None
    except OSError as error:
        raise Mistake(f"{args.name} cannot be made: {error.strerror}") from None
    view = {"folder": str(folder), "files": sorted(path.name for path in folder.iterdir())}
    answer(args, view, lambda v: [
        line(f"{v['folder']}: {', '.join(v['files'])}"),
        line(f"Next: monitord driver test {v['folder']}"),
    ])  # fmt: skip
    return Exit.DONE


def test(args: Namespace) -> int:
    """Ask a driver every question of the battery; 1 when one of them fails."""
    try:
        bench = load_bench(args.path)
    except PluginRefused as refused:
        raise Mistake(str(refused), code="no-bench", exit_code=Exit.UNREADABLE) from None

    async def ask() -> list[Verdict]:
        return [verdict async for verdict in run(bench)]

    verdicts = asyncio.run(ask())
    counts = {
        str(outcome): sum(verdict.outcome is outcome for verdict in verdicts) for outcome in Outcome
    }
    view = {"path": str(args.path), **counts, "checks": msgspec.to_builtins(verdicts)}
    answer(args, view, _page)
    return Exit.REFUSED if counts[Outcome.FAILED] else Exit.DONE


def _page(view: dict[str, Any]) -> Page:
    rows = [(check["check"], check["outcome"], check["asks"]) for check in view["checks"]]
    told = []
    for check in view["checks"]:
        if check["outcome"] == Outcome.FAILED:
            told += [
                line(f"{check['check']} failed"),
                line(f"  seen: {check['seen']}"),
                line(f"  expected: {check['expected']}"),
                line(f"  to do: {check['cure']}"),
            ]
        elif check["outcome"] == Outcome.NOT_TRIED:
            told.append(line(f"{check['check']} not tried: {check['seen']}"))
    sums = ", ".join(f"{view[outcome]} {outcome}" for outcome in Outcome)
    return [table(("check", "outcome", "what is asked"), rows), *told, line(sums)]
