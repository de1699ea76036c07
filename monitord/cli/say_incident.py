"""Incidents in words: place first, then what, since when, who is called now and who next.

Renderers: plain dicts in (``monitord.runtime.control.view_incidents``), a page out.
"""

from typing import Any, Final

from monitord.cli import say_floods, say_plan
from monitord.cli.attend import attended
from monitord.cli.page import Cell, Line, Page, Style, line, table, title
from monitord.cli.when import When, span
from monitord.runtime.story import found

View = dict[str, Any]

#: Incidents in one list for people (T2.3); ``--json`` and ``--all`` have every one.
SHOWN_MAX: Final = 20


def incidents(view: View) -> Page:
    """The list: what is open, most urgent first; how many more there are, where it is long."""
    when = When.of(view)
    return say_floods.flood(view, when) + some(view["incidents"], when)


def all_incidents(view: View) -> Page:
    """The whole list, the closed ones too."""
    when = When.of(view)
    return say_floods.flood(view, when) + some(view["incidents"], when, len(view["incidents"]))


def some(listed: list[View], when: When, most: int = SHOWN_MAX) -> Page:
    """The first of a list, and a word of the others: what a screen cannot hold is never silent."""
    if not listed:
        return [line(Cell("Nothing is open.", Style.GOOD))]
    page: Page = []
    for incident in listed[:most]:
        page += short(incident, when)
    if more := listed[most:]:
        worst = f"the worst: #{more[0]['number']} {where(more[0])}: {what(more[0])}"
        words = f"+{len(more)} more, {worst}. All of them: monitord incidents --all"
        page.append(line(Cell(words, Style.ALARM)))
    return page


def short(incident: View, when: When) -> list[Line]:
    """Three lines: where, what, and who has it or is being called."""
    return [
        line(
            Cell(f"#{incident['number']} ", Style.TITLE),
            Cell(where(incident), _style(incident)),
            f"  {incident['category']}, priority {incident['priority']}",
        ),
        line(what(incident), ", ", when.since(incident["opened"]), indent=4),
        line(*standing(incident, when), indent=4),
    ]


def whole(view: View) -> Page:
    """One incident: what to read before taking it."""
    incident, when = view["incident"], When.of(view)
    page: Page = [
        title(f"Incident #{incident['number']}, revision {incident['rev']}"),
        line(Cell(where(incident), _style(incident))),
        line(incident["text"]),
        line(sure(incident), ", ", when.since(incident["opened"])),
        line(*standing(incident, when)),
    ]
    page += _rationale(incident)
    if incident["alarms"]:
        rows = [_alarm(alarm, when) for alarm in incident["alarms"]]
        page += [line(), table(("alarm", "place", "state", "last", "times"), rows)]
    page += [
        line(f"Taken by {a['by']} at {when.at(a['at'])}, having seen revision {a['seen']}")
        for a in incident["acknowledgements"]
    ]
    page += attended(incident["attendance"], when)
    page += say_plan.steps(incident.get("plan"), when)
    if incident["calls"] and incident["open"]:
        rows = [_call(call, when) for call in incident["calls"]]
        page += [line(), table(("called", "by", "at", "try", "came to"), rows)]
    return page


def _rationale(incident: View) -> Page:
    """Of the first alarm: what usually lies behind it, what is at stake and how to make sure."""
    first = next((a for a in incident["alarms"] if a["id"] == incident["first_out"]), None)
    if first is None or first["condition"] != "active":
        return []
    said = (
        ("Usually", first["cause"]),
        ("At stake", first["consequence"]),
        ("Make sure", first["verify"]),
    )
    page: Page = [line(f"{word}: {text}") for word, text in said if text]
    if first["time_to_respond_s"]:
        page.append(
            line(f"Somebody should be on the way within {span(first['time_to_respond_s'])}")
        )
    return page


def where(incident: View) -> str:
    """Place and gate: what a tired person must hear first."""
    gate = f", {incident['gate']}" if incident["gate"] else ""
    return f"{incident['place']}{gate}"


