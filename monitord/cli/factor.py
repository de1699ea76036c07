"""``user totp``: a second factor on somebody's phone, proven by its first code."""

import sys
from argparse import Namespace
from typing import Any

from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from monitord.cli.page import line
from monitord.cli.pin import code_of
from monitord.cli.where import of_daemon

View = dict[str, Any]


def totp(args: Namespace) -> int:
    """Tell the secret once, and keep it when a code of it comes back."""
    with Daemon(of_daemon(args.state)) as daemon:
        if args.remove:
            reply = daemon.get("user-totp", person=args.person, remove=True)
            words = f"{args.person} has no second factor any more."
            answer(args, reply, lambda _: [line(words)])
            return Exit.DONE
        told = daemon.get("user-totp", person=args.person)
        sys.stderr.write(
            f"Put this into the app of {args.person}, as a key by time; it is shown once:\n"
            f"    {_in_fours(told['secret'])}\n    {told['address']}\n"
            "Then type the six digits that it shows.\n"
        )
        code = code_of()
        if not code:
            raise Mistake("No code was given: nothing was changed")
        reply = daemon.get("user-totp", person=args.person, secret=told["secret"], code=code)
    words = f"{args.person} now gives a code of it wherever the site asks for one."
    answer(args, reply, lambda _: [line(words)])
    return Exit.DONE


def _in_fours(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
