"""The terminal channel: handed over only when it was written, and never steered by a name."""

import io
import os
import threading

import pytest
from pydantic import ValidationError

from monitord.channels import terminal
from monitord.channels.terminal import TerminalChannel
from monitord.vocabulary import Outcome
from tests.channels.samples import MESSAGE, message


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


async def printed(stream: io.StringIO) -> str:
    delivery = await TerminalChannel("terminal", {}, None, stream=stream).deliver(MESSAGE)
    assert delivery.outcome is Outcome.HANDED_OVER
    return stream.getvalue()


async def test_it_rings_and_says_place_and_gate_first_and_how_to_take_it() -> None:
    """C1, C7."""
    text = await printed(io.StringIO())
    assert text.startswith("\aGallery 1, first floor. Gate B, King Street.")
    assert "monitord acknowledge 12\n" in text
    assert "riverside-3-12-1" in text


async def test_colours_only_on_a_terminal() -> None:
    assert "\x1b[" not in await printed(io.StringIO())
    assert "\x1b[" in await printed(Screen())


async def test_names_cannot_steer_the_terminal() -> None:
    stream = io.StringIO()
    evil = "A\x1b]0;owned\x07\x1b[2J\r\nGate \u202eB\x9b31m"
    sent = message(person="anna\x1b[2J", incident={"text": evil})
    await TerminalChannel("terminal", {}, None, stream=stream).deliver(sent)
    text = stream.getvalue()
    assert not set(text.removeprefix("\a")) & set("\x1b\x07\r\u202e\x9b")
    assert text.count("\n") == 3


async def test_a_terminal_that_cannot_show_a_letter_still_gets_the_call() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    sent = message(incident={"text": "Galerie Völkerkunde"})
    delivery = await TerminalChannel("terminal", {}, None, stream=stream).deliver(sent)
    assert delivery.outcome is Outcome.HANDED_OVER
    assert b"Galerie V?lkerkunde" in raw.getvalue()


async def test_a_closed_stream_is_a_certain_failure() -> None:
    stream = io.StringIO()
    stream.close()
    delivery = await TerminalChannel("terminal", {}, None, stream=stream).deliver(MESSAGE)
    assert delivery.outcome is Outcome.FAILED


async def test_a_broken_pipe_is_a_certain_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    delivery = await TerminalChannel("terminal", {}, None, stream=stream).deliver(MESSAGE)
    assert (delivery.outcome, delivery.detail) == (
        Outcome.FAILED,
        "the terminal is gone (BrokenPipeError)",
    )
    with pytest.raises(BrokenPipeError):
        stream.close()


async def test_a_held_screen_holds_nothing_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 12: the write hangs, the loop goes on, and the next call fails at once."""
    release = threading.Event()

    class Held(io.StringIO):
        def write(self, text: str) -> int:
            release.wait(10)
            return super().write(text)

    monkeypatch.setattr(terminal, "WRITE_S", 0.02)
    channel = TerminalChannel("terminal", {}, None, stream=Held())
    first = await channel.deliver(MESSAGE)
    second = await channel.deliver(MESSAGE)
    release.set()
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.FAILED)


def test_a_key_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError):
        TerminalChannel("terminal", {"colour": True}, None)
