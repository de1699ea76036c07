"""The ledger at the prompt: ``areas``, ``suppressions``, ``isolate``, ``inhibit``, ``restore`` …

Whatever is held back has a reason and an end, and the answer says that end in local time.
"""

from argparse import Namespace
from typing import Any

from monitord.cli import say_held
from monitord.cli.client import Daemon, accepted
from monitord.cli.errors import Exit, Mistake
from monitord.cli.look import resolve
from monitord.cli.names import with_names
from monitord.cli.output import answer
from monitord.cli.pin import pin_if_named, pin_of
from monitord.cli.until import end
from monitord.cli.where import of_daemon
from monitord.runtime.control.protocol import nearest_text

View = dict[str, Any]


def areas(args: Namespace) -> int:
    """Every area, and what is open or held back there; one of them with its openings."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = with_names(args, daemon, daemon.get("areas"))
    if args.area is not None:
        known = [area["area"] for area in view["areas"]]
        if args.area not in known:
            raise Mistake(nearest_text("area", args.area, known))
        view["areas"] = [area for area in view["areas"] if area["area"] == args.area]
        view["posts"] = []
    answer(args, view, say_held.areas if args.area is None else say_held.one_area)
    return Exit.DONE


def suppressions(args: Namespace) -> int:
    """The ledger."""
    with Daemon(of_daemon(args.state)) as daemon:
        view = with_names(args, daemon, daemon.get("suppressions"))
    answer(args, view, say_held.ledger)
    return Exit.DONE


def isolate(args: Namespace) -> int:
    """Take a point or device out of service until an end."""
    with Daemon(of_daemon(args.state)) as daemon:
        return _hold(args, daemon, "out-of-service", args.until, {"source": _id(daemon, args.what)})


def inhibit(args: Namespace) -> int:
    """Hold a point or device back for one set period: over when its area is unset."""
    with Daemon(of_daemon(args.state)) as daemon:
        return _hold(args, daemon, "inhibited", args.until, {"source": _id(daemon, args.what)})


def shelve(args: Namespace) -> int:
    """Hold back one point or device, or all that alarms in an incident, for a while."""
    number = args.what.removeprefix("#")
    with Daemon(of_daemon(args.state)) as daemon:
        if number.isascii() and number.isdecimal():
            daemon.get("incident", number=int(number))
            what: View = {"number": int(number)}
        else:
            what = {"source": _id(daemon, args.what)}
        return _hold(args, daemon, "shelved", args.until, what)


def restore(args: Namespace) -> int:
    """End what people hold back of a point or device before its time."""
    with Daemon(of_daemon(args.state)) as daemon:
        reply = daemon.ask(
            "unsuppress",
            source=args.what,
            person=args.person,
            pin=pin_if_named(args),
        )
    answer(args, accepted(reply), say_held.restored)
    return Exit.DONE


def _hold(args: Namespace, daemon: Daemon, how: str, until: str, what: View) -> int:
    head = daemon.get("suppressions")
    reply = daemon.ask(
        "suppress",
        how=how,
        until=end(until, head),
        reason=args.reason,
        person=args.person,
        pin=pin_of(args, args.person),
        **what,
    )
    answer(args, accepted(reply), lambda r: say_held.held({**head, **r}))
    return Exit.DONE


def _id(daemon: Daemon, what: str) -> str:
    """The full id, before a PIN is typed for nothing. Raises ``Mistake`` with the nearest."""
    device, point = resolve(daemon, what)
    return point or device
