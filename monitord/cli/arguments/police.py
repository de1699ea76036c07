"""The police references: police."""

from monitord.cli.arguments.parser import Commands, add, speaker


def policing(commands: Commands) -> None:
    """Police."""
    police = add(commands, "police", "police:police", "false calls on each police reference")
    police.add_argument(
        "does_what",
        nargs="?",
        choices=["reinstate", "told"],
        help="the police answer again; or: they know of an incident",
    )
    police.add_argument("reference", nargs="?", metavar="REF|N", help="on this one; its number")
    police.add_argument("--reason", default="", metavar="R", help="what they wrote; no names in it")
    police.add_argument(
        "--by-centre", action="store_true", help="with told: the receiving centre has rung them"
    )
    speaker(police)
