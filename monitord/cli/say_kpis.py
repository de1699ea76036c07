"""The figures of a control room in words. A renderer: plain dicts in, a page out."""

from typing import Any, Final

from monitord.cli.page import Cell, Page, Style, line, table, title
from monitord.cli.when import moment, span, zone

View = dict[str, Any]

#: Judged on less, one bad night is the whole picture.
DAYS_MIN: Final = 30
_PRIORITIES: Final = {"1": "critical", "2": "high", "3": "medium", "4": "low"}
#: Of every hundred alarms, by priority (1 is the highest).
_SPLIT: Final = {"1": "under 1 %", "2": "5 %", "3": "15 %", "4": "80 %"}


def report(view: View) -> Page:
    """Each figure beside its bar, then what to begin with."""
    days = (moment(view["until"]) - moment(view["from"])).total_seconds() / 86_400
    page: Page = [
        title(f"Alarms from {_at(view, 'from')} to {_at(view, 'until')}"),
        line(f"{view['alarms']} alarms, {_people(view['positions'])} to answer them."),
    ]
    if days < DAYS_MIN:
        page.append(line(Cell(f"Fewer than {DAYS_MIN} days: a first look, no judgement.",
                              Style.WARN)))  # fmt: skip
    if view["unreadable_entries"]:
        words = f"{view['unreadable_entries']} entries cannot be read: ask monitord journal verify."
        page.append(line(Cell(words, Style.ALARM)))
    page += [line(), table(("figure", "here", "good", "at most", "verdict"), _figures(view))]
    page += _top(view) + _priorities(view) + _closed(view)
    return page


def _at(view: View, key: str) -> str:
    local = moment(view[key]).astimezone(zone(view["site"]["timezone"]))
    return local.strftime("%a %d %b %Y %H:%M")


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"


def _figures(view: View) -> list[tuple[str | Cell, ...]]:
    each, share = view["per_position"], view["share"]
    return [
        _row("alarms a day, for each position", each["day"], 150, 300),
        _row("alarms an hour, for each position", each["hour"], 6, 12),
        _row("alarms in ten minutes, for each position", each["ten_minutes"], 1, 2),
        _row("most alarms in any ten minutes", view["peak"], 10, 10),
        _row("hours with more than 30 alarms, %", share["hours_over"], 1, 1),
        _row("ten minutes with more than 10 alarms, %", share["windows_over"], 1, 1),
        _row("time in a flood of alarms, %", share["in_flood"], 1, 1),
        _row("alarms of the ten loudest detectors, %", share["top"], 5, 5),
        _row("detectors that chattered", view["chattering"], 0, 0),
        _row("alarms that were over within a minute, unseen", view["fleeting"], 0, 0),
        _row("most alarms that stood for a day", view["standing_most"], 4, 4),
        _row("held back by nobody and no permit", view["unauthorised"], 0, 0),
    ]


def _row(words: str, found: float | None, good: float, most: float) -> tuple[str | Cell, ...]:
    if found is None:
        return words, "none", "", "", ""
    verdict = Cell("too much", Style.ALARM)
    if found <= most:
        verdict = Cell("can be handled", Style.WARN)
    if found <= good:
        verdict = Cell("good", Style.GOOD)
    return words, f"{found:g}", f"{good:g}", f"{most:g}", verdict


def _top(view: View) -> Page:
    rows = [(source, str(count)) for source, count in view["top"].items()]
    return [line(), title("Begin with these"), table(("who", "alarms"), rows)] if rows else []


def _priorities(view: View) -> Page:
    """How the alarms and the answers are spread: a screen full of red says nothing."""
    rows = []
    for number, word in _PRIORITIES.items():
        count, times = view["priorities"].get(number, 0), view["times"].get(number)
        part = f"{100 * count / view['alarms']:.1f} %" if view["alarms"] else ""
        answers = ("", "", "") if times is None else _answers(times)
        rows.append((f"{number} {word}", str(count), part, _SPLIT[number], *answers))
    columns = ("priority", "alarms", "share", "usual", "answered", "half within", "9 of 10 within")
    return [line(), title("By priority"), table(columns, rows)]


def _answers(times: View) -> tuple[str, str, str]:
    of = f"{times['answered']} of {times['incidents']}"
    if times["p50_ms"] is None:
        return of, "", ""
    return of, span(times["p50_ms"] / 1000), span(times["p90_ms"] / 1000)


def _closed(view: View) -> Page:
    """How much of it was nothing, by the word of who closed it."""
    if view["share"]["false"] is None:
        return []
    rows = [(cause, str(count)) for cause, count in sorted(view["causes"].items())]
    words = f"{view['share']['false']:g} % of what was closed was false"
    if view["nobody_looked"]:
        words += f"; {view['nobody_looked']} times nobody looked"
    return [line(), title("What it was"), line(words + "."), table(("cause", "incidents"), rows)]
