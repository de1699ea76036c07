"""The verbs for programs' tokens: made, listed and revoked by whoever keeps the accounts.

A token is part of one answer, once; it is never logged, journaled or shown again.
"""

from monitord.journal.export import rfc3339
from monitord.people.private import PrivateFileError
from monitord.people.tokens import TokenRefused, TokenRole
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_people as rp
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import Caller, program_of

AnyTokenRequest = rp.TokenAdd | rp.TokenRevoke | rp.Tokens


async def keep_tokens(desk: Desk, caller: Caller, request: AnyTokenRequest) -> Reply:
    """Carry it out, for root and the daemon's account alone."""
    if not caller.keeps_accounts:
        text = "Only root and the account of the daemon may see and make tokens: use sudo"
        raise Refused("forbidden", text)
    try:
        match request:
            case rp.TokenAdd():
                return await _add(desk, request)
            case rp.TokenRevoke():
                await desk.accounts.revoke_token(request.name)
                return {"ok": True, "name": request.name}
            case rp.Tokens():
                return await _list(desk)
    except TokenRefused as error:
        raise Refused("bad-input", str(error)) from None
    except PrivateFileError as error:
        raise Refused("unavailable", f"Tokens cannot be kept: {error}") from None


async def _add(desk: Desk, request: rp.TokenAdd) -> Reply:
    roles = {str(role): role for role in TokenRole}
    if request.role not in roles:
        raise Refused("bad-input", p.nearest_text("role of a token", request.role, roles))
    ends_ms = utc_ms_of(request.until) if request.until else None
    text = await desk.accounts.add_token(request.name, roles[request.role], ends_ms)
    more = {"token": text, "until": _until(ends_ms)}
    return {"ok": True, "name": request.name, "role": request.role, **more}


async def which(desk: Desk, request: rp.WhichToken) -> Reply:
    """Whose token it is; whoever has it may ask."""
    program = await program_of(desk, request.token)
    said = {"name": program.name, "role": str(program.role), "until": _until(program.ends_ms)}
    return {"ok": True, **said}


def _until(ends_ms: int | None) -> str | None:
    return None if ends_ms is None else rfc3339(ends_ms)


async def _list(desk: Desk) -> Reply:
    kept = await desk.accounts.tokens()
    return {
        "ok": True,
        **view.head(desk.engine.state, desk.engine.now_ms()),
        "tokens": [
            {
                "name": name,
                "role": str(record.role),
                "made": rfc3339(record.made_ms),
                "until": _until(record.ends_ms),
            }
            for name, record in sorted(kept.items())
        ],
    }
