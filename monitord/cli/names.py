"""People by their names on the screen; scripts (``--json``) keep the ids."""

from argparse import Namespace
from typing import Any, Final

from monitord.cli.client import Daemon

View = dict[str, Any]

#: Where the views name a person by id.
_PEOPLE: Final = frozenset(
    {
        "by",
        "owner",
        "person",
        "people",
        "closed_by",
        "agreed_by",
        "declared_by",
        "offered_by",
        "taken_by",
        "taken_of",
    }
)


def with_names(args: Namespace, daemon: Daemon, view: View) -> View:
    """The view with names for ids where the daemon knows them; as it is with ``--json``."""
    if args.json:
        return view
    named: View = replaced(view, names_of(daemon))
    return named


def names_of(daemon: Daemon) -> dict[str, str]:
    """Id to name; empty when the daemon does not say."""
    reply = daemon.ask("people")
    return {p["id"]: p["name"] for p in reply.get("people", ()) if p["name"]}


def replaced(view: Any, names: dict[str, str], key: str = "") -> Any:
    """``view`` with every id of a person under a key that names people replaced."""
    if isinstance(view, dict):
        return {k: replaced(v, names, k) for k, v in view.items()}
    if isinstance(view, list):
        # The channels of a step stand under ``by`` too, as a list.
        return [replaced(v, names, key if key == "people" else "") for v in view]
    if isinstance(view, str) and key in _PEOPLE:
        return names.get(view, view)
    return view
