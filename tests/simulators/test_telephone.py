"""The simulated telephone network: it takes calls, and presses a button when told to."""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from monitord_simulators.telephone.exchange import Exchange


@pytest.fixture
def told() -> list[dict[str, Any]]:
    """What the exchange has told."""
    return []


@pytest.fixture
def exchange(told: list[dict[str, Any]]) -> Iterator[Exchange]:
    made = Exchange(told.append)
    made.start()
    yield made
    made.stop()


def post(port: int, path: str, body: bytes) -> int:
    """A call; the status of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def test_a_call_is_taken_and_told(exchange: Exchange, told: list[dict[str, Any]]) -> None:
    assert post(exchange.port, "/voice", b'{"person": "anna", "call_id": "c-1"}') == 200
    assert told == [{"event": "call", "channel": "voice", "person": "anna", "call_id": "c-1"}]


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_what_is_no_call_is_refused(
    exchange: Exchange, told: list[dict[str, Any]], body: bytes
) -> None:
    assert post(exchange.port, "/voice", body) == 400
    assert told == []


def test_a_person_presses_the_button_of_their_last_call(exchange: Exchange) -> None:
    pressed: list[tuple[str, bytes]] = []

    class Link(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pressed.append((self.path, body))
            self.send_response(409)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Link)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for token in ("old", "new"):
        url = f"http://127.0.0.1:{server.server_port}/a/{token}"
        call = {"person": "anna", "acknowledge_url": url}
        post(exchange.port, "/voice", json.dumps(call).encode())
    assert exchange.acknowledge("anna") == 409
    assert pressed == [("/a/new", b"{}")]
    with pytest.raises(LookupError):
        exchange.acknowledge("boris")
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_runs_as_a_process_of_its_own_and_ends_with_its_input() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "monitord_simulators.telephone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        assert post(port, "/sms", b'{"person": "anna"}') == 200
        assert json.loads(process.stdout.readline())["channel"] == "sms"
        process.stdin.write("acknowledge anna\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["status"] == 0
        process.stdin.close()
        assert process.wait(10) == 0
