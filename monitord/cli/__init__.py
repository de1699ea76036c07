"""The command line: what a person types, and how it ends.

Quick to start: a command's own modules are loaded when it is used. A user's mistake is a line on
standard error that says what to do, never a traceback.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from monitord.cli.arguments import build
from monitord.cli.errors import Exit, Mistake


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit code."""
    args = build().parse_args(argv)
    module, _, function = args.does.partition(":")
    try:
        carry_out = getattr(import_module(f"monitord.cli.{module}"), function)
        return int(carry_out(args))
    except Mistake as mistake:
        sys.stderr.write(f"monitord: {mistake.text}\n")
        if args.json:
            refusal = {"ok": False, "code": mistake.code, "text": mistake.text, **mistake.more}
            sys.stdout.write(json.dumps({**refusal, "exit_code": mistake.exit_code}) + "\n")
        return mistake.exit_code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has had enough (head, less): nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
