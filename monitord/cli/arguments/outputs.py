"""Sirens, strobes and relays: outputs, output."""

from monitord.cli.arguments.parser import Commands, add, asks_daemon, speaker


def switching(commands: Commands) -> None:
    """Outputs, output."""
    says = "sirens, strobes and relays: what is on, and why"
    asks_daemon(add(commands, "outputs", "outputs:outputs", says))
    output = add(commands, "output", "outputs:switch", "switch an output off, or test it")
    output.add_argument("output", metavar="NAME", help="DEVICE.OUTPUT")
    output.add_argument("to_be", choices=["off", "test"], help="test: on, for a while")
    output.add_argument(
        "--for", dest="lasts", default="", metavar="SPAN", help="of a test, 1min at most: 5s"
    )
    speaker(output)
