"""A flood and what is to be mended, in words. Renderers: plain dicts in, a page out."""

from typing import Any

from monitord.cli.page import Cell, Page, Style, line, table, title
from monitord.cli.when import When

View = dict[str, Any]


def flood(view: View, when: When) -> Page:
    """That there is one, and that what counts most stands first."""
    flood = view["flood"]
    if flood is None:
        return []
    words = f"Alarm flood {when.since(flood['since'])}: {flood['alarms']} alarms, the worst first."
    return [line(Cell(words, Style.ALARM))]


def maintenance(view: View, when: When) -> Page:
    """Detectors that cry too often, and alarms that nobody ends."""
    rows = [
        (
            Cell(m["source"], Style.WARN),
            m["why"],
            when.since(m["since"]),
            str(m["count"]),
            f"mend it; until then: monitord shelve {m['source']}"
            if m["propose_shelving"]
            else "mend it",
        )
        for m in view["maintenance"]
    ]
    columns = ("what", "why", "since", "times", "what to do")
    return [line(), title("To be mended"), table(columns, rows)] if rows else []
