"""One command to the daemon in a person's name, and its answer with names: what most verbs are."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from monitord.cli.client import Daemon, accepted
from monitord.cli.names import with_names
from monitord.cli.output import answer
from monitord.cli.page import Page

View = dict[str, Any]
Draw = Callable[[View], Page]


def give(args: Namespace, daemon: Daemon, do: str, draw: Draw, *, pin: str, **more: Any) -> None:
    """Give it in the name of ``--person``, and draw what came of it. Raises ``Mistake`` for a
    refusal."""
    reply = daemon.ask(do, person=args.person, pin=pin, **more)
    answer(args, with_names(args, daemon, accepted(reply)), draw)


def look(args: Namespace, daemon: Daemon, do: str, draw: Draw) -> None:
    """Draw what a verb that only looks answers. Raises ``Mistake`` for a refusal."""
    answer(args, with_names(args, daemon, daemon.get(do)), draw)
