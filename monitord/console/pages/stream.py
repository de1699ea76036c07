"""What open pages hear, and whether this console shows what is true."""

from collections.abc import AsyncIterator

from litestar import MediaType, Response, get
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromQuery
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from monitord.console.desk import Desk
from monitord.console.link import DaemonGone
from monitord.console.pages.frame import AnyRequest, Tools, viewer_of
from monitord.console.viewer import Viewer


@get("/live")
async def live(request: AnyRequest, desk: Tools, parts: FromQuery[str] = "") -> ServerSentEvent:
    """What an open page hears."""
    viewer = await viewer_of(request, desk)
    return ServerSentEvent(_until_signed_off(desk, viewer, request, desk.live.known(parts)))


@get("/healthz", media_type=MediaType.TEXT)
async def healthz(desk: Tools) -> Response[str]:
    """200 while this console shows what is true."""
    fresh = desk.replica.fresh
    return Response(
        "ok\n" if fresh else "no link to the daemon\n", status_code=200 if fresh else 503
    )


async def _until_signed_off(
    desk: Desk, viewer: Viewer, request: AnyRequest, parts: tuple[str, ...]
) -> AsyncIterator[ServerSentEventMessage]:
    async for message in desk.live.page(viewer, parts):
        yield message
        if message.event == "beat" and not await _is_still(desk, viewer, request):
            yield ServerSentEventMessage(event="signed-off", data="")
            return


async def _is_still(desk: Desk, viewer: Viewer, request: AnyRequest) -> bool:
    """Nobody has signed off or on, and the station is still one."""
    try:
        return await viewer_of(request, desk) == viewer
    except NotAuthorizedException:
        return False
    except DaemonGone:
        return True  # the page says so already


ROUTES = (live, healthz)
