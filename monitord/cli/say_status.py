"""The one screen, and the list of points, in words. Renderers: plain dicts in, a page out."""

from typing import Any, Final

from monitord.cli import mode, outputs, say_floods, say_incident
from monitord.cli.page import Cell, Page, Style, line, table, title
from monitord.cli.say_held import HOW
from monitord.cli.when import When, moment, span

View = dict[str, Any]

#: A shorter time in which nobody looked is a connection being made; ``--json`` has it.
WORTH_TELLING_S: Final = 2.0

_VERDICT: Final = {"guarded": Style.GOOD, "alarm": Style.ALARM, "blind": Style.WARN}
_STATE: Final = {
    "normal": Style.PLAIN,
    "active": Style.ALARM,
    "tamper": Style.ALARM,
    "fault": Style.WARN,
    "unknown": Style.WARN,
}


def status(view: View) -> Page:
    """Everything that is not as it should be, worst first."""
    when = When.of(view)
    page: Page = [
        line(
            Cell(view["site"]["name"], Style.TITLE),
            f"   {when.now()}   {mode.in_words(view['run_in'], when)}",
        ),
        line(Cell(view["in_words"], _VERDICT[view["verdict"]])),
    ]
    page += _store(view["store"])
    page += _site_held(view["site_held"], when)
    for erasure in view["erasures"]:
        what = erasure["person"] or f"order {erasure['order']}"
        words = f"Not erased yet: {what}, ordered {when.since(erasure['since'])}. Look at the disk."
        page.append(line(Cell(words, Style.WARN)))
    page += say_floods.flood(view, when)
    page += _open(view, when) + _blind(view, when) + _held_back(view, when)
    page += say_floods.maintenance(view, when)
    page += _outputs(view)
    page += _late_and_stale(view) + _was_blind(view, when)
    page += _retired(view, when) + _nobody_looked(view, when)
    page += [line(), *_areas(view), _watched(view)]
    return page


def _store(store: View) -> Page:
    """What is wrong with the record, the worst alone."""
    if store["degraded"]:
        why = store["reason"] or "the disk does not answer"
        said = line(Cell(f"The journal is held in memory: {why}", Style.ALARM))
    elif store["reserve_spent"]:
        words = "The journal's disk is full: its reserve takes what matters, plain readings wait"
        said = line(Cell(words, Style.ALARM))
    elif store["giving_way"]:
        said = line(Cell("Plain readings give way: points may have returned to normal", Style.WARN))
    elif store["disk_low"]:
        said = line(Cell("The journal's disk is nearly full: make room", Style.WARN))
    else:
        return []
    return [said]


def _nobody_looked(view: View, when: When) -> Page:
    """Closed as assumed false within the last days: somebody should still go and look."""
    return [
        line(Cell(f"Nobody looked{' inside' * i['from_outside']}: ", Style.WARN),
             f"incident #{i['incident']}, {i['place']}, closed as assumed false by {i['by']} at ",
             when.at(i["closed"]))
        for i in view["nobody_looked"]
    ]  # fmt: skip


def _site_held(held: View | None, when: When) -> Page:
    if held is None:
        return []
    asked = f"{held['by']} asked for it" if held["by"] else "a start found it"
    number = held["number"]
    waits = f"A changed site file waits for a second person {when.since(held['since'])}; {asked}."
    return [
        line(Cell(waits, Style.WARN)),
        line(
            "See what it changes: monitord reload --dry-run. "
            f"Say yes: monitord reload confirm {number}. Until then the old one is guarded.",
            indent=4,
        ),
    ]


def _open(view: View, when: When) -> Page:
    if not view["open"]:
        return []
    return [line(), title("Open"), *say_incident.some(view["open"], when)]


def _outputs(view: View) -> Page:
    """What is on, or not known to be off."""
    said = [found for output in view["outputs"] for found in outputs.lines(output)]
    return [line(), title("Switched"), *said] if said else []


def _blind(view: View, when: When) -> Page:
    rows = [
        (
            Cell(b.get("device") or b["point"], Style.WARN),
            b["name"],
            ", ".join(b["areas"]),
            str(b["points"]),
            when.since(b["since"]),
            b["cause_words"],
        )
        for b in view["blind"]
    ]
    columns = ("who", "name", "areas", "points", "nobody sees it", "because")
    return [line(), title("Blind"), table(columns, rows)] if rows else []


def _held_back(view: View, when: When) -> Page:
    rows = [
        (Cell(h["source"], Style.WARN), h["how"], h["by"], when.at(h["until"]), h["reason"])
        for h in view["held_back"]
    ]
    columns = ("what", "how", "by", "until", "because")
    return [line(), title("Held back"), table(columns, rows)] if rows else []


