"""Setting up somebody's second factor: made here, told once, kept once a code of it has come."""

import asyncio
import binascii

from monitord.people import totp
from monitord.people.pins import PinRefused
from monitord.people.private import PrivateFileError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_people as rp
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller


async def set_up(desk: Desk, caller: Caller, request: rp.UserTotp) -> Reply:
    """A new secret; or the one that was told, proven by its code; or none any more."""
    if not caller.keeps_accounts:
        words = "Only root and the account of the daemon may set up a second factor: use sudo"
        raise Refused("forbidden", words)
    site = desk.engine.state.site
    if request.person not in site.people:
        raise Refused("unknown", p.nearest_text("person", request.person, site.people))
    if not request.remove and not request.code:
        secret = totp.made()
        address = totp.address(secret, request.person, site.setup.get("name", site.id))
        return {"ok": True, "person": request.person, "secret": secret, "address": address}
    if not request.remove:
        await asyncio.to_thread(_check, request, desk.engine.state.utc_ms(desk.engine.now_ms()))
    try:
        await desk.accounts.set_totp(request.person, "" if request.remove else request.secret)
    except PinRefused as error:
        raise Refused("no-pin", str(error)) from None
    except PrivateFileError as error:
        raise Refused("unavailable", f"It was not stored: {error}") from None
    return {"ok": True, "person": request.person}


def _check(request: rp.UserTotp, now_ms: int) -> None:
    """A phone that shows other codes is found now, and not on the night on which it counts."""
    try:
        step = totp.matching_step(request.secret, request.code, now_ms, 0)
    except (binascii.Error, ValueError):
        raise Refused("bad-input", "The secret is not the one that was told") from None
    if step is None:
        text = "This is not the code that the phone should show: is its clock right? Try again"
        raise Refused("wrong-code", text)
