"""What a POST to an acknowledge link may hold: nothing, ``{}`` or ``{"pin", "note"}``.

As JSON from programs and as a form from the page. Bounded and strict: an unknown field is an
error, so that a typing mistake in ``pin`` is not an acknowledgement without one.
"""

from typing import Final
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from monitord.runtime.acknowledge_page import NOTE_CHARS_MAX, PIN_CHARS_MAX

BODY_BYTES_MAX: Final = 4 * 1024
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


class BadBody(Exception):
    """A body that is not taken; ``status`` is the HTTP status, the text what is expected."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pin`` and ``note`` are empty where the person gave none."""

    pin: str = ""
    note: str = ""


def is_form(request: web.Request) -> bool:
    """Whether the page sent it, so that a page is the answer."""
    return request.content_type == FORM


async def read_body(request: web.Request) -> Body:
    """The body of ``request``. Raises ``BadBody``."""
    raw = await _read(request)
    if not raw:
        return Body()
    try:
        match request.content_type:
            case "application/json":
                body = msgspec.json.decode(raw, type=Body)
            case "application/x-www-form-urlencoded":
                pairs = parse_qsl(
                    raw.decode("ascii"), keep_blank_values=True, max_num_fields=4, errors="strict"
                )
                body = msgspec.convert(dict(pairs), Body)
            case _:
                raise BadBody(415, f"Send {JSON} or {FORM}")
    except (msgspec.MsgspecError, ValueError):
        # Not chained and not quoted: what did not fit may be a PIN.
        raise BadBody(400, 'Send {} or {"pin": "…", "note": "…"}') from None
    if len(body.pin) > PIN_CHARS_MAX or len(body.note) > NOTE_CHARS_MAX:
        raise BadBody(
            400, f"A PIN has at most {PIN_CHARS_MAX} digits, a note {NOTE_CHARS_MAX} signs"
        )
    return body


async def _read(request: web.Request) -> bytes:
    raw = bytearray()
    async for chunk in request.content.iter_chunked(BODY_BYTES_MAX):
        raw += chunk
        if len(raw) > BODY_BYTES_MAX:
            raise BadBody(413, f"Send at most {BODY_BYTES_MAX} bytes")
    return bytes(raw)
