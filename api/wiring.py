"""The one place that chooses implementations: settings, stores, and the services that answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from api.gql.context import Desk
from api.gql.kinds import KINDS
from api.gql.limits import Limits
from services.cypher.running import CypherRunner
from services.graph.async_store import AsyncStore
from services.graph.opening import open_async_store, open_store
from services.graph.setup import check_schema, prepare_database, read_stored_schema
from services.graph.store import Store
from services.search.options import CandidateOptions
from services.search.text_search import search_text
from services.search.traits import resolve_trait
from services.settings import Settings

if TYPE_CHECKING:
    from services.mixed_models.scan_files import ScanShelf
    from services.search.prediction_paths import PredictionExplainer

__all__ = ["limits_of", "open_desk", "open_graph"]


@contextmanager
def open_graph(settings: Settings, *, on_progress: Any = None) -> Iterator[Store]:
    """Open the store for a command: set up where it is new, guarded where it is not.

    An existing store keeps its reference build, whatever the setting says.

    Raises
    ------
    StoreError
        When it cannot be reached, or belongs to another program or schema version.
    """
    with open_store(settings, on_progress) as store:
        stored = read_stored_schema(store)
        prepare_database(store, stored.reference_build if stored else settings.reference_build)
        yield store


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """Open what the web server answers from: an asynchronous store, and a synchronous one for the services.

    Raises
    ------
    StoreError
        When the store cannot be reached at the start, or is of another schema version.
    """
    async with AsyncExitStack() as stack:
        services_store = await asyncio.to_thread(open_store, settings)
        stack.callback(services_store.close)
        await asyncio.to_thread(check_schema, services_store)
        store: AsyncStore = await stack.enter_async_context(await asyncio.to_thread(open_async_store, settings))
        cypher = stack.enter_context(CypherRunner(services_store, settings)) if settings.cypher_over_http else None
        yield Desk(
            store=store,
            find_candidates=lambda text, options: find_candidates(services_store, settings, text, options),
            resolve_trait=lambda text, load_ids: resolve_trait(services_store, text, load_ids=load_ids),
            search=lambda text, kinds, limit, load_ids: search_text(
                services_store, text, kinds=kinds, limit=limit, load_ids=load_ids
            ),
            explain=open_explainer(services_store, settings),
            scans=cache(lambda: open_shelf(settings)),
            kinds=KINDS,
            limits=limits_of(settings),
            cypher=cypher,
            kept_releases=settings.kept_releases,
        )


def limits_of(settings: Settings) -> Limits:
    """What one GraphQL document may ask for, by the settings."""
    return Limits(
        depth=settings.api_depth_limit,
        aliases=settings.api_alias_limit,
        tokens=settings.api_token_limit,
        price=settings.api_price_limit,
        page=settings.api_page_size_limit,
        seconds=settings.api_timeout_seconds,
        rows=settings.api_column_row_limit,
    )


def find_candidates(store: Store, settings: Settings, text: str, options: CandidateOptions) -> Any:
    """Candidate loci of a trait; the service is imported when it is first needed, since it reads models."""
    from services import search

    return search.find_candidates(store, settings, text, options=options)


def open_explainer(store: Store, settings: Settings) -> Callable[[str, str, Sequence[str], int], Any]:
    """What explains predicted edges; the service is imported when it is first needed, since it reads models."""

    @cache
    def explainer() -> "PredictionExplainer":
        from services.search.prediction_paths import PredictionExplainer

        return PredictionExplainer(store, settings)

    return lambda run_id, snp, query_snps, n_paths: explainer().explain(run_id, snp, query_snps, n_paths)


def open_shelf(settings: Settings) -> "ScanShelf":
    """The tables of scans; the service is imported when it is first needed, since it compiles."""
    from services.mixed_models.scan_files import ScanShelf

    return ScanShelf(settings)
