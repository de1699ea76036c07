"""``attend``: what is told of a person who comes to an alarm, at the prompt."""

from argparse import Namespace
from typing import Any, Final

from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Line, Page, Style, line
from monitord.cli.pin import pin_if_named, text_of
from monitord.cli.say_held import unstored
from monitord.cli.until import seconds
from monitord.cli.when import When, span
from monitord.cli.where import of_daemon

View = dict[str, Any]

#: Options that say one thing, and what they say.
_SAYS: Final = ("plan", "arrived", "entered", "safe")


def attend(args: Namespace) -> int:
    """Say it; without a word, who attends is shown."""
    says = next((word for word in _SAYS if getattr(args, word)), "")
    eta_s = None
    if args.eta:
        says, eta_s = "on-the-way", seconds(args.eta)
    elif args.result:
        says = "result"
    if args.companion and says != "entered":
        raise Mistake("--with goes with --entered: who goes in together", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        if not says:
            answer(args, daemon.get("incident", number=args.number), _shown)
            return Exit.DONE
        reply = daemon.ask(
            "attend",
            number=args.number,
            says=says,
            eta_s=eta_s,
            holder=args.holder,
            companion=args.companion,
            result=args.result,
            note=text_of(args, "note"),
            person=args.person,
            pin=pin_if_named(args),
        )
        answer(args, accepted(reply), _told)
    return Exit.DONE


def _shown(view: View) -> Page:
    found = attended(view["incident"]["attendance"], When.of(view))
    return [*found] or [line(f"Nobody attends incident #{view['incident']['number']}.")]


def _told(reply: View) -> Page:
    mine = [a for a in reply["attendance"] if a["holder"] == reply["holder"]]
    return [*attended(mine, When.of(reply)), *unstored(reply)]


def attended(listed: list[View], when: When) -> list[Line]:
    """One line for each who attends: where they are, and what is awaited of them."""
    return [_line(one, when) for one in listed]


def _line(one: View, when: When) -> Line:
    name = Cell(f"{one['holder']}: ", Style.TITLE)
    if not one["running"]:
        return line(name, f"{one['result']}, left at {when.at(one['ended'])}")
    if one["inside"]:
        return line(name, *_inside(one, when))
    if one["arrived"]:
        plan = "" if one["plan"] else "; the arrival plan is not agreed: unset nothing before"
        return line(name, f"there since {when.at(one['arrived'])}", Cell(plan, Style.WARN))
    if one["late"]:
        return line(name, Cell("did not arrive in time; the next one is called", Style.ALARM))
    return line(
        name, f"on the way, awaited in {span(one['due_in_s'])}; then the next one is called"
    )


def _inside(one: View, when: When) -> tuple[str | Cell, ...]:
    alone = Cell(" ALONE", Style.ALARM) if one["alone"] else f" with {one['companion']}"
    if one["missed"]:
        return "inside", alone, Cell(f", not heard of: {one['missed']} calls missed", Style.ALARM)
    return (
        "inside",
        alone,
        f" since {when.at(one['entered'])}; says --safe within {span(one['due_in_s'])}",
    )
