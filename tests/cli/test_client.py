"""The client: what a daemon may do to it, it tells in words."""

import asyncio
import contextlib
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.cli import say_status
from monitord.cli.client import Daemon
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import answer
from tests.cli.conftest import Served


@contextlib.contextmanager
def answering(state: Path, answer: bytes | None) -> Iterator[None]:
    """A daemon that says this to everybody and hangs up; None: it never says a word."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(state / "monitord.sock"))
    listening.listen()
    kept: list[socket.socket] = []

    def serve() -> None:
        connection, _ = listening.accept()
        connection.recv(1_000)
        kept.append(connection)
        if answer is not None:
            connection.sendall(answer)
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    thread.join()
    for connection in kept:
        connection.close()
    listening.close()


@pytest.mark.parametrize("answer", [b"", b"{", b"[1]\n", b"\xff\n", None])
def test_a_daemon_that_does_not_answer_is_none(tmp_path: Path, answer: bytes | None) -> None:
    """Whatever stands in for an answer: exit code 3 and a cure, in bounded time."""
    with (
        answering(tmp_path, answer),
        Daemon(tmp_path, answer_s=0.05) as daemon,
        pytest.raises(Mistake) as told,
    ):
        daemon.ask("status")
    assert told.value.exit_code is Exit.NO_DAEMON
    assert "--state" in told.value.text


def test_a_daemon_from_before_an_update_is_told_in_words() -> None:
    """It lacks what the newer command shows: what to do about it, and no traceback."""
    with pytest.raises(Mistake, match="of another version than this command") as told:
        answer(Namespace(json=False), {"site": {"name": "Hall"}}, say_status.status)
    assert told.value.code == "version"


def test_a_full_daemon_says_so(tmp_path: Path) -> None:
    refusal = b'{"ok": false, "code": "busy", "text": "32 programs are connected already"}\n'
    with (
        answering(tmp_path, refusal),
        Daemon(tmp_path) as daemon,
        pytest.raises(Mistake, match="32 programs"),
    ):
        daemon.get("status")


def test_a_person_may_think_between_two_questions(daemon: Served) -> None:
    """No place is held at a prompt, so none is lost by idling there."""
    with Daemon(daemon.state) as asked:
        assert asked.ask("status")["ok"]
        daemon.do(lambda: [task.cancel() for task in asyncio.all_tasks() if _serves(task)])
        assert asked.ask("status")["ok"]


def _serves(task: "asyncio.Task[object]") -> bool:
    return "_serve" in repr(task.get_coro())


def test_a_stream_of_nothing_more_ends(daemon: Served) -> None:
    with Daemon(daemon.state) as asked:
        replies = list(asked.stream("feed", live=False))
    assert [reply["seq"] for reply in replies] == [1, 2, 3, 4]
