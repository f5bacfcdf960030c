"""The web application: GraphQL, scans and health over one store, opened at the start and closed at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.gql.context import Desk
from api.gql.schema import create_schema
from api.web.cypher import answer_cypher
from api.web.graphql import answer_query, show_console
from api.web.health import show_live, show_ready
from api.web.hosts import trusted_hosts
from api.web.request_ids import RequestIds
from api.web.scans import list_scans, send_scan
from api.wiring import open_desk
from services.settings import Settings, read_settings

DeskOpener = Callable[[], AbstractAsyncContextManager[Desk]]


def create_app(settings: Settings | None = None, *, desk: DeskOpener | None = None) -> Starlette:
    """Build the application.

    Parameters
    ----------
    settings
        Read from the environment when not given.
    desk
        Opens what the resolvers answer from; the settings' store when not given.
    """
    chosen = settings or read_settings()
    opener = desk or partial(open_desk, chosen)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opener() as opened:
            app.state.desk = opened
            yield

    app = Starlette(
        routes=[
            Route("/", _show_start),
            Route("/graphql", answer_query, methods=["POST"]),
            Route("/graphql", show_console, methods=["GET"]),
            Route("/scans", list_scans, methods=["GET"]),
            Route("/scans/{run_id}", send_scan, methods=["GET"]),
            Route("/cypher", answer_cypher, methods=["POST"]),
            Route("/health/live", show_live),
            Route("/health/ready", show_ready),
        ],
        middleware=[
            Middleware(RequestIds),
            Middleware(TrustedHostMiddleware, allowed_hosts=trusted_hosts(chosen.api_host)),
        ],
        lifespan=lifespan,
    )
    app.state.schema = create_schema()
    return app


async def _show_start(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    return RedirectResponse("/graphql")
