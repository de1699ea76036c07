"""The verb ``reload``: what the new site file changes, and a person's word that it be so.

The answer holds the differences and findings for the person who asked; findings may quote the
site file, so they are never logged.
"""

from monitord.runtime.control import protocol as p
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, speaker
from monitord.runtime.doors import DoorRefused
from monitord.runtime.reload import Look, Reloaded, Reloader, Stale


async def reload(desk: Desk, caller: Caller, request: p.Reload) -> Reply:
    """Look, or take the file. Raises ``Refused`` for a file with errors; nothing changes then."""
    if desk.reloader is None:
        raise Refused("unavailable", "This daemon reads its site file at a start only")
    if request.dry_run:
        look = _without_errors(await desk.reloader.look())
        return {"ok": True, "accepted": False, **_view(desk, look)}
    try:
        if request.unless_weaker:
            done = await desk.reloader.reload_unless_weaker()
        else:
            done = await _by_a_person(desk, desk.reloader, caller, request)
    except DoorRefused as error:
        raise Refused("unavailable", f"{error}. Nothing was changed") from None
    look = _without_errors(done.look)
    view = _view(desk, look)
    if done.answer is None:
        raise Refused(
            "needs-pin",
            "The site file weakens the guard: a person takes it with: monitord reload",
            view,
        )
    if done.answer.code:
        return Refused(done.answer.code, done.answer.text, view).reply()
    more = {"position": done.answer.position, "stored": done.answer.stored, "waits": done.held}
    return {"ok": True, "accepted": done.accepted, **more, **view}


async def _by_a_person(
    desk: Desk, reloader: Reloader, caller: Caller, request: p.Reload
) -> Reloaded:
    who = await speaker(desk, caller, request)
    try:
        return await reloader.reload(who.person, who.proof, request.seen, request.confirm)
    except Stale:
        raise Refused(
            "worsened", "The site file was changed since you looked: run monitord reload again"
        ) from None


def _without_errors(look: Look) -> Look:
    if look.findings:
        text = "The site file has errors: nothing was changed"
        raise Refused("bad-input", text, {"findings": list(look.findings)})
    return look


def _view(desk: Desk, look: Look) -> Reply:
    held = None if desk.reloader is None else desk.reloader.held
    return {
        "seen": look.file_hash,
        "weakens": look.weakens,
        "changes": [{"words": c.words, "weakens": c.weakens} for c in look.changes],
        "held": None if held is None else {"number": held.number, "by": held.by},
    }
