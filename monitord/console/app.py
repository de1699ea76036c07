"""The web application: the routes, what every answer carries, and what becomes of errors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog
from litestar import Litestar, MediaType, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from monitord.console.api import refusing
from monitord.console.api import routes as api
from monitord.console.desk import Desk
from monitord.console.guarding import HEADERS, from_here
from monitord.console.link import DaemonGone
from monitord.console.pages import ROUTES
from monitord.console.pages.frame import AnyRequest
from monitord.console.render import render
from monitord.console.words import WORDS

#: A form has a PIN and a few lines.
BODY_BYTES_MAX: Final = 64 * 1024
_STATIC: Final = Path(__file__).parent / "static"

_log = structlog.get_logger(__name__)


def build(desk: Desk) -> Litestar:
    """The application on one desk."""
    return Litestar(
        route_handlers=[
            *ROUTES,
            api.router(),
            api.measuring(),
            create_static_files_router(
                path="/static", directories=[_STATIC], cache_control=None, name="static"
            ),
        ],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        guards=[from_here],
        lifespan=[lambda _: desk.following()],
        after_request=_with_headers,
        request_max_body_size=BODY_BYTES_MAX,
        exception_handlers={
            DaemonGone: _as_asked(_gone),
            NotAuthorizedException: _as_asked(_sign_on),
            HTTPException: _as_asked(_said),
            Exception: _as_asked(_failed),
        },
        openapi_config=api.document(),
        include_in_schema=False,
        logging_config=None,
    )


def _as_asked(page: Callable[[AnyRequest, Any], Response[Any]]) -> Callable[..., Response[Any]]:
    """A page for people; for programs, who ask below one address, the API's own answer."""

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        if api.is_for_programs(request.url.path):
            return refusing.answer(request, error)
        return page(request, error)

    return answer


def _with_headers(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _gone(_: AnyRequest, error: DaemonGone) -> Response[str]:
    """No daemon: what to do stands on the page."""
    page = render("gone.html", why=str(error))
    return _with_headers(Response(page, media_type=MediaType.HTML, status_code=503))


def _sign_on(_: AnyRequest, __: NotAuthorizedException) -> Response[Any]:
    return _with_headers(Redirect("/sign-on", status_code=303))


def _failed(_: AnyRequest, error: Exception) -> Response[str]:
    """A bug of ours costs one page; which one stands in the log, what was sent does not."""
    _log.error("page_failed", exc_info=error)
    page = render("refused.html", status=500, text=WORDS["failed"])
    return _with_headers(Response(page, media_type=MediaType.HTML, status_code=500))


def _said(_: AnyRequest, error: HTTPException) -> Response[str]:
    page = render("refused.html", status=error.status_code, text=error.detail)
    return _with_headers(Response(page, media_type=MediaType.HTML, status_code=error.status_code))
