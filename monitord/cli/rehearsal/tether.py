"""What ties a process of a rehearsal to it: the standard input, which the rehearsal holds open.

Even a rehearsal that was killed leaves nothing behind.
"""

import os
import signal
import threading
from typing import Final

#: How long an orderly end may take; then it is ended all the same.
END_S: Final = 5.0


def end_with_input() -> None:
    """From now on this process ends when its input does."""
    threading.Thread(target=_wait, name="tether", daemon=True).start()


def _wait() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(END_S)
    os._exit(1)
