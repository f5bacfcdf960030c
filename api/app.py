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
from api.gql.schema import QuietSchema, create_schema
from api.web.columns import send_manhattan, send_matrix, send_phewas, send_region
from api.web.console import send_file
from api.web.cypher import answer_cypher
from api.web.graphql import answer_link, answer_query
from api.web.health import show_live, show_ready
from api.web.hosts import trusted_hosts
from api.web.persisted import QueryBook, read_queries
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
            Route("/graphql", answer_link, methods=["GET"]),
            Route("/graphql/files/{name}", send_file, methods=["GET"]),
            Route("/columns/manhattan", send_manhattan, methods=["GET"]),
            Route("/columns/region", send_region, methods=["GET"]),
            Route("/columns/phewas", send_phewas, methods=["GET"]),
            Route("/columns/matrix", send_matrix, methods=["GET", "POST"]),
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
    app.state.graphiql_folder = chosen.graphiql_folder
    app.state.queries = _open_queries(chosen, app.state.schema)
    return app


def _open_queries(settings: Settings, schema: QuietSchema) -> QueryBook:
    """The queries that are asked by hash or name."""
    folder, tokens = settings.api_queries_folder, settings.api_token_limit
    return QueryBook(
        registered=read_queries(folder, schema, tokens) if folder else {},
        is_closed=settings.api_only_registered_queries,
        size=settings.api_persisted_queries,
    )


async def _show_start(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    return RedirectResponse("/graphql")
