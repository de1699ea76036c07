"""The play panel of the demo: a page of the demo's own process, plainly a simulation.

It is not part of the daemon nor of the console, and exists while a demo runs. It listens on
loopback, behind an address that nobody can guess, and takes orders from its own page alone.
"""

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitord.cli.demo.hands import Hands

HERE: Final = Path(__file__).parent / "page"
BODY_BYTES_MAX: Final = 4 * 1024
ASK_S: Final = 5.0
_FILES: Final = {"play.css": "text/css", "play.js": "text/javascript"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PlayPanel:
    """Serves from ``start`` to ``stop``. Raises ``OSError`` where it cannot listen."""

    def __init__(self, hands: Hands) -> None:
        self.secret = secrets.token_urlsafe(12)
        self.hands = hands
        self._pages = Environment(
            loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
        )
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"panel": self})
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="play"
        )

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{self.secret}/"

    def draw(self, name: str) -> str:
        """A page, as things are."""
        return self._pages.get_template(name).render(**self.hands.view())

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for its own thread."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    timeout = ASK_S
    panel: ClassVar[PlayPanel]

    def do_GET(self) -> None:
        """The page, the part of it that changes, or one of its two files."""
        found = self._path()
        if found in ("", "now"):
            page = self.panel.draw("now.html" if found else "play.html")
            self._answer(200, page.encode(), "text/html; charset=utf-8")
        elif found in _FILES:
            self._answer(200, (HERE / found).read_bytes(), _FILES[found])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """One order, from the panel's own page."""
        own = f"http://{self.headers.get('Host', '')}"
        length = self.headers.get("Content-Length", "")
        if self._path() != "do" or self.headers.get("Origin", own) != own:
            self.send_error(404)
        elif not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            self.send_error(400)
        else:
            body = self.rfile.read(int(length)).decode("utf-8", "replace")
            form = {key: values[0] for key, values in parse_qs(body).items()}
            if self.panel.hands.order(form.get("order", ""), form.get("to", "")):
                self._answer(204, b"", "text/plain")
            else:
                self.send_error(400)

    def _path(self) -> str | None:
        _, secret, rest = [*self.path.split("/", 2), "", ""][:3]
        known = secrets.compare_digest(secret.encode(), self.panel.secret.encode())
        return rest if known else None

    def _answer(self, status: int, body: bytes, media: str) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the story is told on the screen."""
