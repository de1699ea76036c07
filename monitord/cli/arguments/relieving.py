"""The PIN for one shift."""

from monitord.cli.arguments.parser import Commands, add, speaker


def relieving(commands: Commands) -> None:
    """Relief."""
    parser = add(commands, "relief", "relief:relief", "a PIN for one shift, for who steps in")
    parser.add_argument(
        "does_what", nargs="?", choices=["give", "end"], help="give one, or end it before its time"
    )
    parser.add_argument("who", nargs="?", metavar="WHO", help="a guard of the site file")
    parser.add_argument("--until", default="", metavar="END", help="06:30, 9h; 14 h at most")
    speaker(parser)
