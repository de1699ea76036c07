"""A picture of the evidence store, for the pages: read off the event loop, base64 in the answer."""

import asyncio
import base64

from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.requests_pictures import ShowPicture


async def picture(desk: Desk, request: ShowPicture) -> Reply:
    """``data``, a JPEG. Refused where none has that number, or its file is missing or damaged."""
    record = desk.engine.state.pictures.get(request.picture)
    if record is None:
        raise Refused("unknown", f"There is no picture {request.picture} any more")
    data = await asyncio.to_thread(_text_of, desk, record.sha256)
    if data is None:
        raise Refused(
            "gone", f"The file of picture {request.picture} is missing, or is not what was kept"
        )
    return {"ok": True, "data": data}


def _text_of(desk: Desk, sha256: str) -> str | None:
    """In a thread: 1 MB takes 2 ms, and a poll waits for nothing."""
    jpeg = desk.picture(sha256)
    return None if jpeg is None else base64.b64encode(jpeg).decode()
