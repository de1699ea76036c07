"""The console of a rehearsal: the real one, for as long as somebody watches.

A process of its own: ``python -m monitord.cli.rehearsal.console STATE PORT``.
"""

import sys
from pathlib import Path

from monitord.cli.rehearsal.plan import LOOPBACK
from monitord.cli.rehearsal.tether import end_with_input


def main() -> int:
    """Serve until the input ends or a signal comes; the exit code."""
    from monitord.console.server import serve

    end_with_input()
    serve(Path(sys.argv[1]), LOOPBACK, int(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
