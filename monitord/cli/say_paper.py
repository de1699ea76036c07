"""A site file in words: its findings, the sheet of one thing, and a rehearsed chain.

Renderers: plain dicts in, a page out.
"""

from datetime import datetime, timedelta
from typing import Any

from monitord.cli.page import Cell, Page, Style, line, table, title
from monitord.cli.when import span

View = dict[str, Any]


def findings(view: View) -> Page:
    """Every finding at its place, with its cure."""
    page: Page = []
    for found in view["findings"]:
        style = Style.ALARM if found["severity"] == "error" else Style.WARN
        page += [
            line(f"{found['file']}:{found['line']}: ", Cell(found["severity"], style),
                 f": {found['text']}"),
            line(Cell(found["cure"], Style.DIM), indent=4),
        ]  # fmt: skip
    page += _lines_of(view["lines"])
    errors, warnings = view["errors"], view["warnings"]
    if not errors and not warnings:
        return [*page, line(Cell(f"{view['path']}: nothing to mend.", Style.GOOD))]
    told = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    return [*page, line(f"{view['path']}: {told}")]


def _lines_of(lines: list[View]) -> Page:
    """From contact to event, line by line; devices alone on lines that cost the same are one."""
    alike: dict[tuple[Any, ...], list[View]] = {}
    for number, of in enumerate(lines):
        alone = len(of["devices"]) == 1
        same = (of["poll_ms"], of["worst_ms"], of["made_of"]) if alone else (number,)
        alike.setdefault(same, []).append(of)
    if not alike:
        return []
    rows = [
        (
            group[0]["address"] if len(group) == 1 else f"{len(group)} devices, a line each",
            ", ".join(group[0]["devices"]) if len(group) == 1 else "",
            f"{group[0]['poll_ms']} ms",
            _longest(group[0]),
            Cell(group[0]["made_of"], Style.DIM),
        )
        for group in alike.values()
    ]
    return [table(("line", "devices", "poll", "contact to event", "taken from"), rows), line()]


def _longest(of: View) -> Cell:
    if of["worst_ms"] is None:
        return Cell("the driver cannot say", Style.DIM)
    return Cell(f"{of['worst_ms']} ms", Style.PLAIN if of["every_pulse_seen"] else Style.WARN)


def sheet(view: View) -> Page:
    """Each effective value and where it comes from."""
    rows = [(r["key"], r["value"], Cell(r["origin"], Style.DIM)) for r in view["rows"]]
    return [title(view["what"]), table(("key", "value", "from"), rows)]


def chain(view: View, alarm_at: datetime) -> Page:
    """Who would be called when, for a first alarm and for a confirmed one."""
    page: Page = [
        title(f"Chain {view['chain']}: {view['category']} alarm, mode {view['mode']}"),
        line(f"at {alarm_at.strftime('%a %d %b %Y %H:%M:%S %Z')}, and nobody answers"),
        line(),
        *_lines("One detector:", view["unconfirmed"], alarm_at),
    ]
    if view["confirmed"] is not None and view["confirmed"] != view["unconfirmed"]:
        page += [line(), *_lines("Confirmed at once:", view["confirmed"], alarm_at)]
    taken = span(view["decide_ms"] / 1000)
    return [*page, line(), line(f"Taken but not closed: calls go on after {taken}.")]


def _lines(heading: str, steps: list[View], alarm_at: datetime) -> Page:
    rows = [
        (
            _clock(s["at_ms"]),
            (alarm_at + timedelta(milliseconds=s["at_ms"])).strftime("%H:%M:%S"),
            f"step {s['step']}" if s["step"] else f"round {s['round']}",
            _who(s),
        )
        for s in steps
    ]
    return [title(heading), table(("after", "at", "", "called"), rows)]


def _who(step: View) -> Cell:
    calls = ", ".join(f"{c['person']} by {c['channel']}" for c in step["calls"])
    missed = "; ".join(
        f"not {n['person']} by {n['channel']}: {n['why']}" for n in step["not_called"]
    )
    if not calls:
        return Cell("; ".join(t for t in (step["why"], missed) if t), Style.DIM)
    return Cell(f"{calls} ({missed})" if missed else calls)


def _clock(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
