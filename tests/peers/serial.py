"""A serial cable without a wire: two pty ends joined by socat, or one end behind a TCP port."""

import subprocess
from pathlib import Path

from .build import need

PATIENCE_S = 10.0


class Cable:
    """``near`` and ``far`` are serial ports; what is written to one is read at the other."""

    def __init__(self, folder: Path) -> None:
        self.near, self.far = folder / "near", folder / "far"
        self._processes: list[subprocess.Popen[str]] = []
        ends = (f"PTY,link={end},raw,echo=0" for end in (self.near, self.far))
        self._socat(*ends, ready="starting data transfer loop")

    def serve(self, port: int) -> None:
        """Hand the near end on over TCP as it is, one connection after the other."""
        listening = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
        self._socat("-t0", listening, f"FILE:{self.near},raw,echo=0", ready="listening on")

    def cut(self) -> None:
        """End it; the ports are gone."""
        for process in reversed(self._processes):
            process.terminate()
            process.communicate(timeout=PATIENCE_S)

    def _socat(self, *words: str, ready: str) -> None:
        """Start one, and return when it has said ``ready``."""
        command = [need("socat", "socat"), "-d", "-d", *words]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._processes.append(process)
        assert process.stderr is not None
        said = ""
        while ready not in said:
            said = process.stderr.readline()
            assert said, "socat ended"
