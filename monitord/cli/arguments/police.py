"""The police references: police."""

from monitord.cli.arguments.parser import Commands, add, speaker


def policing(commands: Commands) -> None:
    """Police."""
    police = add(commands, "police", "police:police", "false calls on each police reference")
    police.add_argument(
        "does_what", nargs="?", choices=["reinstate"], help="the police answer again"
    )
    police.add_argument("reference", nargs="?", metavar="REF", help="on this one")
    police.add_argument("--reason", default="", metavar="R", help="what they wrote; no names in it")
    speaker(police)
