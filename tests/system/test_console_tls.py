"""`monitord console` as a process over TLS: what it prints, serves and keeps."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

#: A console that has not answered by then does not start.
START_S = 20


@contextmanager
def console(folder: Path) -> Iterator[tuple[str, str]]:
    """One console; its address, and the fingerprint that it has printed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--state", folder / "state", "--tls", folder / "tls", "--port", port]
    command = [sys.executable, "-m", "monitord.cli", "console", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"https://127.0.0.1:{port}", _printed(process.stdout)
        finally:
            process.terminate()
            process.wait(10)


def _printed(said: IO[str] | None) -> str:
    assert said is not None
    for line in said:
        if line.startswith("SHA-256 "):
            return line.split()[1]
    raise AssertionError("no fingerprint was printed")


def fetched(url: str, folder: Path) -> httpx.Response:
    """The page for phones, by somebody who was given the authority."""
    believes = ssl.create_default_context(cafile=folder / "tls/authority.pem")
    deadline = time.monotonic() + START_S
    with httpx.Client(verify=believes, trust_env=False) as client:
        while True:
            try:
                return client.get(f"{url}/authority")
            except httpx.ConnectError:
                assert time.monotonic() < deadline
                time.sleep(0.05)


def test_the_authority_is_made_once_and_printed_at_each_start(tmp_path: Path) -> None:
    """From the first start on; phones that have it need nothing at the next."""
    (tmp_path / "state").mkdir()
    with console(tmp_path) as (url, first):
        assert first.replace(":", " ") in fetched(url, tmp_path).text
    with console(tmp_path) as (url, second):
        assert fetched(url, tmp_path).status_code == 200
    assert first == second