def what(incident: View) -> str:
    """What was detected, by the detector's name, and how sure that is."""
    if incident["declared_by"]:
        return f"declared by {incident['declared_by']}"
    first = next((a for a in incident["alarms"] if a["id"] == incident["headline"]), None)
    named = _named(first) if first else incident["category"]
    more = len(incident["alarms"]) - 1
    return f"{named}{f' and {more} more' if more > 0 else ''}, {sure(incident)}"


def standing(incident: View, when: When) -> tuple[str | Cell, ...]:
    """Who has it, or who is called now and who next in how many seconds."""
    if not incident["open"]:
        how = found(incident["found_by"], incident["looked"] or "")
        both = " and ".join(who for who in (incident["closed_by"], incident["agreed_by"]) if who)
        return (f"closed by {both} at {when.at(incident['closed'])}: ",
                incident["cause"], how)  # fmt: skip
    more = incident["since_acknowledged"]
    plus = Cell(f", +{more} since {_whom(incident)} acknowledged", Style.WARN) if more else ""
    if incident["calling"]:
        return (Cell(_calls_now(incident), Style.ALARM), _next(incident), plus)
    if not incident["acknowledged"]:
        return (Cell("nobody is being called", Style.ALARM),)
    left = incident["decide_in_s"]
    climbs = "" if left is None else f"; calls go on in {span(left)} unless it is closed"
    return (Cell(f"taken by {incident['owner']}", Style.GOOD), climbs, plus)


def _whom(incident: View) -> str:
    return str(incident["acknowledgements"][-1]["by"])


def _calls_now(incident: View) -> str:
    calls = [f"{c['person']} by {c['channel']} ({c['outcome']})" for c in incident["calls"]]
    again = f", round {incident['round']}" if incident["round"] > 1 else ""
    return f"calling {', '.join(calls) or 'nobody at this moment'}{again}"


def _next(incident: View) -> str:
    following = incident["next_call"]
    if following is None:
        return ""
    again = "from the start again: " if following["again_from_the_start"] else ""
    people = ", ".join(following["people"]) or "nobody"
    return f"; next {again}{people} by {' and '.join(following['by'])} in {span(following['in_s'])}"


def sure(incident: View) -> str:
    """Whether it is proven, and by whom or what."""
    if not incident["confirmed"]:
        return "not confirmed"
    by = " and ".join(incident["confirmed_by"])
    return f"confirmed{_HOW.get(incident['confirmed_how'], '')}{f' by {by}' if by else ''}"


_HOW: Final = {"seen": ", seen on a picture", "on-scene": ", seen on the spot"}


def _style(incident: View) -> Style:
    if not incident["open"]:
        return Style.DIM
    return Style.WARN if incident["acknowledged"] else Style.ALARM


def _named(alarm: View) -> str:
    """As a call says it: what a detector senses, what is wrong with it, or that it is gone."""
    behind = f", behind {alarm['behind']}" if alarm["behind"] else ""
    if alarm["sector"]:
        return f"Possible attack: {alarm['name']}"
    if "." not in alarm["source"]:  # a device: its alarm is its silence
        return f"No answer: {alarm['name']}{behind}"
    if alarm["condition"] != "active":
        why = f", {alarm['missing']}" if alarm["missing"] else ""
        return f"{alarm['condition'].capitalize()}: {alarm['name']}{why}"
    return f"{alarm['what'] or alarm['category']}: {alarm['name']}"


def _alarm(alarm: View, when: When) -> tuple[str | Cell, ...]:
    active = Cell("active now", Style.ALARM) if alarm["active"] else Cell(alarm["state"])
    return (
        _named(alarm),
        alarm["place"],
        active,
        when.at(alarm["occurred"]),
        str(alarm["count"]),
    )


def _call(call: View, when: When) -> tuple[str, ...]:
    return (
        call["person"],
        call["channel"],
        when.at(call["placed"]),
        str(call["attempt"]),
        call["outcome"],
    )


def story(view: View) -> Page:
    """Why each call was made or not, in order."""
    when = When.of(view)
    rows = [(when.at(entry["at"]), entry["text"]) for entry in view["lines"]]
    return [title(f"Incident #{view['incident']}"), table(("at", "what happened"), rows)]
