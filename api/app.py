"""The web application: GraphQL, scans, health and metrics over one store, opened at the start, closed at the end."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.gql.context import Desk
from api.gql.schema import QuietSchema, create_schema
from api.web.access import AccessRefused, Authorisation, Identification, show_refusal
from api.web.answers import AnswerMemory
from api.web.bodies import BodyLimits
from api.web.columns import send_manhattan, send_matrix, send_phewas, send_region
from api.web.console import send_file
from api.web.cypher import answer_cypher
from api.web.defects import Defects
from api.web.graphql import answer_link, answer_query
from api.web.health import ReadinessCheck, show_live, show_ready
from api.web.hosts import SiteGuard, trusted_hosts
from api.web.metrics import Metrics, show_metrics
from api.web.persisted import QueryBook, read_queries
from api.web.rate_limits import PRICE_HEADER, RateLimits
from api.web.request_ids import HEADER, RequestIds
from api.web.scans import list_scans, send_scan
from api.web.security_headers import SecurityHeaders
from api.wiring import open_desk
from services.graph.query_watch import watching
from services.settings import Settings, read_settings

logger = logging.getLogger(__name__)

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
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with watching(metrics.note_query):
            async with opener() as opened:
                app.state.desk = opened
                yield
            logger.info("the store is closed")

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
            Route("/metrics", show_metrics),
        ],
        middleware=_guards(chosen, metrics),
        exception_handlers={AccessRefused: show_refusal},
        lifespan=lifespan,
    )
    app.state.schema = create_schema()
    app.state.graphiql_folder = chosen.graphiql_folder
    app.state.queries = _open_queries(chosen, app.state.schema)
    app.state.answers = AnswerMemory(chosen.api_answers_mib << 20, chosen.api_answers_seconds)
    app.state.metrics = metrics
    app.state.readiness = ReadinessCheck(chosen)
    app.state.is_draining = False
    return app


def _open_queries(settings: Settings, schema: QuietSchema) -> QueryBook:
    """The queries that are asked by hash or name."""
    folder, tokens = settings.api_queries_folder, settings.api_token_limit
    return QueryBook(
        registered=read_queries(folder, schema, tokens) if folder else {},
        is_closed=settings.api_only_registered_queries,
        size=settings.api_persisted_queries,
    )


def _guards(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """What every request passes, the outermost first; `api.web.access_rules` says which role a route asks for."""
    hosts = trusted_hosts(settings.api_host, settings.api_hosts)
    return [
        Middleware(RequestIds, metrics=metrics),
        Middleware(SecurityHeaders),
        Middleware(Defects),
        Middleware(SiteGuard, hosts=hosts, origins=settings.api_origins),
        *_cors(settings),
        Middleware(Identification, settings=settings),
        Middleware(RateLimits, settings=settings),
        Middleware(Authorisation),
        Middleware(BodyLimits, settings=settings),
    ]


def _cors(settings: Settings) -> list[Middleware]:
    """Lets the pages of the origins that the settings name read answers; nothing where they name none."""
    if not settings.api_origins:
        return []
    told = [PRICE_HEADER, HEADER, "retry-after", "etag", "x-row-count"]
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.api_origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["authorization", "content-type", HEADER],
            expose_headers=told,
        )
    ]


async def _show_start(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    return RedirectResponse("/graphql")
