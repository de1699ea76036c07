"""``token``: what programs show instead of a PIN. Told once, then only its hash is kept."""

from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line, table
from monitord.cli.until import end
from monitord.cli.when import When
from monitord.cli.where import of_daemon

View = dict[str, Any]


def token(args: Namespace) -> int:
    """Make a token, revoke one, or list them."""
    if args.revoke and args.name is None:
        raise Mistake("Say which: monitord token NAME --revoke", exit_code=Exit.USAGE)
    with Daemon(of_daemon(args.state)) as daemon:
        if args.name is None:
            answer(args, daemon.get("tokens"), _list)
        elif args.revoke:
            answer(args, daemon.get("token-revoke", name=args.name), _revoked)
        else:
            until = end(args.until, daemon.get("tokens")) if args.until else ""
            asked = {"name": args.name, "role": args.role, "until": until}
            answer(args, daemon.get("token-add", **asked), _made)
    return Exit.DONE


def _list(view: View) -> Page:
    if not view["tokens"]:
        return [line("No program has a token.")]
    when = When.of(view)
    rows = [(t["name"], t["role"], when.at(t["made"]), _end(when, t)) for t in view["tokens"]]
    return [table(("token", "may", "made", "until"), rows)]


def _end(when: When, token: View) -> str:
    return when.at(token["until"]) if token["until"] else "it is revoked"


def _made(view: View) -> Page:
    return [
        line(view["token"]),
        line(Cell("This is shown once. Only who has it can use it, and it lies in no file.",
                  Style.WARN)),
    ]  # fmt: skip


def _revoked(view: View) -> Page:
    return [line(Cell(f"The token {view['name']} is worth nothing any more.", Style.GOOD))]
