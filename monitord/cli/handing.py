"""``handover``: whoever leaves a post signs for what is open, whoever comes takes it over (H2)."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.giving import give, look
from monitord.cli.page import Cell, Line, Page, Style, line, title
from monitord.cli.pin import pin_of
from monitord.cli.say_held import unstored
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def handover(args: Namespace) -> int:
    """Show what would be handed over; sign as who leaves, or as who comes, with the PIN."""
    refuses = [item.strip() for item in args.refuse.split(",") if item.strip()]
    if (refuses or args.reason) and args.does_what != "take":
        raise Mistake("--refuse and --reason go with `handover take`", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        if args.does_what is None:
            look(args, daemon, "handover", _page)
            return Exit.DONE
        more = {"refuses": refuses, "reason": args.reason} if args.does_what == "take" else {}
        give(
            args,
            daemon,
            f"handover-{args.does_what}",
            _page,
            post=args.post,
            pin=pin_of(args, args.person),
            **more,
        )
    return Exit.DONE


def _page(view: View) -> Page:
    when = When.of(view)
    page: Page = [title("To hand over now")]
    page += [line(item["name"], f"  ({item['item']})", indent=4) for item in view["items"]]
    if not view["items"]:
        page.append(line(Cell("nothing is open", Style.GOOD), indent=4))
    for post in view["posts"]:
        page += _post(post, when)
    if not view["posts"]:
        page.append(line("No post is in the site file: there is nothing to hand over."))
    return page + (unstored(view) if "stored" in view else [])


def _post(post: View, when: When) -> list[Line]:
    due = f", due {when.at(post['due'])}" if post["due"] else ""
    found = [line(Cell(post["post"], Style.TITLE), due)]
    if post["offered"]:
        said = f"signed by {post['offered_by']} {when.at(post['offered'])}: take it over with"
        found.append(line(Cell(f"{said} `monitord handover take`", Style.WARN), indent=4))
        found += [line(f"{item['name']}  ({item['item']})", indent=8) for item in post["sheet"]]
    if post["taken"]:
        words = f"taken over {when.at(post['taken'])} by {post['taken_by']} of {post['taken_of']}"
        found.append(line(words, indent=4))
    if post["refused"]:
        names = ", ".join(item["name"] for item in post["refused"])
        words = f"not taken over: {names}: {post['reason']}"
        found.append(line(Cell(words, Style.ALARM), indent=4))
    return found
