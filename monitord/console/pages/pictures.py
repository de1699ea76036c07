"""The pictures of the evidence store, one at a time, to whoever sees the incident that it is of."""

import base64
import binascii

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from monitord.console.pages.frame import AnyRequest, Tools, state_of, viewer_of
from monitord.console.words_pictures import WORDS

#: A picture is shown and can do nothing, whatever it holds.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # A number is given once; who signs on at the same browser asks anew.
    "Cache-Control": "private, max-age=300",
    "Vary": "Cookie",
}
#: What the store keeps begins so; nothing else is given out as a picture.
JPEG = b"\xff\xd8\xff"


@get("/pictures/{number:int}")
async def picture(request: AnyRequest, desk: Tools, number: FromPath[int]) -> Response[bytes]:
    """One picture, as the camera gave it."""
    viewer = await viewer_of(request, desk)
    if number not in state_of(desk, viewer).pictures:
        raise NotFoundException(WORDS["gone"].format(why=f"there is no picture {number}"))
    reply = await desk.link.ask("picture", picture=number)
    try:
        jpeg = base64.b64decode(reply.get("data", ""), validate=True)
    except binascii.Error:
        jpeg = b""
    if not reply.get("ok") or not jpeg.startswith(JPEG):
        raise NotFoundException(WORDS["gone"].format(why=reply.get("text", "it is no JPEG")))
    return Response(jpeg, media_type="image/jpeg", headers=HEADERS)


ROUTES = (picture,)
