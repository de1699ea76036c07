"""Real processes for the system tests: the daemon, and a gateway that it posts its calls to."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from monitord.core.events import Entry
from monitord.journal.codec import decode
from monitord.journal.reader import JournalReader
from monitord.journal.records import Stored

MONITORD: Final = Path(sys.executable).with_name("monitord")
PATIENCE_S: Final = 20.0
#: What a person says who has looked, behind `monitord close N --cause C`.
FOUND: Final = ("--finding", "nothing", "--found-by", "anna", "--looked", "inside")


def until(true: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait until ``true()`` is truthy and give that; fail with ``what`` when it never is."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {patience_s} s: {what}")


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Daemon:
    """``monitord run`` on one state folder, startable again and again."""

    def __init__(self, config: Path, state: Path) -> None:
        self.config, self.state = config, state
        self.log = state.parent / "daemon.log"
        self._log_from = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Daemon":
        """Start and return at once."""
        with self.log.open("ab") as log:
            self._log_from = log.tell()
            self._process = subprocess.Popen(
                [str(MONITORD), "run", "--config", str(self.config), "--state", str(self.state)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_until_watching(self) -> "Daemon":
        """Return when the control socket answers and every device has been read."""
        try:
            until(self._watches, "the daemon watches")
        except AssertionError as error:
            raise AssertionError(f"{error}; its log:\n{self.tail()}") from None
        return self

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE_S)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def exit_code(self) -> int:
        """Wait for it to end by itself."""
        assert self._process is not None
        return self._process.wait(PATIENCE_S)

    @property
    def running(self) -> bool:
        """Started and not yet ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the running daemon."""
        assert self._process is not None
        return self._process.pid

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text()[-3_000:] if self.log.exists() else ""

    def said(self) -> str:
        """All that it has logged since its last start: ``tail`` reaches back into earlier lives."""
        return self.log.read_bytes()[self._log_from :].decode()

    def ask(self, *words: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
        """A command of the command line with ``--json``: exit code and answer."""
        done = self.say(*words, "--json", stdin=stdin)
        answer = json.loads(done.stdout) if done.stdout.strip() else {"stderr": done.stderr}
        return done.returncode, answer

    def say(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """A command of the command line, as typed."""
        return subprocess.run(
            [str(MONITORD), *words, "--state", str(self.state)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def entries(self) -> list[Entry]:
        """All that is stored, read beside the daemon."""
        with JournalReader(self.state) as reader:
            stored = [item for item in reader.scan() if isinstance(item, Stored)]
        return [decode(item.payload).entry for item in stored]

    def events(self, *kinds: type[Any]) -> list[Any]:
        """The stored events of these kinds, in order."""
        return [e for entry in self.entries() for e in entry.events if isinstance(e, kinds)]

    def _watches(self) -> bool:
        if not (self.state / "monitord.sock").exists():
            return False
        code, status = self.ask("status")
        return code in (0, 1) and "site" in status


class Gateway:
    """A webhook receiver in a thread. ``behave`` decides the answer to each call."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.behave: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda _: (202, b"{}")
        self.hang = threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.calls.append(body | {"received": time.monotonic()})
                status, answer = gateway.behave(body)
                if status == 0:
                    gateway.hang.wait(PATIENCE_S)
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                """Silence: what matters is in ``calls``."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/call"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def of(self, person: str) -> list[dict[str, Any]]:
        """The calls that one person got."""
        return [call for call in self.calls if call["person"] == person]

    def close(self) -> None:
        """Let go of whoever hangs, and stop."""
        self.hang.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)


def write_site(path: Path, ports: Sequence[int], url: str, first_wait: str = "30s") -> Path:
    """A site with one panel per port, 8 inputs each, all in an area that is always set."""
    panels = "\n".join(
        f"""  panel-{n}:
    driver: modbus
    address: tcp://127.0.0.1:{port}
    poll: 200ms
    points:
"""
        + "\n".join(
            f'      door-{i}: {{read: discrete/{i}, kind: door, area: hall-{n}, name: "Door {i}"}}'
            for i in range(8)
        )
        for n, port in enumerate(ports)
    )
    areas = "\n".join(
        f'  hall-{n}: {{name: "Hall {n}, floor {n}", gate: "Gate {n}", set_by: monitord}}'
        for n in range(len(ports))
    )
    account = os.environ.get("USER") or "root"
    path.write_text(
        f"""site: {{id: testhouse, name: Test House, timezone: Europe/London, country: GB}}
areas:
{areas}
devices:
{panels}
people:
  anna: {{name: Anna, role: duty-manager, login: {account}, reach: [{{hook: "anna"}}]}}
  boris: {{name: Boris, role: security-manager, reach: [{{hook: "boris"}}]}}
channels:
  hook: {{driver: webhook, url: "{url}"}}
chains:
  default:
    - {{call: anna, by: hook, wait: {first_wait}}}
    - {{call: boris, by: hook, wait: 60s}}
acknowledge: {{listen: "127.0.0.1:{free_port()}"}}
"""
    )
    return path
