"""PINs, secrets and tokens: user, credential, token."""

from pathlib import Path

from monitord.cli.arguments.parser import Commands, add, asks_daemon, pin


def users(commands: Commands) -> None:
    """PINs."""
    user = commands.add_parser("user", help="people's PINs")
    kinds = user.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    new = add(kinds, "add", "act:add_user", "give a person of the site file their PIN")
    new.add_argument("person", metavar="PERSON")
    new.add_argument(
        "--duress", action="store_true", help="the second one: it does all the same, and calls help"
    )
    pin(new)
    asks_daemon(new)
    totp = add(kinds, "totp", "factor:totp", "set up a person's second factor, or take it away")
    totp.add_argument("person", metavar="PERSON")
    totp.add_argument("--remove", action="store_true", help="they have none any more")
    asks_daemon(totp)


def stations(commands: Commands) -> None:
    """Screens that guard a post."""
    station = commands.add_parser("station", help="the screens that guard a post")
    kinds = station.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    enrol = add(kinds, "enrol", "station:enrol", "a code that makes a screen this station")
    enrol.add_argument("station", metavar="NAME", help="its id under `stations:` of the site file")
    asks_daemon(enrol)


def credentials(commands: Commands) -> None:
    """Secrets of the site file, and tokens of programs."""
    credential = commands.add_parser("credential", help="the secrets that a site file names")
    kinds = credential.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    put = add(kinds, "set", "credential:put", "store a secret, typed or from standard input")
    put.add_argument("name", metavar="NAME", help="as in `secret: {credential: NAME}`")
    put.add_argument(
        "--state", type=Path, metavar="DIR", help="(else $STATE_DIRECTORY, else ./state)"
    )

    token = add(
        commands, "token", "tokens:token", "give a program a token, or revoke it; alone: list"
    )
    token.add_argument("name", nargs="?", metavar="NAME")
    token.add_argument(
        "--role",
        choices=("read", "operator", "hub"),
        default="read",
        help="operator also acknowledges, declares, tightens; hub follows the journal (else read)",
    )
    ends = token.add_mutually_exclusive_group()
    ends.add_argument("--until", metavar="END", help="18:00, 2026-11-24 or both (else no end)")
    ends.add_argument("--for", dest="until", metavar="SPAN", help="90d, 12h")
    token.add_argument("--revoke", action="store_true", help="make it worth nothing")
    asks_daemon(token)
