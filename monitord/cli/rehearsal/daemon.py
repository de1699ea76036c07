"""The daemon of a rehearsal: the real one, on a simulated site, for as long as somebody watches.

A process of its own: ``python -m monitord.cli.rehearsal.daemon STATE``.
"""

import sys
from pathlib import Path

from monitord.cli.rehearsal.tether import end_with_input


def main() -> int:
    """Guard until the input ends or a signal comes; the exit code."""
    from monitord import app

    end_with_input()
    return app.rehearse(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
