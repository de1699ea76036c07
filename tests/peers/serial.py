"""A serial cable without a wire: two pty ends joined by socat, or one end behind a TCP port."""

import subprocess
import time
from pathlib import Path

from .build import need

PATIENCE_S = 10.0


class Cable:
    """``near`` and ``far`` are serial ports; what is written to one is read at the other."""

    def __init__(self, folder: Path) -> None:
        self.near, self.far = folder / "near", folder / "far"
        self._processes = [self._socat(*(f"PTY,link={end},raw,echo=0" for end in self._ends()))]
        ends_s = time.monotonic() + PATIENCE_S
        while not all(end.exists() for end in self._ends()):
            assert time.monotonic() < ends_s, "socat made no serial ports"
            time.sleep(0.02)

    def serve(self, port: int) -> None:
        """Hand the near end on over TCP as it is, one connection after the other."""
        listening = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
        self._processes.append(self._socat("-t0", listening, f"FILE:{self.near},raw,echo=0"))

    def cut(self) -> None:
        """End it; the ports are gone."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(PATIENCE_S)

    def _ends(self) -> tuple[Path, Path]:
        return self.near, self.far

    def _socat(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([need("socat", "socat"), *words], stderr=subprocess.DEVNULL)
