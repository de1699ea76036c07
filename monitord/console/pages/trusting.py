"""The authority of this site, for the phone that shall believe these pages; open to everybody."""

from litestar import Response, get
from litestar.exceptions import NotFoundException

from monitord.console.pages.frame import Html, Tools, html
from monitord.console.render import render
from monitord.console.words_trusting import STEPS, WORDS


@get("/authority")
async def authority(desk: Tools) -> Html:
    """How it is put on a phone, and by what one knows that it is the right one."""
    found = desk.authority
    shown = "" if found is None else found.fingerprint
    return html(render("authority.html", said=WORDS, steps=STEPS, fingerprint=shown))


@get("/authority.crt")
async def certificate(desk: Tools) -> Response[bytes]:
    """Itself: everybody may have it."""
    if desk.authority is None:
        raise NotFoundException(WORDS["none"])
    return Response(desk.authority.pem, media_type="application/x-x509-ca-cert")


ROUTES = (authority, certificate)
