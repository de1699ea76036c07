"""The command of the occurrence log."""

from monitord.cli.arguments.parser import Commands, add, number, speaker


def occurrences(commands: Commands) -> None:
    """Log."""
    log = add(commands, "log", "log:log", "the occurrence log of a day, or an entry into it")
    log.add_argument("--day", default="", metavar="DATE", help="as 2026-11-24 (else today)")
    log.add_argument("--kind", default="", metavar="K", help="only this kind")
    log.add_argument("--area", default="", metavar="A", help="only this area; where it happened")
    log.add_argument("--find", default="", metavar="WORDS", help="only lines with these words")
    log.add_argument("--add", default="", metavar="KIND", help="write an entry of this kind: "
                     "visit, delivery, patrol, lost-property, damage, other …")  # fmt: skip
    log.add_argument("--amend", type=number, metavar="N", help="write an addendum to entry N")
    log.add_argument("--at", default="", metavar="TIME", help="when it happened (else now)")
    log.add_argument("--text", default="", metavar="TEXT", help="personal text; - asks for it")
    speaker(log)
