"""The console of a rehearsal: the real one, for as long as somebody watches.

A process of its own: ``python -m monitord.cli.rehearsal.console STATE FD TOLD``. FD is the socket
that it serves on: the rehearsal has bound it, so that nobody else can come to its port in between.
Each line of its input is a link that signs on once: ``[TICKET, SESSION]``. TOLD is a pipe: a byte
goes into it when such a link is opened.
"""

import json
import os
import socket
import sys
from pathlib import Path

from monitord.cli.rehearsal.tether import end_with_input


def main() -> int:
    """Serve until the input ends or a signal comes; the exit code."""
    from monitord.console.desk import Desk
    from monitord.console.links import Links
    from monitord.console.server import serve_on

    told = int(sys.argv[3])

    class ToldLinks(Links):
        """Links of which the rehearsal hears when one is opened."""

        def take(self, ticket: str) -> str:
            session = super().take(ticket)
            if session:
                os.write(told, b"\n")
            return session

    desk = Desk(Path(sys.argv[1]))
    desk.links = ToldLinks()
    end_with_input(lambda line: desk.links.give(*json.loads(line)))
    serve_on(desk, socket.socket(fileno=int(sys.argv[2])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
