"""What ``probe`` saw, as a page for people.

Renderer: plain dicts in, a page out.
"""

from typing import Any

from monitord.cli.page import Cell, Page, Style, line, table, title

View = dict[str, Any]


def looked(view: View) -> Page:
    """The device, each of its points, and what went wrong with a cure."""
    who = f"{view['device']}: " if view["device"] else ""
    page: Page = [title(f"{who}{view['driver']} {view['address'] or ''}".rstrip())]
    if view["detail"] is None:
        page.append(line(f"connected in {view['open_ms']} ms, answered in {view['answer_ms']} ms"))
    else:
        page.append(line(Cell(f"{view['cause']}: ", Style.WARN), view["detail"]))
    alike = {point["detail"] for point in view["points"]} == {view["detail"]}
    rows = [] if alike and view["detail"] else [_row(point) for point in view["points"]]
    if rows:
        columns = ("point", "place", "raw", "state", "value", "name", "trouble")
        page += [line(), table(columns, rows)]
    elif view["detail"] is None:
        page.append(line("It has nothing of what was tried: say what to read (--read)."))
    if view["daemon_runs"]:
        page += [
            line(),
            line("A daemon runs here too: where a panel takes one connection only, one of the "
                 "two waits."),
        ]  # fmt: skip
    return page


def _row(point: View) -> tuple[str | Cell, ...]:
    place = "" if point["point"] == point["place"] else point["place"]
    trouble = "" if point["detail"] is None else f"{point['cause']}: {point['detail']}"
    state = point["state"] or ""
    return (
        point["point"],
        place,
        _raw(point["raw"]),
        Cell(state, Style.PLAIN if state in ("", "normal") else Style.WARN),
        "" if point["value"] is None else str(point["value"]),
        point["name"],
        Cell(trouble, Style.WARN),
    )


def _raw(raw: object) -> str:
    """A contact's bit as a panel's manual has it."""
    if raw is None:
        return ""
    return str(int(raw)) if isinstance(raw, bool) else str(raw)
