"""Who may come in, and what every answer carries.

A POST is believed only when the browser says that it comes from these very pages; the session
lies in a cookie that no script reads and no other site sends along.
"""

from typing import Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

COOKIE: Final = "monitord_session"

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_SAFE: Final = frozenset({"GET", "HEAD"})


def from_here(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Refuse what another site makes a browser send. Browsers say where a POST comes from."""
    if connection.scope.get("method", "GET") in _SAFE:
        return
    headers = connection.headers
    origin = headers.get("origin", "")
    same = bool(origin) and urlsplit(origin).netloc == headers.get("host", "")
    if not same or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise PermissionDeniedException("This did not come from a page of this console")


def session_of(request: Request) -> str:  # type: ignore[type-arg]
    """The session that the browser carries. Raises when there is none."""
    text = request.cookies.get(COOKIE, "")
    if not text or len(text) > 200:
        raise NotAuthorizedException("Sign on")
    return text


def cookie(text: str, *, secure: bool) -> Cookie:
    """For as long as the browser is open; the daemon ends it with the shift."""
    return Cookie(key=COOKIE, value=text, httponly=True, secure=secure, samesite="strict")
