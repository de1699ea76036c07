"""The plan of an incident in words: what is to be done, by when, and who has done it."""

from typing import Any

from monitord.cli.page import Cell, Line, Style, line
from monitord.cli.when import When, span

View = dict[str, Any]


def steps(plan: View | None, when: When) -> list[Line]:
    """A line each; nothing where there is no plan."""
    if plan is None:
        return []
    old = f", to be looked at again since {plan['review']}" if plan["review_overdue"] else ""
    head = f"Plan {plan['name']}, version {plan['version']}"
    return [line(Cell(head, Style.TITLE), Cell(old, Style.WARN))] + [
        _step(step, when) for step in plan["steps"]
    ]


def _step(step: View, when: When) -> Line:
    who = f" [{step['who']}]" if step["who"] else ""
    phone = f", ring {step['phone']}" if step["phone"] else ""
    must = ", mandatory" if step["must"] else ""
    words = f"{step['number']}. {step['do']}{who}{phone}{must}"
    done = step["done"]
    if done is None:
        return line(words, *_left(step), indent=4)
    late = Cell(", late", Style.WARN) if step["late"] else Cell("")
    if done["refused"]:
        said = f"  not done, {done['by']} {when.at(done['at'])}: {done['reason']}"
        return line(words, Cell(said, Style.WARN), indent=4)
    return line(words, Cell(f"  done, {done['by']} {when.at(done['at'])}", Style.GOOD), late,
                indent=4)  # fmt: skip


def _left(step: View) -> tuple[Cell, ...]:
    if step["late"]:
        return (Cell("  LATE", Style.ALARM),)
    return () if step["left_s"] is None else (Cell(f"  {span(step['left_s'])} left"),)
