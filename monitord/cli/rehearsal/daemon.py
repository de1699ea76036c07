"""The daemon of a rehearsal: the real one, on a simulated site, for as long as somebody watches.

A process of its own: ``python -m monitord.cli.rehearsal.daemon STATE``. It ends with its standard
input, which the rehearsal holds open: even one that was killed leaves no daemon behind.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Final

#: How long an orderly end may take; then it is ended all the same.
END_S: Final = 5.0


def main() -> int:
    """Guard until the input ends or a signal comes; the exit code."""
    from monitord import app

    threading.Thread(target=_end_with_input, name="tether", daemon=True).start()
    return app.rehearse(Path(sys.argv[1]))


def _end_with_input() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(END_S)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
