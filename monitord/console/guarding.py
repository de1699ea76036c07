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
STATION: Final = "monitord_station"
SECRET_CHARS_MAX: Final = 200

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
#: In the ``opt`` of what takes no cookie: nobody's browser sends a bearer along by itself.
BY_BEARER: Final = "by-bearer"


def from_here(
    connection: ASGIConnection,  # type: ignore[type-arg]
    handler: BaseRouteHandler,
) -> None:
    """Refuse what another site makes a browser send. Browsers say where a POST comes from."""
    if connection.scope.get("method", "GET") in _SAFE or handler.opt.get(BY_BEARER):
        return
    headers = connection.headers
    origin = headers.get("origin", "")
    same = bool(origin) and urlsplit(origin).netloc == headers.get("host", "")
    if not same or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise PermissionDeniedException("This did not come from a page of this console")


def session_of(request: Request) -> str:  # type: ignore[type-arg]
    """The session that the browser carries. Raises when there is none."""
    text = session_or_none(request)
    if not text:
        raise NotAuthorizedException("Sign on")
    return text


def session_or_none(request: Request) -> str:  # type: ignore[type-arg]
    """The session that the browser carries, or empty."""
    return _carried(request, COOKIE)


def station_secret(request: Request) -> str:  # type: ignore[type-arg]
    """The secret of the station that this browser is, or empty."""
    return _carried(request, STATION)


def cookie(text: str, *, secure: bool, key: str = COOKIE, max_age: int | None = None) -> Cookie:
    """For as long as the browser is open, unless told otherwise."""
    return Cookie(
        key=key, value=text, httponly=True, secure=secure, samesite="strict", max_age=max_age
    )


def _carried(request: Request, key: str) -> str:  # type: ignore[type-arg]
    text = request.cookies.get(key, "")
    return text if len(text) <= SECRET_CHARS_MAX else ""
