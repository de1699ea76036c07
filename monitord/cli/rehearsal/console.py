"""The console of a rehearsal: the real one, for as long as somebody watches.

A process of its own: ``python -m monitord.cli.rehearsal.console STATE FD``. FD is the socket that
it serves on: the rehearsal has bound it, so that nobody else can come to its port in between. Each
line of its input is a link that signs on once: ``[TICKET, SESSION]``.
"""

import json
import socket
import sys
from pathlib import Path

from monitord.cli.rehearsal.tether import end_with_input


def main() -> int:
    """Serve until the input ends or a signal comes; the exit code."""
    from monitord.console.desk import Desk
    from monitord.console.server import serve_on

    desk = Desk(Path(sys.argv[1]))
    end_with_input(lambda line: desk.links.give(*json.loads(line)))
    serve_on(desk, socket.socket(fileno=int(sys.argv[2])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
