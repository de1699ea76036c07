"""What people do with incidents and with the site: acknowledge, close, confirm, declare, reload."""

from argparse import ArgumentParser
from typing import Final

from monitord.cli.arguments.parser import (
    Commands,
    add,
    asks_daemon,
    number,
    pin,
    speaker,
    texts,
)

#: As ``core.causes`` has them, which is not imported here: help must be quick.
OTHERS: Final = "police, keyholder, fire-service, neighbour or visitor"
CAUSES: Final = "attack, false-alarm, assumed-false, fault, test, mistake, weather or other"

#: As ``core.attendance`` has them.
RESULTS: Final = "left, with: nothing-found, intruder, damage or stood-down"


def acting(commands: Commands) -> None:
    """Everything done to one incident; then the site, and the reasons of the calls."""
    _incidents(commands)
    _step(commands)
    _attendance(commands)
    _reload(commands)
    explain = add(commands, "explain", "journal:explain", "why each call was or was not made")
    explain.add_argument("number", type=number, metavar="N")
    texts(explain)
    asks_daemon(explain)


def _incidents(commands: Commands) -> None:
    acknowledge = add(commands, "acknowledge", "act:acknowledge", "take an incident")
    acknowledge.add_argument("number", nargs="?", type=number, metavar="N")
    acknowledge.add_argument(
        "--seen", type=int, metavar="REV", help="the revision that was looked at (for scripts)"
    )
    close = _close(commands)
    agree = add(commands, "agree", "act:agree", "close an incident as another person has asked")
    agree.add_argument("number", type=number, metavar="N")
    for parser in (close, agree):
        parser.add_argument(
            "--seen", type=int, metavar="REV", help="the revision that was looked at"
        )
    confirm = add(commands, "confirm", "act:confirm", "say that an incident is real")
    confirm.add_argument("number", type=number, metavar="N")
    confirm.add_argument(
        "--how",
        required=True,
        choices=("seen", "on-scene"),
        help="seen on a picture, or by somebody on the spot",
    )
    declare = add(commands, "declare", "act:declare", "raise an alarm by hand")
    declare.add_argument("category", metavar="CATEGORY", help="theft, fire, medical, bomb-call, …")
    declare.add_argument(
        "--area", required=True, metavar="A", help="where: its id in the site file"
    )
    speaker(agree)
    for parser in (acknowledge, close, agree):
        parser.add_argument(
            "--opened",
            default="",
            metavar="TIME",
            help="with --seen: when the incident that was looked at was opened, as --json has it",
        )
    for parser in (acknowledge, close, confirm, declare):
        parser.add_argument(
            "--note",
            default="",
            metavar="TEXT",
            help="kept apart as personal text; others on this machine can see an argument, "
            "- asks for it or reads it from standard input",
        )
        speaker(parser)


def _close(commands: Commands) -> ArgumentParser:
    close = add(commands, "close", "act:close", "close an incident that has been handled")
    close.add_argument("number", type=number, metavar="N")
    close.add_argument("--cause", required=True, metavar="C", help=CAUSES)
    close.add_argument(
        "--finding",
        required=True,
        metavar="F",
        help="what was found, in a word or two; - asks for it, so that no other user sees it",
    )
    close.add_argument(
        "--found-by",
        default="",
        metavar="WHO",
        help="who found it: a person of the site, " + OTHERS,
    )
    close.add_argument(
        "--looked",
        default="",
        choices=("inside", "picture", "outside", "nobody"),
        help="from where: what was only seen from outside closes as assumed-false",
    )
    return close


def _step(commands: Commands) -> None:
    step = add(
        commands, "step", "act:step", "say that a step of an incident's plan is done, or not"
    )
    step.add_argument("number", type=number, metavar="N")
    step.add_argument("step", type=number, metavar="STEP", help="its number in the plan")
    step.add_argument(
        "--refuse", default="", metavar="REASON", help="it is not done, and why; no names in it"
    )
    speaker(step)


def _attendance(commands: Commands) -> None:
    attend = add(commands, "attend", "attend:attend", "tell of somebody who comes to an alarm")
    attend.add_argument("number", type=number, metavar="N", help="the incident; alone: who comes")
    says = attend.add_mutually_exclusive_group()
    says.add_argument("--eta", default="", metavar="SPAN", help="on the way, there in so long")
    says.add_argument("--plan", action="store_true", help="the arrival plan is agreed")
    says.add_argument("--arrived", action="store_true", help="at the house")
    says.add_argument("--entered", action="store_true", help="went in: says --safe from now on")
    says.add_argument("--safe", action="store_true", help="inside, and well")
    says.add_argument("--result", default="", metavar="R", help=RESULTS)
    attend.add_argument(
        "--with", default="", dest="companion", metavar="P", help="who goes in with them"
    )
    attend.add_argument(
        "--holder", default="", metavar="P", help="of whom it is told (else of yourself)"
    )
    attend.add_argument("--note", default="", metavar="TEXT", help="personal text; - asks for it")
    speaker(attend)


def _reload(commands: Commands) -> None:
    reload = add(commands, "reload", "reload:reload", "guard the site as its file has it now")
    reload.add_argument("confirm", nargs="?", choices=["confirm"], help="a second person's yes")
    reload.add_argument("number", nargs="?", type=number, metavar="N", help="to what waits")
    mode = reload.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="only say what it changes")
    mode.add_argument(
        "--unless-weaker", action="store_true", help="take it, asking nobody, if it weakens nothing"
    )
    reload.add_argument("--person", default="", metavar="P", help="who you are, with your PIN")
    pin(reload)
    asks_daemon(reload)
