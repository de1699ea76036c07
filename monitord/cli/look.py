"""``status``, ``points``, ``incidents`` and ``watch``: what a running daemon sees."""

import sys
from argparse import Namespace
from datetime import datetime, timedelta
from typing import Any

from monitord.cli import say_incident, say_status
from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.names import with_names
from monitord.cli.output import answer, print_json_line
from monitord.cli.page import show
from monitord.cli.when import moment
from monitord.cli.where import of_daemon
from monitord.runtime.control.protocol import nearest_text


def status(args: Namespace) -> int:
    """The one screen; the exit code is the verdict."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = with_names(args, daemon, daemon.get("status"))
    answer(args, view, say_status.status)
    return int(view["exit_code"])


def points(args: Namespace) -> int:
    """Every point and what it says."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = daemon.get("points")
    if args.not_seen is not None:
        since = moment(view["now"]) - timedelta(days=args.not_seen)
        view["points"] = [p for p in view["points"] if _unseen(p, since)]
    answer(args, view, say_status.points if args.not_seen is None else say_status.not_seen)
    return Exit.DONE


def _unseen(point: dict[str, Any], since: datetime) -> bool:
    """A detector that has not gone active since then, in real traffic or in a test."""
    if point["category"] == "none" or point["retired"]:
        return False
    return point["last_active"] is None or moment(point["last_active"]) < since


def incidents(args: Namespace) -> int:
    """Open incidents, or one of them whole."""
    with Daemon(of_daemon(args.state)) as daemon:
        if args.number is not None:
            view = with_names(args, daemon, daemon.get("incident", number=args.number))
            answer(args, view, say_incident.whole)
        else:
            view = with_names(args, daemon, daemon.get("incidents", closed=args.all))
            answer(args, view, say_incident.all_incidents if args.all else say_incident.incidents)
    return Exit.DONE


def watch(args: Namespace) -> int:
    """Live values until interrupted, or ``--frames`` of them."""
    with Daemon(of_daemon(args.state)) as daemon:
        device, point = resolve(daemon, args.what)
        for count, view in enumerate(daemon.stream("watch", device=device), 1):
            if point:
                for shown in view["devices"]:
                    shown["points"] = [p for p in shown["points"] if p["point"] == point]
            if args.json:
                print_json_line(view)
            else:
                if sys.stdout.isatty() and count > 1:
                    sys.stdout.write("\x1b[H\x1b[J")
                show(say_status.vitals(view))
            if count == args.frames:
                break
    return Exit.DONE


def resolve(daemon: Daemon, what: str) -> tuple[str, str]:
    """Device and point of a name: a device, a full id, or a short id where it is unique."""
    points = daemon.get("points")["points"]
    devices = [d["id"] for d in daemon.get("devices")["devices"]]
    if what in devices:
        return what, ""
    full = [p for p in points if p["id"] == what or p["id"].partition(".")[2] == what]
    if len(full) == 1:
        return full[0]["device"], full[0]["id"]
    if full:
        names = ", ".join(p["id"] for p in full)
        raise Mistake(f"{what} is the name of several points: write one of {names}")
    known = [*devices, *(p["id"] for p in points), *(p["id"].partition(".")[2] for p in points)]
    raise Mistake(nearest_text("point or device", what, dict.fromkeys(known)), code="unknown")
