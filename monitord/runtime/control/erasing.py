"""The verb ``erase``: all that is kept of a person who has left, or one note.

Decided in the core, carried out by the daemon; the answer says what is gone, never what it said.
"""

import re
from typing import Final

from monitord.journal.errors import StoreError
from monitord.people.private import PrivateFileError
from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, speaker
from monitord.runtime.erasing import Names

_WHAT: Final = re.compile(r"[a-z0-9-]{1,100}|(note|person)/[a-z0-9/-]{1,200}")


async def erase(desk: Desk, caller: Caller, request: p.Erase) -> Reply:
    """Order it and carry it out; ``done`` is false where the disk does not take it yet."""
    if desk.eraser is None:
        raise Refused("unavailable", "This daemon keeps no texts")
    if not _WHAT.fullmatch(request.what):
        text = "Say whose texts by the person's id, or which by its id, as in note/anna/3-7"
        raise Refused("bad-input", text)
    who = await speaker(desk, caller, request)
    try:
        erased = await desk.eraser.order(who.person, who.proof, request.what, request.reason)
    except Names:
        text = "The reason stays in the journal: say why without the person's name"
        raise Refused("bad-input", text) from None
    except (StoreError, PrivateFileError) as error:
        raise Refused("unavailable", f"Nothing was erased: {error}") from None
    if erased.answer.code:
        raise Refused(erased.answer.code, erased.answer.text)
    return {
        "ok": True,
        "position": erased.answer.position,
        "stored": erased.answer.stored,
        "what": request.what,
        "texts": erased.texts,
        "purposes": list(erased.purposes),
        "done": erased.done,
        "elsewhere": list(erased.elsewhere),
    }
