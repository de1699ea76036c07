"""``monitord console``: the guards' pages, beside a daemon."""

import sys
from argparse import Namespace

from monitord.cli.errors import Exit, Mistake
from monitord.cli.where import of_daemon


def run(args: Namespace) -> int:
    """Serve until a signal comes."""
    from monitord.console.server import ClearTextRefused, serve

    folder = of_daemon(args.state)
    sys.stdout.write(f"The console is at http://{args.host}:{args.port}/\n")
    sys.stdout.flush()
    try:
        serve(folder, args.host, args.port)
    except ClearTextRefused as error:
        raise Mistake(str(error)) from None
    except OSError as error:
        raise Mistake(f"{args.host}:{args.port} cannot be served: {error.strerror}") from None
    return Exit.DONE
