"""A row of simulated panels as a real process, driven over its control socket."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

PANEL: Final = Path(sys.executable).with_name("monitord-panel")
OPTIONS: Final = ("--port", "0", "--inputs", "8", "--json")


class PanelRow:
    """``monitord-panel`` with ``count`` panels; panels count from 1 in what it is told."""

    def __init__(self, folder: Path, count: int) -> None:
        self._socket = folder / "panels.sock"
        self._process = subprocess.Popen(
            [str(PANEL), *OPTIONS, "--count", str(count), "--control", str(self._socket)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        announced: dict[str, Any] = json.loads(self._process.stdout.readline())
        self.ports: list[int] = announced["ports"]

    def tell(self, line: str) -> str:
        """One line as a tester types it; the answer."""
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(5)
            talk.connect(str(self._socket))
            talk.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n\n"):
                chunk = talk.recv(4_096)
                assert chunk, f"the panels hung up on: {line}"
                answer += chunk
        return answer.decode().strip()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(5)
        assert self._process.stdout is not None
        self._process.stdout.close()
