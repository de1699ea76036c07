"""What the acknowledge listener answers, in words that a tired person understands.

Words only: what may be done and what was done is decided elsewhere. No text here names a cause
inside monitord or anything that came in with the request.
"""

from http import HTTPStatus
from typing import Final, Protocol

import msgspec

from monitord.runtime.links import Grant


class Answer(Protocol):
    """What the engine says to a command, after the commit. ``code`` is empty when accepted."""

    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def position(self) -> str: ...
    @property
    def stored(self) -> bool: ...


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a POST: ``code`` for programs, ``text`` for the person."""

    code: str
    text: str
    position: str = ""


STATUS: Final[dict[str, HTTPStatus]] = {
    "": HTTPStatus.OK,
    "bad-input": HTTPStatus.BAD_REQUEST,
    "forbidden": HTTPStatus.FORBIDDEN,
    "wrong-pin": HTTPStatus.FORBIDDEN,
    "unknown": HTTPStatus.NOT_FOUND,
    "worsened": HTTPStatus.CONFLICT,
    "ended": HTTPStatus.GONE,
    "too-often": HTTPStatus.TOO_MANY_REQUESTS,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLE: Final[dict[str, str]] = {
    "": "You have it",
    "worsened": "Not taken: it has become worse",
    "ended": "This is over",
    "unknown": "This link is not known",
}
NOT_TAKEN: Final = "Not taken"

STRANGE: Final = Said(
    "unknown", "Nothing was changed. If you have been called, call the control room."
)
EXPIRED: Final = Said(
    "ended", "This link has run out. If you have been called again, use the newer link."
)
CLOSED: Final = Said("ended", "The incident has been closed. There is nothing to do.")
WORSENED: Final = Said(
    "worsened",
    "It has become worse since you were called, so this link does not take it. Somebody is being "
    "called again. If it is you, use the new link; if not, call the control room.",
)
TOO_OFTEN: Final = Said("too-often", "Too many tries. Wait a minute or call the control room.")
UNCERTAIN: Final = Said(
    "unavailable", "It is not certain that you have it. Try again, or call the control room."
)
NO_PIN_CHECK: Final = Said(
    "unavailable", "PINs cannot be checked now. Leave the PIN empty and press the button again."
)
_NOT_STORED: Final = " The record is not on disk yet: tell the control room as well."
_NOTE_LOST: Final = " Your note could not be kept."


def in_words(grant: Grant, answer: Answer, *, note_lost: bool) -> Said:
    """The engine's answer for a person; its own text is for the record's readers."""
    match answer.code:
        case "":
            text = (
                f"Incident {grant.incident} is yours, {grant.person}. The calling has stopped. "
                "Look, act, then close it at a console."
            )
            text += "" if answer.stored else _NOT_STORED
            return Said("", text + (_NOTE_LOST if note_lost else ""), answer.position)
        case "worsened":
            return WORSENED
        case "ended":
            return CLOSED
        case "unknown":
            return STRANGE
        case "fault":
            return UNCERTAIN
        case code if code in STATUS:
            return Said(code, answer.text)
        case _:
            return Said("forbidden", answer.text)
