"""The record of everything: journal and its commands, and what is counted out of it."""

from pathlib import Path

from monitord.cli.arguments.parser import Commands, add, asks_daemon, number, pin, speaker, texts


def journal(commands: Commands) -> None:
    """Journal and its commands."""
    journal = commands.add_parser("journal", help="the record of everything")
    kinds = journal.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    verify = add(kinds, "verify", "journal:verify", "whether the journal is whole")
    verify.add_argument("--decode", action="store_true", help="read every entry whole, too")
    tail = add(kinds, "tail", "journal:tail", "the last entries")
    tail.add_argument("-n", "--lines", type=number, default=10, metavar="N")
    tail.add_argument("-f", "--follow", action="store_true", help="and those to come")
    export = add(kinds, "export", "journal:export", "every entry as a line of JSON")
    export.add_argument("--out", type=Path, metavar="FILE", help="(else standard output)")
    erase = add(kinds, "erase", "erase:erase", "forget a person who has left, or one note")
    erase.add_argument("what", metavar="PERSON|NOTE", help="ids, as in dev or note/dev/3-7")
    erase.add_argument(
        "--reason", required=True, metavar="R", help="stays in the journal; no names in it"
    )
    erase.add_argument("--person", default="", metavar="P", help="who you are, with your PIN")
    pin(erase)
    backup = add(kinds, "backup", "backup:backup", "copy all of it, while the daemon runs")
    backup.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="made by this, on another disk"
    )
    restore = add(kinds, "restore", "backup:restore", "begin again with what a backup holds")
    restore.add_argument("backup", type=Path, metavar="BACKUP", help="the folder of a backup")
    restore.add_argument(
        "--state", type=Path, metavar="DIR", required=True, help="an empty folder, or a new one"
    )
    replay = add(kinds, "replay", "journal:replay", "the state, rebuilt from the entries")
    replay.add_argument("--until", metavar="SEQ", help="as it was after this entry")
    replay.add_argument(
        "--from-snapshot", action="store_true", help="begin at the newest snapshot: faster"
    )
    for parser in (tail, export):
        texts(parser)
    for parser in (verify, tail, export, erase, backup, replay):
        asks_daemon(parser)


def evidence(commands: Commands) -> None:
    """An incident with its pictures, for those who were not there."""
    evidence = commands.add_parser("evidence", help="what is kept of incidents, as one ZIP too")
    kinds = evidence.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    export = add(kinds, "export", "evidence:export", "its entries and pictures, with hashes")
    export.add_argument("number", type=number, metavar="N", help="the incident")
    export.add_argument("--out", type=Path, required=True, metavar="ZIP")
    asks_daemon(export)
    listed = add(kinds, "list", "evidence_kept:kept", "what is kept until when, and held by whom")
    asks_daemon(listed)
    hold = add(kinds, "hold", "evidence_kept:hold", "keep its pictures beyond their end")
    hold.add_argument("number", type=number, metavar="N", help="the incident")
    hold.add_argument(
        "--until", required=True, metavar="END", help="look at it again then: 2026-12-24, 30d"
    )
    hold.add_argument("--reason", required=True, metavar="R", help="for whoever looks at it then")
    release = add(kinds, "release", "evidence_kept:release", "they go when their time is over")
    release.add_argument("number", type=number, metavar="N", help="the incident")
    for parser in (hold, release):
        speaker(parser)
    verify = add(kinds, "verify", "evidence:verify", "whether such a ZIP is whole")
    verify.add_argument("zip", type=Path, metavar="ZIP")
    verify.add_argument("--sha256", metavar="HASH", help="and is the one that was exported")


def report(commands: Commands) -> None:
    """What is read out of the journal for people."""
    report = commands.add_parser("report", help="the handover, and how alarms can be handled")
    kinds = report.add_subparsers(metavar="REPORT", dest="subcommand", required=True)
    kpis = add(kinds, "kpis", "report:kpis", "alarms per position, floods, answers, false alarms")
    kpis.add_argument("--days", type=number, default=30, metavar="N", help="up to now (30)")
    kpis.add_argument(
        "--from", dest="begin", metavar="TIME", help="instead: a date or time, as in 2026-11-24"
    )
    kpis.add_argument("--to", dest="end", metavar="TIME", help="until then (else until now)")
    handover = add(kinds, "handover", "handover:handover", "what the next shift must know")
    handover.add_argument("--at", metavar="TIME", help="as it was: 06:00, 2026-11-24T06:00 (now)")
    for parser in (kpis, handover):
        asks_daemon(parser)
