"""The way in: a path becomes a compiled site, or every reason why it does not.

It reads files and nothing else: no device, no channel, no credential, no clock. Whatever the
bytes are, the only exception that leaves is ``SiteRefused``.
"""

from pathlib import Path

import msgspec

from monitord.core.site import Site
from monitord.site.attendance import lint_attendance
from monitord.site.compile import compile_site, personal_texts
from monitord.site.draft import Draft, Line
from monitord.site.files import read_source
from monitord.site.findings import Finding, Findings, SiteRefused, Unreadable
from monitord.site.fire import lint_fire
from monitord.site.floors import drawings, lint_floors, with_drawings
from monitord.site.lint_broken import lint_broken
from monitord.site.lint_calls import lint_calls
from monitord.site.lint_closing import lint_closing
from monitord.site.lint_confirmation import lint_confirmation
from monitord.site.lint_devices import lint_devices
from monitord.site.lint_entering import lint_entering
from monitord.site.lint_hours import lint_hours
from monitord.site.lint_joining import lint_joining
from monitord.site.lint_kinds import lint_kinds
from monitord.site.lint_later import lint_later
from monitord.site.lint_lines import lint_lines
from monitord.site.lint_mqtt import lint_mqtt
from monitord.site.lint_places import lint_places
from monitord.site.openings import lint_openings
from monitord.site.outputs import lint_outputs
from monitord.site.own_points import lint_eyes
from monitord.site.permits import lint_permits
from monitord.site.plans import lint_plans
from monitord.site.police import lint_police
from monitord.site.power import lint_power
from monitord.site.schedule import lint_schedule
from monitord.site.stations import lint_stations
from monitord.site.typed import type_site
from monitord.site.types import ChannelTypes, DriverTypes


class Compiled(msgspec.Struct, frozen=True):
    """A site that may start: the site, the personal text beside it, and what to know of it.

    ``file_hash`` is a sha256 over names and bytes of the files. ``findings`` are warnings only;
    ``drawings`` are the floor plans as browsers are given them, by their sha256.
    """

    site: Site
    texts: dict[str, str]
    file_hash: str
    findings: tuple[Finding, ...]
    drawings: dict[str, bytes] = {}


def load(path: Path | str, drivers: DriverTypes, channels: ChannelTypes) -> Compiled:
    """Read, check and compile a site file or a folder of them. Raises ``SiteRefused``."""
    draft, found = examine(Path(path), drivers, channels)
    if found.errors:
        raise SiteRefused(found.sorted())
    return Compiled(
        site=compile_site(draft),
        texts=personal_texts(draft),
        file_hash=with_drawings(
            draft.source.file_hash, {name: source for name, (_, source) in draft.drawings.items()}
        ),
        findings=tuple(found.sorted()),
        drawings=drawings(draft),
    )


class Review(msgspec.Struct, frozen=True):
    """What ``check`` tells: every finding by file and line, and what each line costs."""

    findings: tuple[Finding, ...]
    lines: tuple[Line, ...] = ()


def review(path: Path | str, drivers: DriverTypes, channels: ChannelTypes) -> Review:
    """Everything that can be said of a site file on paper. Raises nothing."""
    try:
        draft, found = examine(Path(path), drivers, channels)
    except SiteRefused as refused:
        return Review(refused.findings)
    return Review(tuple(found.sorted()), draft.lines)


def check(path: Path | str, drivers: DriverTypes, channels: ChannelTypes) -> list[Finding]:
    """Every finding, by file and line. Empty: nothing to say. Raises nothing."""
    return list(review(path, drivers, channels).findings)


def examine(path: Path, drivers: DriverTypes, channels: ChannelTypes) -> tuple[Draft, Findings]:
    """The draft and all that was found. Raises ``SiteRefused`` where it is not YAML at all."""
    found = Findings()
    try:
        source = read_source(path, found)
    except Unreadable as error:
        found.add(error.finding)
        raise SiteRefused(found.sorted()) from None
    draft = type_site(source, drivers, channels, found)
    lint_places(draft, found)
    lint_openings(draft, found)
    lint_floors(draft, found)
    lint_confirmation(draft, found)
    lint_joining(draft, found)
    lint_entering(draft, found)
    lint_hours(draft, found)
    lint_devices(draft, drivers, found)
    lint_eyes(draft, found)
    draft.lines = lint_lines(draft, found)
    lint_calls(draft, found)
    lint_attendance(draft, found)
    lint_closing(draft, found)
    lint_outputs(draft, found)
    lint_plans(draft, found)
    lint_police(draft, found)
    lint_fire(draft, found)
    lint_power(draft, found)
    lint_stations(draft, found)
    lint_mqtt(draft, found)
    lint_permits(draft, found)
    lint_schedule(draft, found)
    lint_kinds(draft, found)
    lint_later(draft, found)
    lint_broken(draft, found)
    return draft, found
