"""A machine with the shipped units in it, its site, and a gateway that checks signatures."""

import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.peers.build import ModbusServer
from tests.system.daemon import until
from tests.system.machine import SYSTEMD, Machine

PAGES = SYSTEMD / "monitord-console.service"
SECRET = "s3cret-of-the-gateway-71f0c4"

#: Blocks the whole loop, as a driver with a bug does, for as long as a file says where to hang.
BLOCKING_DRIVER = """
import socket
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from monitord.driver import Driver, Point


class Section(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Hangs(Driver[Section]):
    Config = Section
    PointConfig = Section

    async def poll(self):
        where = Path(__file__).parent.parent / "hang-on-port"
        if where.exists():
            with socket.create_connection(("127.0.0.1", int(where.read_text()))) as held:
                held.recv(1)
        return [False for _ in self.points()]


DRIVER = Hangs
"""


class SignedGateway:
    """A webhook receiver that keeps what was sent, with its signature."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, bytes]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.calls.append((self.headers["Monitord-Signature"] or "", body))
                self.send_response(202)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args: Any) -> None:
                """Silence: what matters is in ``calls``."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/call"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def signed(header: str, body: bytes, secret: str) -> bool:
    """Whether a receiver that knows the secret would believe this request."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256)
    return hmac.compare_digest(parts["v1"], expected.hexdigest())


SITE = """
site: {{id: testhouse, name: Test House, timezone: Europe/London, country: GB}}
areas:
  hall: {{name: Hall, gate: Gate A, set_by: monitord}}
devices:
  panel:
    driver: modbus
    address: tcp://127.0.0.1:{port}
    poll: 200ms
    points:
      door: {{read: discrete/0, kind: door, area: hall, name: Door}}
  odd:
    driver: hangs
    isolate: false
    poll: 200ms
    points:
      lamp: {{kind: event, area: hall, name: Lamp}}
  apart:
    driver: calm
    poll: 200ms
    points:
      lamp: {{kind: event, area: hall, name: Lamp of the worker}}
people:
  anna: {{name: Anna, role: duty-manager, login: anna, reach: [{{hook: "anna"}}]}}
channels:
  hook: {{driver: webhook, url: "{url}", secret: {{credential: sms-key}}}}
chains:
  default: [{{call: anna, by: hook, wait: 60s}}]
"""

DROP_IN = """[Service]
WatchdogSec=2s
RestartSec=100ms
LoadCredential=sms-key:/etc/monitord-credentials/sms-key
"""


#: On loopback, and on a port that is free: the shipped unit listens for the whole house.
PAGES_DROP_IN = """[Service]
ExecStart=
ExecStart=/opt/monitord/bin/monitord console --state /run/monitord \\
    --tls /var/lib/monitord-console --port {port}
"""


class House:
    """The machine with the daemon in it, its panel, its gateway and its site folder."""

    def __init__(self, folder: Path, panel: ModbusServer, gateway: SignedGateway) -> None:
        self.panel, self.gateway = panel, gateway
        self.site = folder / "etc"
        (self.site / "drivers").mkdir(parents=True)
        (self.site / "drivers" / "hangs.py").write_text(BLOCKING_DRIVER)
        calm = BLOCKING_DRIVER.replace("hang-on-port", "never")
        (self.site / "drivers" / "calm.py").write_text(calm)
        text = SITE.format(port=panel.ports[0], url=gateway.url)
        (self.site / "site.yaml").write_text(text)
        for path in (self.site, self.site / "drivers"):
            path.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.pages_port = free.getsockname()[1]
        pages = folder / "pages.conf"
        pages.write_text(PAGES_DROP_IN.format(port=self.pages_port))
        drop_in = folder / "test.conf"
        drop_in.write_text(DROP_IN)
        secret = folder / "sms-key"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        binds = {
            "/etc/monitord": self.site,
            "/etc/systemd/system/monitord.service.d/test.conf": drop_in,
            "/etc/systemd/system/monitord-console.service": PAGES,
            "/etc/systemd/system/monitord-console.service.d/test.conf": pages,
            "/etc/monitord-credentials/sms-key": secret,
        }
        accounts = 'u anna - "a guard"\nm anna monitord\nu bob - "nobody of ours"\n'
        self.machine = Machine(folder, binds, accounts)

    def wait_until_watching(self) -> None:
        """Return when systemd has been told READY=1."""
        try:
            until(lambda: self.machine.property("ActiveState") == "active", "the unit is active")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.journal()[-4_000:]}") from None

    def journal(self) -> str:
        return self.machine.say("journalctl", "--no-pager", "--output=cat", "--all")

    def incidents(self) -> list[dict[str, Any]]:
        """As a guard sees them, by the socket that is the group's."""
        done = self.machine.run("/opt/monitord/bin/monitord", "incidents", "--json", account="anna")
        answer = json.loads(done.stdout)
        assert "incidents" in answer, answer
        found: list[dict[str, Any]] = answer["incidents"]
        return found
