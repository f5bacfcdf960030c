"""Prepares a database for the product and guards its schema version and reference build."""

import logging
from dataclasses import dataclass

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.graph.errors import SchemaError
from services.graph.migrations import MIGRATIONS, Migration, pending_migrations
from services.graph.store import Store

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


def plan_migration(store: Store) -> tuple[Migration, ...]:
    """The steps that `migrate` would do, in order; nothing is changed.

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
    return pending_migrations(stored.version, MIGRATIONS)


def migrate(store: Store, program: str = "") -> StoredSchema:
    """Bring a store of an older schema version to the current one; a current store is left as it is.

    Every step is recorded once all its queries ran, so that a kill repeats that step only. Constraints and indexes that
    are missing are made in any case.

    Parameters
    ----------
    program
        Version of this program, for the record.

    Raises
    ------
    SchemaError
        When the database was never set up, or is newer than this program.
    """
    for step in plan_migration(store):
        for name in step.queries:
            store.write(name)
        record = f"{step.name} ({step.meaning}) by locusgraph {program or 'of an unknown version'}"
        store.write("setup/raise_schema_version", version=step.from_version + 1, record=record)
        _log.info("migrated the graph from schema version %s", step.name)
    store.apply_schema(statement.cypher for statement in constraint_statements())
    stored = read_stored_schema(store)
    return StoredSchema(SCHEMA_VERSION, stored.reference_build if stored else "")


def read_migrations(store: Store) -> tuple[str, ...]:
    """What the store has been through, the oldest first: time, step and program of each migration."""
    return tuple(row["record"] for row in store.read("setup/read_migrations"))


def check_schema(store: Store) -> None:
    """Refuse a prepared database of another schema version; one that was never set up passes.

    Raises
    ------
    SchemaError
        With the remedy: migrate, or upgrade the program.
    """
    stored = read_stored_schema(store)
    if stored is not None:
        _check_version(store, stored)


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
    remedy = "run 'locusgraph migrate' (--plan shows its steps; 'locusgraph backup DIR' first)"
    if stored.version > SCHEMA_VERSION:
        remedy = "upgrade the program, use the newer program that wrote it"
    raise SchemaError(
        f"the graph at {store.address.uri} has schema version {stored.version}, this program works with "
        f"{SCHEMA_VERSION}: {remedy}"
    )
