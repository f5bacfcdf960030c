"""What the graph is and holds, for ``locusgraph graph status``; asking does not start it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.graph.connections import remote_address
from services.graph.local_server import find_running
from services.graph.server_entry import DATABASE, USER
from services.graph.server_files import PASSWORD_FILE
from services.graph.setup import read_stored_schema
from services.graph.store import Store
from services.settings import Settings


@dataclass(frozen=True)
class GraphStatus:
    """State of the store.

    Attributes
    ----------
    is_managed, is_running
        Whether it is the managed local server; whether it answers.
    uri
        Bolt address; None when the managed server does not run.
    user, database
        As the driver needs them.
    password_file
        The 0600 file with the password; None when the password comes from the environment.
    server_version
        Such as ``5.26.30``; None when it does not run.
    schema_version, reference_build
        Of a prepared database; None before.
    n_nodes, n_edges
        Counts by label and by type, staged and retired edges included.
    """

    is_managed: bool
    is_running: bool
    uri: str | None
    user: str
    database: str
    password_file: Path | None
    server_version: str | None = None
    schema_version: int | None = None
    reference_build: str | None = None
    n_nodes: Mapping[str, int] = field(default_factory=dict)
    n_edges: Mapping[str, int] = field(default_factory=dict)


def read_status(settings: Settings) -> GraphStatus:
    """Read the store's state; a managed server that does not run is left so.

    Raises
    ------
    StoreUnavailable
        When the server that ``NEO4J_URI`` names does not answer.
    """
    if not settings.is_managed:
        with Store(remote_address(settings), settings) as store:
            file = None if settings.neo4j_password is not None else settings.neo4j_password_file
            return _read_running(store, file, is_managed=False)
    server, file = find_running(settings), settings.graph_folder / PASSWORD_FILE
    if server is None:
        return GraphStatus(
            is_managed=True,
            is_running=False,
            uri=None,
            user=USER,
            database=DATABASE,
            password_file=file if file.exists() else None,
        )
    with Store(server.address, settings) as store:
        return _read_running(store, file, is_managed=True)


def count_everything(store: Store) -> tuple[dict[str, int], dict[str, int]]:
    """Count nodes by label and edges by type, in the registry's order."""
    rows = store.read("status/count_everything")
    nodes, edges = ({row["name"]: row["n"] for row in rows if row["kind"] == kind} for kind in ("node", "edge"))
    return nodes, edges


def _read_running(store: Store, password_file: Path | None, *, is_managed: bool) -> GraphStatus:
    schema = read_stored_schema(store)
    n_nodes, n_edges = count_everything(store)
    return GraphStatus(
        is_managed=is_managed,
        is_running=True,
        uri=store.address.uri,
        user=store.address.user,
        database=store.address.database,
        password_file=password_file,
        server_version=store.check().removeprefix("Neo4j/"),
        schema_version=schema.version if schema else None,
        reference_build=schema.reference_build if schema else None,
        n_nodes=n_nodes,
        n_edges=n_edges,
    )
