"""What cameras see now, for the pages: to people who may look, told once an hour that they did.

Pictures stay in memory: nothing is kept, and no camera is asked more often because of it.
"""

import asyncio
import base64
from typing import Final

from monitord.core import facts as f
from monitord.core.pictures import is_camera
from monitord.core.rights import refusal
from monitord.core.viewing import CAMERAS, is_told
from monitord.journal.export import rfc3339
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply, nearest_text
from monitord.runtime.control.requests_pictures import CamerasTaken, ShowCamera
from monitord.runtime.control.who import session_of
from monitord.runtime.live_pictures import Live
from monitord.runtime.workers.frames import Want
from monitord.vocabulary import Proof

#: As many as stand on one page.
TAKEN_MAX: Final = 64
_WANT: Final = {"small": Want.SMALL, "large": Want.LATEST, "usual": Want.REFERENCE}


async def camera(desk: Desk, request: ShowCamera) -> Reply:
    """``data``, a JPEG; ``taken`` by our clock; ``why`` where a newer one could not be had."""
    await _may_look(desk, request.session)
    live = await _newest(desk, request.camera, _WANT[request.which])
    if live.seen is None:
        raise Refused("gone", f"There is no picture: {live.why}")
    data = await asyncio.to_thread(base64.b64encode, live.seen.jpeg)
    return {"ok": True, **_told(desk, live), "data": data.decode()}


async def taken(desk: Desk, request: CamerasTaken) -> Reply:
    """``cameras``: by id, when the newest picture was taken, or why there is none."""
    if len(request.cameras) > TAKEN_MAX:
        raise Refused("bad-input", f"Ask for {TAKEN_MAX} cameras at most")
    await _may_look(desk, request.session)
    wanted = list(dict.fromkeys(request.cameras))
    live = await asyncio.gather(*(_newest(desk, name, Want.SMALL) for name in wanted))
    told = {name: _told(desk, one) for name, one in zip(wanted, live, strict=True)}
    return {"ok": True, "cameras": told}


def _told(desk: Desk, live: Live) -> Reply:
    now_utc_ms = desk.engine.state.utc_ms(desk.engine.now_ms())
    taken = "" if live.seen is None else rfc3339(now_utc_ms - live.age_ms)
    return {"taken": taken, "age_ms": live.age_ms, "why": live.why}


async def _newest(desk: Desk, name: str, want: Want) -> Live:
    devices = desk.engine.state.site.devices
    device = devices.get(name)
    if device is None or not is_camera(device):
        raise Refused("unknown", nearest_text("camera", name, _cameras(desk)))
    if desk.live is None:
        raise Refused("unavailable", "Cameras are not looked through here")
    return await desk.live(name, want, int(device.setup["pictures"]["every_ms"]))


def _cameras(desk: Desk) -> list[str]:
    return [name for name, one in desk.engine.state.site.devices.items() if is_camera(one)]


async def _may_look(desk: Desk, session: str) -> None:
    """Whoever is signed on there may look, and that they do is on record. Raises ``Refused``."""
    person = (await session_of(desk, session)).person
    fact = f.ViewPictures(by=person, proof=Proof.SESSION, what=CAMERAS)
    state = desk.engine.state
    refused = refusal(state, fact)
    if refused is not None:  # as of every look; nothing of it is to fill the journal
        raise Refused(refused.code, refused.text)
    if is_told(state, desk.engine.now_ms(), person, CAMERAS):
        return
    answer = await desk.engine.submit(fact)
    if answer.code:
        raise Refused(answer.code, answer.text)