def _late_and_stale(view: View) -> Page:
    page: Page = []
    if view["late"]:
        rows = [
            (v["device"], f"{v['missed']} of {v['missed'] + v['polls']} polls missed")
            for v in view["late"]
        ]
        page += [line(), title("Late"), table(("device", "since the start"), rows)]
    if view["stale"]:
        rows = [
            (v["device"], "never" if v["age_ms"] is None else span(v["age_ms"] / 1000))
            for v in view["stale"]
        ]
        page += [line(), title("Stale"), table(("device", "last answer"), rows)]
    return page


def _was_blind(view: View, when: When) -> Page:
    rows = [
        (b["device"], when.at(b["from"]), when.at(b["until"]))
        for b in view["was_blind"]
        if (moment(b["until"]) - moment(b["from"])).total_seconds() >= WORTH_TELLING_S
    ]
    columns = ("device", "from", "until")
    return [line(), title("Nobody was looking"), table(columns, rows)] if rows else []


def _retired(view: View, when: When) -> Page:
    rows = [
        (
            Cell(r["point"], Style.WARN),
            r["name"],
            r["place"],
            when.since(r["since"]),
            ", ".join([*(f"close incident {n}" for n in r["incidents"]),
                       *(f"restore it: it is {HOW[how]}" for how in r["held_back"])]),
        )
        for r in view["retired"]
    ]  # fmt: skip
    columns = ("point", "name", "place", "left the site file", "until you")
    return [line(), title("Retired: watched by nobody"), table(columns, rows)] if rows else []


def _areas(view: View) -> Page:
    words = {"set": "Set", "unset": "Unset", "unknown": "Unknown, guarded as set"}
    return [
        line(f"{words[group]}: ", "; ".join(map(_area, view["areas"][group])))
        for group in words
        if view["areas"][group]
    ]


def _area(area: View) -> str:
    """Its name, whether it is late by its hours, and who passes there just now."""
    part = " (part set)" if area["state"] == "part-set" else ""
    late = f" ({area['late']})" if area["late"] else ""
    return f"{area['place']}{part}{late}{_PASSING.get(area['phase'], '')}"


_PASSING: Final = {"exit": " (being left)", "entry": " (somebody came in: to be unset now)"}


def _watched(view: View) -> Any:
    seen = view["watched"]
    return line(
        Cell(
            f"{seen['devices_answering']} of {seen['devices']} devices answer, "
            f"{seen['points_known']} of {seen['points']} points are known; "
            f"journal at {view['position']}",
            Style.DIM,
        )
    )


def _value(point: View) -> str:
    """What it says, with its unit, and the limits that this is past; of a supply also its need."""
    value = point["value"]
    said = "" if value is None else str(value)
    if isinstance(value, int | float):
        said = f"{said} {point['unit']}".strip()
    if said and point["need"] is not None:
        said += f" of {point['need']:g}"
    return " ".join([said, *point.get("crossed", [])]).strip()


def points(view: View) -> Page:
    """Every point, and how many are in which state."""
    when = When.of(view)
    rows = [
        (
            Cell("retired" if p["retired"] else p["state"], _STATE[p["state"]]),
            p["id"],
            p["place"],
            p["name"],
            when.at(p["since"]),
            _value(p),
            ", ".join(p["held_back"]),
        )
        for p in view["points"]
    ]
    counts = ", ".join(f"{n} {state}" for state, n in view["counts"].items() if n)
    columns = ("state", "point", "place", "name", "since", "value", "held back")
    return [line(counts or "The site has no points."), *([table(columns, rows)] if rows else [])]


def not_seen(view: View) -> Page:
    """Detectors that have not gone active for so long, and when they did last."""
    when = When.of(view)
    if not view["points"]:
        return [line(Cell("Every detector has been seen active since.", Style.GOOD))]
    rows = [
        (p["id"], p["place"], p["name"], when.at(p["last_active"]) if p["last_active"] else "never")
        for p in view["points"]
    ]
    return [table(("point", "place", "name", "last active"), rows)]


def vitals(view: View) -> Page:
    """What each point last answered: raw, decided, age and how fast it came."""
    rows = [
        (
            p["point"],
            Cell(p["state"], _STATE.get(p["state"], Style.WARN)),
            p["raw"],
            "" if p["value"] is None else str(p["value"]),
            "never" if d["age_ms"] is None else f"{d['age_ms']} ms",
            "" if d["latency_us"] is None else f"{d['latency_us'] / 1000:.1f} ms",
            d["detail"] if d["cause"] else "",
        )
        for d in view["devices"]
        for p in d["points"]
    ]
    columns = ("point", "state", "raw", "value", "age", "answer", "trouble")
    return [table(columns, rows)] if rows else [line("There is nothing to watch here.")]
