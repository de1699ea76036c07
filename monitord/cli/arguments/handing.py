"""The handover of a post."""

from monitord.cli.arguments.parser import Commands, add, speaker


def handing(commands: Commands) -> None:
    """Handover."""
    parser = add(commands, "handover", "handing:handover", "hand a post over, and take it over")
    parser.add_argument(
        "does_what", nargs="?", choices=["offer", "take"], help="sign as who leaves, or who comes"
    )
    parser.add_argument("--post", default="", metavar="P", help="which (else the only one)")
    parser.add_argument(
        "--refuse", default="", metavar="A,B", help="what you do not take, as the sheet names it"
    )
    parser.add_argument("--reason", default="", metavar="R", help="why not; no names in it")
    speaker(parser)
