"""Areas and the ledger in words. Renderers: plain dicts in, a page out."""

from typing import Any, Final

from monitord.cli.page import Cell, Line, Page, Style, line, table
from monitord.cli.when import When, span

View = dict[str, Any]

_STATE: Final = {
    "set": "set",
    "part-set": "part set",
    "unset": "UNSET",
    "unknown": "unknown, guarded as set",
}
HOW: Final = {
    "shelved": "shelved",
    "out-of-service": "isolated",
    "suppressed-by-design": "suppressed by design",
    "inhibited": "inhibited for this set period",
    "test": "in test",
}


def how(held: View) -> str:
    """``isolated, maintenance 3``."""
    under = f", maintenance {held['maintenance']}" if held["maintenance"] else ""
    return HOW[held["how"]] + under


def areas(view: View) -> Page:
    """Area by area: set or not, by what, and what stands open or is held back."""
    when = When.of(view)
    if not view["areas"]:
        return [line("The site has no areas.")]
    page: Page = []
    for area in view["areas"]:
        page += _area(area, when)
    return [*page, *(line(_post(post, when)) for post in view["posts"])]


def one_area(view: View) -> Page:
    """One area, and each of its openings: open, shut, not known, or without any contact."""
    when, (area,) = When.of(view), view["areas"]
    page: Page = list(_area(area, when))
    if not area["openings"]:
        return [*page, line("No opening of it has a contact, and none is declared.", indent=4)]
    rows = [
        (
            opening["name"],
            opening["point"] or Cell("no contact", Style.WARN),
            Cell(_OPENING.get(opening["state"], opening["state"]), _opening_style(opening)),
            "" if opening["since"] is None else when.since(opening["since"]),
        )
        for opening in area["openings"]
    ]
    return [*page, table(("opening", "contact", "stands", "last change"), rows)]


_OPENING: Final = {"active": "open", "normal": "shut", "unknown": "not known"}


def _opening_style(opening: View) -> Style:
    return Style.GOOD if opening["state"] == "normal" else Style.WARN


_LATE: Final = {
    "late to set": "not set, and late: see that it is empty, then set it",
    "late to open": "not opened, and late: find out who was to open it, and whether they are well",
}


def _passing(area: View) -> str:
    """Who leaves or comes in, and what is to be done by when."""
    left = f"{area['seconds_left']} s"
    match area["phase"]:
        case "exit":
            return f"being left: out and the door shut within {left}"
        case "entry":
            return f"somebody came in by {area['way_in']}: unset it within {left}"
        case _:
            return f"alarm, not told outside yet: unset it within {left} to call it back"


def _area(area: View, when: When) -> list[Line]:
    style = {"unset": Style.WARN, "unknown": Style.WARN}.get(area["state"], Style.GOOD)
    by = "by monitord" if area["set_by"] == "monitord" else f"by {area['set_by_name']}"
    found = [
        line(
            Cell(area["place"], Style.TITLE),
            f" ({area['area']}): ",
            Cell(_STATE[area["state"]], style),
            f" {when.since(area['since'])}, {by}",
        )
    ]
    if area["phase"] != "steady":
        found.append(line(Cell(_passing(area), Style.WARN), indent=4))
    found += [
        line(Cell("power came back: ", Style.WARN),
             f"the detectors of {panel['name']} alarm in {panel['seconds_left']} s", indent=4)
        for panel in area["settling"]
    ]  # fmt: skip
    if area["hours"]["open"] is not None:
        found.append(line(_hours(area["hours"], when), indent=4))
    if area.get("exception"):
        said = area["exception"]
        text = f"until {when.minute(said['until'])}, by {said['by']}: {said['reason']}"
        found.append(line(Cell("may be unset by exception: ", Style.WARN), text, indent=4))
    if area.get("late"):
        found.append(line(Cell(_LATE[area["late"]], Style.ALARM), indent=4))
    if area["incidents"]:
        numbers = ", ".join(f"#{n}" for n in area["incidents"])
        found.append(line(Cell(f"incident {numbers} is open", Style.ALARM), indent=4))
    found += [
        line(Cell(f"{p['state']}: ", _point(p)), f"{p['name']} ({p['point']}), ",
             when.since(p["since"]), indent=4)
        for p in area["not_normal"]
    ]  # fmt: skip
    found += [
        line(Cell("cannot confirm: ", Style.WARN), f"{source}, active since before its window "
             "was over; it counts again when it has returned", indent=4)
        for source in area["cannot_confirm"]
    ]  # fmt: skip
    found += [
        line(Cell("held back: ", Style.WARN), f"{h['source']}, {how(h)} by {h['by']} ",
             f"until {when.at(h['until'])}: {h['reason']}", indent=4)
        for h in area["held_back"]
    ]  # fmt: skip
    return found


