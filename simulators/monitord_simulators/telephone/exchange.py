"""The exchange: an HTTP server that takes every call with 200, and keeps the last per person.

A call that is taken is handed over and no more: nobody has answered. ``acknowledge`` is a person
who presses the button behind the link that came with their call.
"""

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

BODY_BYTES_MAX: Final = 64 * 1024
PEOPLE_MAX: Final = 1_000
CALL_S: Final = 5.0

Call = dict[str, Any]


class Exchange:
    """Listens on loopback from ``start`` to ``stop``; ``tell`` hears of each call, as a dict."""

    def __init__(self, tell: Callable[[Call], None], port: int = 0) -> None:
        """Raises ``OSError`` when the port is taken."""
        self._tell = tell
        self._last: dict[str, Call] = {}
        self._lock = threading.Lock()
        exchange = self

        class Handler(_Handler):
            def take(self, channel: str, call: Call) -> None:
                exchange.take(channel, call)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="exchange"
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to take calls."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for its own thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, channel: str, call: Call) -> None:
        """One call that came in."""
        person = str(call.get("person", ""))
        with self._lock:
            if person in self._last or len(self._last) < PEOPLE_MAX:
                self._last[person] = call
        self._tell({"event": "call", "channel": channel, **call})

    def acknowledge(self, person: str, pin: str = "") -> int:
        """``person`` presses the button of their last call; the HTTP status that they see.

        ``pin`` is typed with it where it is given. Raises ``LookupError`` for somebody who was
        not called, ``OSError`` when nobody answers.
        """
        with self._lock:
            call = self._last.get(person)
        url = call.get("acknowledge_url") if call else None
        if not isinstance(url, str):
            raise LookupError(f"{person} was not called with a link")
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=CALL_S)
        try:
            body = json.dumps({"pin": pin} if pin else {}).encode()
            connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
            return connection.getresponse().status
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    """One request. Whatever is wrong with it is a 400."""

    timeout = CALL_S

    def take(self, channel: str, call: Call) -> None:
        """A call over ``channel``, the last part of the path."""
        raise NotImplementedError

    def do_POST(self) -> None:
        """Take the call: 200 and an empty object."""
        try:
            length = int(self.headers.get("Content-Length", ""))
            call = json.loads(self.rfile.read(min(length, BODY_BYTES_MAX)))
        except ValueError:
            self.send_error(400)
            return
        if not isinstance(call, dict) or length > BODY_BYTES_MAX:
            self.send_error(400)
            return
        self.take(self.path.rpartition("/")[2], call)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing by itself: calls are told as events."""
