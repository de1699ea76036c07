"""``check``, ``show``, ``chain test`` and ``driver list``: on paper, no daemon is asked."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from monitord import site
from monitord.cli import paper, say_paper
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer, print_json
from monitord.cli.page import line, table
from monitord.cli.when import zone
from monitord.runtime.clock import SystemClock
from monitord.runtime.control.protocol import nearest_text
from monitord.runtime.plugin_types import KnownChannels, KnownDrivers
from monitord.runtime.plugins import channel_registry, driver_registry, isolates
from monitord.site.findings import Finding, Severity, SiteRefused
from monitord.site.show import NotThere

View = dict[str, Any]

_YES: Final = {True: "yes", False: "no"}


def check(args: Namespace) -> int:
    """Every finding with its place and its cure."""
    if args.schema:
        print_json(site.json_schema(types_at(Path())[0]))
        return Exit.DONE
    if args.site is None:
        raise Mistake("Say which file: monitord check SITE.yaml", exit_code=Exit.USAGE)
    found = site.review(args.site, *types_at(args.site))
    view = _findings(args.site, found.findings)
    view["lines"] = msgspec.to_builtins(found.lines)
    answer(args, view, say_paper.findings)
    if any(finding.unreadable for finding in found.findings):
        return Exit.UNREADABLE
    return Exit.REFUSED if view["errors"] else Exit.DONE


def show(args: Namespace) -> int:
    """Each effective value and the line or default it comes from."""
    try:
        sheet = site.show(args.config, args.what, *types_at(args.config))
    except SiteRefused as error:
        raise refused(args.config, error) from None
    except NotThere as error:
        raise Mistake(f"{args.config}: {error}", code="unknown") from None
    answer(args, msgspec.to_builtins(sheet), say_paper.sheet)
    return Exit.DONE


def chain_test(args: Namespace) -> int:
    """Who would be called when, by running the core on the compiled site."""
    try:
        compiled = site.load(args.config, *types_at(args.config)).site
    except SiteRefused as error:
        raise refused(args.config, error) from None
    try:
        view = paper.rehearse(compiled, args.chain)
    except paper.NoSuchChain:
        raise Mistake(nearest_text("chain", args.chain, compiled.chains), code="unknown") from None
    alarm_at = _alarm_at(args.at, compiled.timezone)
    view = {"at": alarm_at.isoformat(), **view}
    answer(args, view, lambda v: say_paper.chain(v, alarm_at))
    return Exit.DONE


def drivers(args: Namespace) -> int:
    """The drivers that a site file may name."""
    registry = driver_registry(args.folder)
    view = {
        "drivers": [
            {**msgspec.to_builtins(found), "isolated": isolates(registry, found.name)}
            for found in registry.available()
        ]
    }
    answer(
        args,
        view,
        lambda v: (
            [
                table(
                    ("driver", "from", "ships with monitord", "isolated"),
                    [
                        (d["name"], d["origin"], *(_YES[d[k]] for k in ("shipped", "isolated")))
                        for d in v["drivers"]
                    ],
                )
            ]
            if v["drivers"]
            else [line("No driver is installed: install monitord again.")]
        ),
    )
    return Exit.DONE


def types_at(config: Path) -> tuple[KnownDrivers, KnownChannels]:
    """What this installation has, and the folders beside the site file."""
    folder = config if config.is_dir() else config.parent
    return (
        KnownDrivers(driver_registry(folder / "drivers")),
        KnownChannels(channel_registry(folder / "channels")),
    )


def _findings(path: Path, found: Sequence[Finding]) -> View:
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    return {
        "path": str(path),
        "errors": errors,
        "warnings": len(found) - errors,
        "findings": msgspec.to_builtins(found),
    }


def refused(path: Path, error: SiteRefused) -> Mistake:
    """A site file with errors, for a command that needs it whole."""
    exit_code = Exit.UNREADABLE if error.unreadable else Exit.REFUSED
    first = error.findings[0]
    more = len(error.findings) - 1
    rest = f" ({more} more: `monitord check {path}` tells all)" if more > 0 else ""
    return Mistake(
        f"{first.file}:{first.line}: {first.text}: {first.cure}{rest}",
        code="site-refused",
        exit_code=exit_code,
        more=_findings(path, error.findings),
    )


def _alarm_at(text: str | None, timezone: str) -> datetime:
    """``--at``: a time of today or a date and time, local to the site; now without one."""
    tz = zone(timezone)
    now = datetime.fromtimestamp(SystemClock().wall_ms() / 1000, tz)
    if text is None:
        return now.replace(microsecond=0)
    for written in (text, f"{now.date().isoformat()}T{text}"):
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=tz)
    raise Mistake(f"--at {text}: write 22:30 or 2026-11-24T22:30", exit_code=Exit.USAGE)
