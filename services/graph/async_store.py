"""The store's asynchronous twin, for the web server: it only reads."""

from types import TracebackType
from typing import Any, Self

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase, AsyncManagedTransaction, AsyncSession, Query
from neo4j.exceptions import DriverError, Neo4jError

from services.graph.connections import Address, Row, driver_options, mapped_errors
from services.graph.deadlines import limited, remaining_seconds
from services.graph.query_files import read_query
from services.settings import Settings


class AsyncStore:
    """A reading connection to the graph for one event loop; an outage is an error, never an empty list."""

    def __init__(self, address: Address, settings: Settings) -> None:
        self.address = address
        with mapped_errors(address, "connecting"):
            self._driver: AsyncDriver = AsyncGraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password.get_secret_value()),
                **driver_options(settings, retry_seconds=settings.api_retry_seconds),
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._driver.close()

    async def check(self) -> str:
        """Ask the database for a sign of life; the server's version.

        Raises
        ------
        StoreUnavailable, StoreRefused
            When nobody answers, or user, password or database are refused.
        """
        text = read_query("status/sign_of_life").text
        with mapped_errors(self.address, "connecting"):
            async with self._session() as session:
                result = await session.run(text)
                return str((await result.consume()).server.agent)

    async def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Rows of the reading query called `name`.

        One message asks and one answers; only what fails and may succeed later is tried again as a transaction of
        the driver's, which costs three of each.

        Raises
        ------
        StoreUnavailable
            In an outage.
        TimedOut
            When the time limit around it is over; the server stops the query.
        UnknownQuery, QueryFailed
            When there is no such query, or the server refuses it.
        """
        query = read_query(name)

        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            result = await transaction.run(query.text, parameters)
            return await result.data()

        with mapped_errors(self.address, f"query {name}"):
            async with self._session() as session:
                try:
                    result = await session.run(Query(query.text, timeout=remaining_seconds()), parameters)
                    return await result.data()
                except (Neo4jError, DriverError) as error:
                    if not error.is_retryable():
                        raise
                return await session.execute_read(limited(work))

    def _session(self) -> AsyncSession:
        return self._driver.session(database=self.address.database, default_access_mode=READ_ACCESS)
