"""The command line's end of the control socket. Blocking: one question, one answer, or a stream.

Every failure to reach the daemon becomes a ``Mistake`` that says what to do.
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from monitord.cli.errors import Exit, Mistake
from monitord.cli.pin import code_of
from monitord.runtime.control.protocol import PathTooLong, socket_path

#: A daemon that has not answered by then does not answer.
ANSWER_S: Final = 10.0

Reply = dict[str, Any]


class Daemon:
    """The daemon of one state folder. Use it in a ``with``.

    Each question has a connection of its own: a person who thinks for minutes before answering a
    prompt holds no place, and loses none.
    """

    def __init__(self, state_folder: Path, answer_s: float = ANSWER_S) -> None:
        self._folder = state_folder
        self._answer_s = answer_s
        self._open: list[_Connection] = []

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for connection in self._open:
            connection.close()

    def ask(self, do: str, **request: Any) -> Reply:
        """One request, one answer, refusals too. Raises ``Mistake`` when none comes.

        Where the site asks for the code of a second factor, it is asked for here, once.
        """
        reply = self._once(do, request)
        if reply.get("code") == "needs-code" and "code" not in request and (code := code_of()):
            return self._once(do, {**request, "code": code})
        return reply

    def _once(self, do: str, request: dict[str, Any]) -> Reply:
        connection = self._connect()
        try:
            connection.send({"do": do, **request})
            return connection.receive()
        finally:
            connection.close()

    def get(self, do: str, **request: Any) -> Reply:
        """Like :meth:`ask`; a refusal is raised as a ``Mistake``."""
        return accepted(self.ask(do, **request))

    def stream(self, do: str, **request: Any) -> Iterator[Reply]:
        """Answers until the daemon ends them. Raises ``Mistake`` for a refusal."""
        connection = self._connect()
        self._open.append(connection)
        connection.send({"do": do, **request})
        while True:
            reply = accepted(connection.receive())
            if "end" in reply:
                return
            yield reply

    def _connect(self) -> "_Connection":
        return _Connection(self._folder, self._answer_s)


class _Connection:
    """Lines of JSON to and from the daemon. Raises ``Mistake``, with exit code 3 for nobody."""

    def __init__(self, state_folder: Path, answer_s: float) -> None:
        self._folder = state_folder
        try:
            path = socket_path(state_folder)
        except PathTooLong as error:
            raise Mistake(str(error)) from None
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(answer_s)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise _unreachable(state_folder, error) from None
        self._lines = self._socket.makefile("rb")

    def send(self, request: dict[str, Any]) -> None:
        """One request."""
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except BrokenPipeError:
            return  # a daemon that is full has answered before it was asked
        except OSError as error:
            raise _unreachable(self._folder, error) from None

    def receive(self) -> Reply:
        """One answer."""
        try:
            line = self._lines.readline()
            reply = json.loads(line) if line else None
        except (OSError, ValueError) as error:
            raise _unreachable(self._folder, error) from None
        if not isinstance(reply, dict):
            raise _gone(self._folder, "it ended the connection")
        return reply

    def close(self) -> None:
        """Let go of it."""
        self._lines.close()
        self._socket.close()


def accepted(reply: Reply) -> Reply:
    """The reply, unless it is a refusal: then a ``Mistake`` with its text."""
    if reply.get("ok"):
        return reply
    code, text = str(reply.get("code", "fault")), str(reply.get("text", "refused"))
    raise Mistake(text, code=code, more={k: v for k, v in reply.items() if k not in _OWN})


_OWN: Final = ("ok", "code", "text")


def _unreachable(folder: Path, error: Exception) -> Mistake:
    if isinstance(error, FileNotFoundError | ConnectionRefusedError | NotADirectoryError):
        return _gone(folder, "nobody listens there")
    if isinstance(error, PermissionError):
        return Mistake(
            f"You may not speak to the daemon in {folder}: join its group or use sudo",
            code="forbidden",
            exit_code=Exit.NO_DAEMON,
        )
    if isinstance(error, TimeoutError):
        return _gone(folder, "it does not answer; look at its log")
    return _gone(folder, str(error))


def _gone(folder: Path, why: str) -> Mistake:
    return Mistake(
        f"No daemon in {folder} ({why}). Start one with `monitord run --config SITE.yaml`, or "
        "name its state folder with --state",
        code="no-daemon",
        exit_code=Exit.NO_DAEMON,
    )
