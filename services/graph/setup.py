"""Prepares a database for the product and guards its schema version and reference build."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.graph.errors import SchemaError
from services.graph.store import Store

MIGRATIONS: Mapping[int, tuple[str, ...]] = {1: ("setup/name_reported_ld_scores",)}
"""Queries (``setup/...``) that bring a store of the version named by the key to the next version, in order."""

UNFINISHED_VERSION = 0
"""Version of an imported graph without its constraints: the first load at size makes them, then raises it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredSchema:
    """What a prepared database says about itself."""

    version: int
    reference_build: str


def prepare_database(store: Store, reference_build: str = "GRCh37") -> StoredSchema:
    """Make constraints and indexes in an empty database, or check that a prepared one is ours and current.

    Parameters
    ----------
    reference_build
        The build a new store is made with, and the one an existing store must have.

    Raises
    ------
    SchemaError
        When the database belongs to another program, another schema version or another reference build.
    """
    stored = read_stored_schema(store)
    if stored is None:
        stored = _create_schema(store, reference_build)
    _check_version(store, stored)
    if stored.reference_build != reference_build:
        raise SchemaError(
            f"the graph at {store.address.uri} was made for {stored.reference_build} and {reference_build} was asked "
            f"for; a store keeps its reference build: set LOCUSGRAPH_REFERENCE_BUILD={stored.reference_build}, "
            "or use another LOCUSGRAPH_HOME or database"
        )
    return stored


def migrate(store: Store) -> StoredSchema:
    """Bring a store of an older schema version to the current one; a current store is left as it is.

    Raises
    ------
    SchemaError
        When the database was never set up, or is newer than this program.
    """
    stored = read_stored_schema(store)
    if stored is None:
        raise SchemaError(f"the graph at {store.address.uri} was never set up: load something first, then migrate")
    if stored.version > SCHEMA_VERSION or stored.version == UNFINISHED_VERSION:
        _check_version(store, stored)
    for version in range(stored.version, SCHEMA_VERSION):
        for name in MIGRATIONS.get(version, ()):
            store.write(name)
        store.write("setup/raise_schema_version", version=version + 1)
        _log.info("migrated the graph from schema version %d to %d", version, version + 1)
    store.apply_schema(statement.cypher for statement in constraint_statements())
    return StoredSchema(SCHEMA_VERSION, stored.reference_build)


def read_stored_schema(store: Store) -> StoredSchema | None:
    """Schema version and reference build of the database; None when it was never set up."""
    rows = store.read("setup/read_schema_version")
    return StoredSchema(**rows[0]) if rows else None


def _create_schema(store: Store, reference_build: str) -> StoredSchema:
    n_nodes = store.read("setup/count_nodes")[0]["n_nodes"]
    if n_nodes:
        raise SchemaError(
            f"database {store.address.database!r} at {store.address.uri} holds {n_nodes} nodes that this program did "
            "not write: name an empty one with NEO4J_DATABASE or NEO4J_URI"
        )
    store.apply_schema(statement.cypher for statement in constraint_statements())
    store.write("setup/create_schema_version", version=SCHEMA_VERSION, reference_build=reference_build)
    _log.info("set up the graph at %s for %s, schema version %d", store.address.uri, reference_build, SCHEMA_VERSION)
    stored = read_stored_schema(store)
    return stored or StoredSchema(SCHEMA_VERSION, reference_build)


def _check_version(store: Store, stored: StoredSchema) -> None:
    if stored.version == SCHEMA_VERSION:
        return
    if stored.version == UNFINISHED_VERSION:
        raise SchemaError(
            f"the first load of the graph at {store.address.uri} was interrupted before it was complete: give the same "
            "'locusgraph load --bulk' command again, or 'load --finish' where another server was loaded"
        )
    remedy = "run 'locusgraph migrate'" if stored.version < SCHEMA_VERSION else "use the newer program that wrote it"
    raise SchemaError(
        f"the graph at {store.address.uri} has schema version {stored.version}, this program works with "
        f"{SCHEMA_VERSION}: {remedy}"
    )
