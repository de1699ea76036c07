"""The API below one address: its router, and the OpenAPI document that describes it."""

from typing import Final

from litestar import MediaType, Router
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from monitord import __version__
from monitord.console.api import acts, looks, streams
from monitord.console.api.metrics import metrics
from monitord.console.api.telling import asker
from monitord.console.guarding import BY_BEARER

PATH: Final = "/api"
_BEARER: Final = "bearer"


def router() -> Router:
    """All of version 1."""
    return Router(
        f"{PATH}/v1",
        route_handlers=[*looks.ROUTES, *acts.ROUTES, *streams.ROUTES],
        dependencies={"asker": Provide(asker)},
        opt={BY_BEARER: True},
        include_in_schema=True,
        security=[{_BEARER: []}],
    )


def measuring() -> Router:
    """What a measuring program reads; it stands where such programs look for it."""
    return Router(
        "/",
        route_handlers=[metrics],
        dependencies={"asker": Provide(asker)},
        opt={BY_BEARER: True},
    )


def is_for_programs(path: str) -> bool:
    """Whether an address is the API's, so that whatever goes wrong there is told as JSON."""
    return path == "/metrics" or path.startswith(f"{PATH}/")


def document() -> OpenAPIConfig:
    """``/api/openapi.json``: the API and nothing else, as a document alone."""
    bearer = SecurityScheme(
        type="http",
        scheme="bearer",
        description="A token (`monitord token NAME`), or the session of who has signed on",
    )
    return OpenAPIConfig(
        title="monitord",
        version=__version__,
        description="What programs read of a guarded site, and ask of it. See docs/api.md.",
        path=PATH,
        render_plugins=[JsonRenderPlugin(media_type=MediaType.JSON)],
        components=Components(security_schemes={_BEARER: bearer}),
        use_handler_docstrings=True,
    )
