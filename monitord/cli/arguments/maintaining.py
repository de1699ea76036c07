"""Who is let in to work on the system: maintenance."""

from monitord.cli.arguments.parser import Commands, add, speaker


def maintaining(commands: Commands) -> None:
    """Maintenance."""
    parser = add(commands, "maintenance", "maintain:maintenance", "who may isolate for their work")
    parser.add_argument(
        "does_what", nargs="?", choices=["grant", "end"], help="let somebody in, or end it"
    )
    parser.add_argument("what", nargs="?", metavar="WHO|N", help="an integrator or tester; a grant")
    parser.add_argument("--areas", default="", metavar="A,B", help="where; ids in the site file")
    parser.add_argument("--until", default="", metavar="END", help="18:00, 2h; 24 h at most")
    parser.add_argument(
        "--reason", default="", metavar="R", help="shown until it ends; no names in it"
    )
    speaker(parser)