def _hours(hours: View, when: When) -> str:
    """When it may be unset, as a guard would say it."""
    match hours["may_be_unset"]:
        case "unknown":
            return "its hours are not known at the moment: to be set"
        case "open" if hours["until"] is None:
            return f"may be unset, and at least until {when.minute(hours['laid_until'])}"
        case "open":
            return f"may be unset until {when.minute(hours['until'])}"
        case _ if hours["next"] is None:
            return f"to be set, and at least until {when.minute(hours['laid_until'])}"
    return f"to be set; may be unset from {when.minute(hours['next'])}"


def _post(post: View, when: When) -> str:
    """When somebody must be there."""
    who = f"Post {post['post']}"
    match post["manned"]:
        case None:
            return f"{who}: its rota is not known at the moment"
        case True if post["until"] is None:
            return f"{who}: to be manned by {post['minimum']}, always"
        case True:
            return f"{who}: to be manned by {post['minimum']} until {when.minute(post['until'])}"
        case _ if post["next"] is None:
            return f"{who}: nobody until {when.minute(post['laid_until'])}, and longer"
    return f"{who}: nobody until {when.minute(post['next'])}"


def _point(point: View) -> Style:
    return Style.ALARM if point["state"] in ("active", "tamper") else Style.WARN


def ledger(view: View) -> Page:
    """Everything that is held back, what ends first above."""
    when = When.of(view)
    waits = [_not_proven(point, when) for point in view["not_proven"]]
    if not view["held_back"]:
        return [line(Cell("Nothing is held back.", Style.GOOD)), *waits]
    rows = [
        (Cell(h["source"], Style.WARN), h["name"], h["place"], how(h), h["by"],
         when.at(h["until"]), span(h["left_s"]), h["reason"])
        for h in view["held_back"]
    ]  # fmt: skip
    return [
        table(("what", "name", "place", "how", "by", "until", "left", "because"), rows),
        *waits,
    ]


def _not_proven(point: View, when: When) -> Line:
    """Nobody holds it back, and nobody knows whether it watches."""
    said = Cell("not restored: " if point["failed"] else "is to show that it watches: ", Style.WARN)
    return line(said, f"{point['source']}, {point['name']}, {point['place']}, {point['missing']} ",
                f"(since {when.at(point['since'])}: {point['asked']})")  # fmt: skip


def held(view: View) -> Page:
    """What a command has just held back, each with its end in local time."""
    when = When.of(view)
    page: Page = [
        line(
            Cell(f"{h['source']} is {how(h)} until {when.at(h['until'])}", Style.WARN),
            f" ({span(h['left_s'])}). Give it back sooner: monitord restore {h['source']}",
        )
        for h in view["held_back"]
    ]
    return page + unstored(view)


def restored(view: View) -> Page:
    """What a command has just given back."""
    how = " and ".join(HOW[word] for word in view["ended"])
    text = f"{view['source']} is no longer {how}: it alarms again, at once if it is active."
    return [line(Cell(text, Style.GOOD)), *unstored(view)]


def unstored(view: View) -> Page:
    """A warning for an answer that the disk has not taken yet."""
    if view["stored"]:
        return []
    return [line(Cell("It holds, but the disk has not stored it yet.", Style.WARN))]
