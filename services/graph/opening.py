"""Opening the store that the settings name: a server of the user's, or the managed local one."""

from services.graph.async_store import AsyncStore
from services.graph.connections import Address, Progress, remote_address
from services.graph.local_server import start
from services.graph.store import Store
from services.settings import Settings


def open_store(settings: Settings, on_progress: Progress | None = None) -> Store:
    """Open the store that the settings name: a context manager.

    Parameters
    ----------
    settings
        ``neo4j_uri`` names a server; without it the managed local one is started, or joined when it runs.
    on_progress
        Called with (done, total, text) while the managed server's jars are fetched.

    Raises
    ------
    StoreUnavailable
        When nobody answers at the address.
    StoreRefused
        When user, password or database are refused.
    ServerError
        When the managed server cannot be started.
    """
    return Store(resolve_address(settings, on_progress), settings)


def open_async_store(settings: Settings, on_progress: Progress | None = None) -> AsyncStore:
    """Open the store that the settings name for an event loop: an asynchronous context manager.

    It starts or joins the managed server, so call it before the loop serves anybody.

    Raises
    ------
    ServerError
        When the managed server cannot be started.
    """
    return AsyncStore(resolve_address(settings, on_progress), settings)


def resolve_address(settings: Settings, on_progress: Progress | None = None) -> Address:
    """Address of the store; the managed server is started or joined first."""
    if not settings.is_managed:
        return remote_address(settings)
    return start(settings, on_progress).address
