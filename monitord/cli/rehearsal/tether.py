"""What ties a process of a rehearsal to it: the standard input, which the rehearsal holds open.

Even a rehearsal that was killed leaves nothing behind. What the rehearsal has to tell comes by the
same way, line by line: it stands in no argument and in no file.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

#: How long an orderly end may take; then it is ended all the same.
END_S: Final = 5.0


def end_with_input(hear: Callable[[str], None] = lambda line: None) -> None:
    """From now on this process ends when its input does; ``hear`` gets each line of it."""
    threading.Thread(target=_wait, args=(hear,), name="tether", daemon=True).start()


def _wait(hear: Callable[[str], None]) -> None:
    for line in sys.stdin:
        hear(line)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(END_S)
    os._exit(1)
