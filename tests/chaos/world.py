"""A managed Neo4j of its own, settings that point at it, and Cypher behind the store's back."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from services.graph.local_server import ManagedServer, find_running, start, stop
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.settings import Settings, read_settings
from tests.conftest import EMPTYING

PATIENCE_SECONDS = 180.0


class World:
    """One server for many trials."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server_settings = Settings(
            home=folder / "server",
            neo4j_uri=None,
            jar_cache=read_settings().jar_cache_folder,
            server_heap_mib=512,
            server_initial_heap_mib=256,
            server_page_cache_mib=64,
            server_stops_with_starter=True,
        )
        self.server: ManagedServer = start(self.server_settings)
        address = self.server.address
        self.settings = Settings(
            home=folder / "home",
            neo4j_uri=address.uri,
            neo4j_user=address.user,
            neo4j_password=address.password,
            neo4j_database=address.database,
            edge_batch_rows=100,
            node_batch_rows=100,
            neo4j_retry_seconds=90.0,
        )
        auth = (address.user, address.password.get_secret_value())
        self.driver = neo4j.GraphDatabase.driver(
            address.uri, auth=auth, notifications_min_severity="OFF", max_transaction_retry_time=PATIENCE_SECONDS
        )

    def cypher(self, text: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run any text; after an outage it is tried again until the server is back."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.driver.session() as session:
                    return session.run(text, parameters).data()
            except (DriverError, Neo4jError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def empty(self, home: str = "home") -> Settings:
        """Empty the database; settings with an empty home of their own."""
        for statement in EMPTYING:
            self.cypher(statement)
        settings = self.settings.model_copy(update={"home": self.folder / home})
        shutil.rmtree(settings.home, ignore_errors=True)
        with open_store(settings) as store:
            prepare_database(store, "GRCh37")
        return settings

    def kill_server(self) -> float:
        """Kill the server (-9); when, by the monotonic clock."""
        running = find_running(self.server_settings)
        while running is None:
            time.sleep(0.1)
            running = find_running(self.server_settings)
        running.state.server.kill()
        return time.monotonic()

    def await_answer(self) -> float:
        """Wait until the server answers a query; when."""
        self.cypher("RETURN 1 AS one")
        return time.monotonic()

    def close(self) -> None:
        """Stop the server."""
        self.driver.close()
        stop(self.server_settings)


@contextlib.contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """A world that ends with the block."""
    world = World(folder)
    try:
        yield world
    finally:
        world.close()
