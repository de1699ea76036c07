"""Where a command's answer goes: JSON for scripts, a page for people."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from monitord.cli.errors import Mistake
from monitord.cli.page import Page, show


def answer(args: Namespace, view: Any, render: Callable[[Any], Page]) -> None:
    """Print ``view`` as JSON with ``--json``, else as the page that ``render`` makes of it.

    Raises ``Mistake`` where the daemon did not say what the page needs: it began before an update.
    """
    if args.json:
        print_json(view)
        return
    try:
        page = render(view)
    except KeyError as missing:
        words = f"The daemon did not say {missing}: it is of another version than this command"
        cure = "Restart it, or add --json to see what it said"
        raise Mistake(f"{words}. {cure}", code="version") from missing
    show(page)


def print_json(view: Any) -> None:
    """One document, readable; what ``ok`` says stays for the socket."""
    shown = {k: v for k, v in view.items() if k != "ok"} if isinstance(view, dict) else view
    sys.stdout.write(json.dumps(shown, indent=2) + "\n")
    sys.stdout.flush()


def print_json_line(view: Any) -> None:
    """One line of a stream."""
    shown = {k: v for k, v in view.items() if k != "ok"} if isinstance(view, dict) else view
    sys.stdout.write(json.dumps(shown) + "\n")
    sys.stdout.flush()
