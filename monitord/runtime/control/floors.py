"""The drawing of a floor, for the pages: read off the event loop, base64 in the answer."""

import asyncio
import base64

from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.requests_floors import ShowDrawing


async def drawing(desk: Desk, request: ShowDrawing) -> Reply:
    """``media`` and ``data``. Refused where there is no such floor, or its drawing is lost."""
    floors = desk.engine.state.site.setup.get("floors") or {}
    floor = floors.get(request.floor)
    if floor is None:
        raise Refused("unknown", p.nearest_text("floor", request.floor, floors))
    data = await asyncio.to_thread(_text_of, desk, str(floor["sha256"]))
    if data is None:
        raise Refused("gone", "The drawing is not there any more: `monitord reload` reads it again")
    return {"ok": True, "media": floor["media"], "data": data}


def _text_of(desk: Desk, digest: str) -> str | None:
    """In a thread: 2 MB take 4 ms, and a poll waits for nothing."""
    data = desk.drawing(digest)
    return None if data is None else base64.b64encode(data).decode()
