"""Commands that ask the daemon what is: status, points, areas, incidents, watch."""

from monitord.cli.arguments.parser import Commands, add, asks_daemon, number


def looking(commands: Commands) -> None:
    """Status, points, areas, incidents, watch."""
    status = add(commands, "status", "look:status", "one screen: open, blind, held back, late")
    asks_daemon(status)
    points = add(commands, "points", "look:points", "every point and what it says")
    points.add_argument("--not-seen", type=number, metavar="N", help="quiet for N days")
    asks_daemon(points)
    areas = add(commands, "areas", "held:areas", "what is set, and what is open or held back there")
    areas.add_argument("area", nargs="?", metavar="AREA", help="one of them, with its openings")
    asks_daemon(areas)
    ledger = add(commands, "suppressions", "held:suppressions", "what is held back, by whom, until")
    asks_daemon(ledger)
    incidents = add(commands, "incidents", "look:incidents", "what is open, or one incident")
    incidents.add_argument("number", nargs="?", type=number, metavar="N")
    incidents.add_argument("--all", action="store_true", help="the closed ones too")
    asks_daemon(incidents)
    watch = add(commands, "watch", "look:watch", "raw and decided values, live")
    watch.add_argument("what", metavar="POINT|DEVICE")
    watch.add_argument("--frames", type=int, metavar="N", help="end after N (one a second)")
    asks_daemon(watch)
