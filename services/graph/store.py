"""The store: named queries on one Neo4j, read and written over Bolt."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import Any, Self

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    Query,
    Result,
    Session,
)
from neo4j import Transaction as DriverTransaction
from neo4j.exceptions import DriverError, Neo4jError

from services.graph.connections import Address, Row, driver_options, mapped_errors
from services.graph.deadlines import limited, remaining_seconds
from services.graph.errors import QueryFailed
from services.graph.query_files import QueryText, read_query
from services.settings import Settings

Counters = dict[str, int]

__all__ = ["Counters", "Row", "Store", "Transaction", "add_counters"]


class Transaction:
    """One transaction over several named queries; it commits when its ``with`` block ends without an error."""

    def __init__(self, transaction: DriverTransaction, address: Address) -> None:
        self._transaction = transaction
        self._address = address

    def run(self, name: str, /, **parameters: Any) -> list[Row]:
        """Run the query called `name`; its rows."""
        query = read_query(name)
        with mapped_errors(self._address, f"query {name}"):
            return self._transaction.run(_bolt_query(query), parameters).data()


class Store:
    """A connection to the graph.

    All text comes from query files, all values are parameters. A failed transaction that may succeed later (an
    outage, a deadlock) is tried again for ``neo4j_retry_seconds``, so every write is idempotent.
    """

    def __init__(self, address: Address, settings: Settings) -> None:
        self.address = address
        self._settings = settings
        with mapped_errors(address, "connecting"):
            self._driver: Driver = GraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password.get_secret_value()),
                **driver_options(settings, retry_seconds=settings.neo4j_retry_seconds),
            )
        try:
            self.check()
        except BaseException:
            self._driver.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def check(self) -> str:
        """Ask the database for a sign of life; the server's version, such as ``Neo4j/5.26.30``.

        Raises
        ------
        StoreUnavailable
            When nobody answers.
        StoreRefused
            When user, password or database are refused.
        """
        query = _bolt_query(read_query("status/sign_of_life"))
        with mapped_errors(self.address, "connecting"), self._session(READ_ACCESS) as session:
            return str(session.run(query).consume().server.agent)

    def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Rows of the reading query called `name`.

        Raises
        ------
        StoreUnavailable
            In an outage; never an empty list instead.
        UnknownQuery, QueryFailed
            When there is no such query, or the server refuses it.
        """
        query = read_query(name)

        def work(transaction: ManagedTransaction) -> list[Row]:
            return transaction.run(_bolt_query(query), parameters).data()

        with mapped_errors(self.address, f"query {name}"), self._session(READ_ACCESS) as session:
            try:
                return session.run(Query(query.text, timeout=remaining_seconds()), parameters).data()
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
            return session.execute_read(limited(work))

    def read_columns(self, name: str, columns: Iterable[str], /, **parameters: Any) -> dict[str, list[Any]]:
        """Rows of a reading query as one list a column, for exports of millions of rows.

        Parameters
        ----------
        name
            The query.
        columns
            The columns it must return, in any order.

        Raises
        ------
        QueryFailed
            When the query returns other columns.
        """
        query, wanted = read_query(name), list(columns)
        fetch_rows = self._settings.export_fetch_rows

        def work(transaction: ManagedTransaction) -> dict[str, list[Any]]:
            return _collect_columns(transaction.run(_bolt_query(query), parameters), query, wanted, fetch_rows)

        doing = f"query {name}"
        with mapped_errors(self.address, doing), self._session(READ_ACCESS, fetch_size=fetch_rows) as session:
            return session.execute_read(limited(work, self._settings.long_transaction_timeout_seconds))

    def read_batches(self, name: str, /, **parameters: Any) -> Iterator[list[Row]]:
        """Rows of a reading query in batches of ``export_fetch_rows``, never held as a whole.

        It is not tried again after an outage: what was handed out cannot be taken back.
        """
        query, fetch_rows = read_query(name), self._settings.export_fetch_rows
        timeout = self._settings.long_transaction_timeout_seconds
        with self._session(READ_ACCESS, fetch_size=fetch_rows) as session:
            with mapped_errors(self.address, f"query {name}"):
                result = session.run(_bolt_query(query, timeout), parameters)
                records = result.fetch(fetch_rows)
            while records:
                yield [record.data() for record in records]
                with mapped_errors(self.address, f"query {name}"):
                    records = result.fetch(fetch_rows)

    def write(self, name: str, /, **parameters: Any) -> Counters:
        """Run the writing query called `name` in a transaction of its own; what it changed, by counter.

        A query ``IN TRANSACTIONS`` commits its batches itself and is not tried again after an outage.
        """
        query = read_query(name)
        if query.is_self_committing:
            return self._write_in_batches(query, parameters)

        def work(transaction: ManagedTransaction) -> Counters:
            return _read_counters(transaction.run(_bolt_query(query), parameters))

        with mapped_errors(self.address, f"query {name}"), self._session(WRITE_ACCESS) as session:
            return session.execute_write(work)

    def write_rows(
        self,
        name: str,
        rows: Iterable[Mapping[str, Any] | Sequence[Any]],
        /,
        *,
        batch: int | None = None,
        on_rows: Callable[[int], None] | None = None,
        **parameters: Any,
    ) -> Counters:
        """Write `rows` through the query called `name`, which takes them as ``$rows``, one transaction a batch.

        Parameters
        ----------
        name
            A query that begins ``UNWIND $rows AS row``.
        rows
            Read once, never held as a whole.
        batch
            Rows of a transaction; ``edge_batch_rows`` when not given.
        on_rows
            Called with the number of rows of each batch once it is committed.
        """
        query, total, remaining = read_query(name), Counters(), iter(rows)
        with self._session(WRITE_ACCESS) as session:
            while chunk := list(islice(remaining, batch or self._settings.edge_batch_rows)):
                with mapped_errors(self.address, f"query {name}"):
                    counted = session.execute_write(_run_for_counters, query, {"rows": chunk, **parameters})
                total = add_counters(total, counted)
                if on_rows is not None:
                    on_rows(len(chunk))
        return total

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Several named queries in one transaction: all of them or none. It is not tried again."""
        with self._session(WRITE_ACCESS) as session:
            with mapped_errors(self.address, "beginning a transaction"):
                driver_transaction = session.begin_transaction()
            try:
                yield Transaction(driver_transaction, self.address)
            except BaseException:
                driver_transaction.close()
                raise
            with mapped_errors(self.address, "committing a transaction"):
                driver_transaction.commit()

    def apply_schema(self, statements: Iterable[str]) -> None:
        """Run schema statements made from the registry, then wait until every index answers."""
        with mapped_errors(self.address, "making constraints and indexes"), self._session(WRITE_ACCESS) as session:
            for statement in statements:
                session.run(statement).consume()
            session.run(_bolt_query(read_query("setup/await_indexes"))).consume()

    def explain(self, name: str, /, **parameters: Any) -> tuple[str, ...]:
        """Plan the query called `name` without running it; what the planner warns of, one line each."""
        text, noisy = f"EXPLAIN {read_query(name).text}", {"notifications_min_severity": "WARNING"}
        with mapped_errors(self.address, f"planning query {name}"), self._session(READ_ACCESS, **noisy) as session:
            summary = session.run(text, parameters).consume()
        return tuple(
            status.status_description for status in summary.gql_status_objects if status.gql_status.startswith("01")
        )

    def _write_in_batches(self, query: QueryText, parameters: Mapping[str, Any]) -> Counters:
        timeout = self._settings.long_transaction_timeout_seconds
        with mapped_errors(self.address, f"query {query.name}"), self._session(WRITE_ACCESS) as session:
            return _read_counters(session.run(_bolt_query(query, timeout), dict(parameters)))

    def _session(self, access: str, **options: Any) -> Session:
        return self._driver.session(database=self.address.database, default_access_mode=access, **options)


def add_counters(first: Mapping[str, int], second: Mapping[str, int]) -> Counters:
    """Sum of two sets of counters."""
    return {key: first.get(key, 0) + second.get(key, 0) for key in sorted({*first, *second})}


def _run_for_counters(transaction: ManagedTransaction, query: QueryText, parameters: Mapping[str, Any]) -> Counters:
    return _read_counters(transaction.run(_bolt_query(query), dict(parameters)))


def _bolt_query(query: QueryText, timeout: float | None = None) -> Any:
    return query.text if timeout is None else Query(query.text, timeout=timeout)


def _read_counters(result: Result) -> Counters:
    counters = result.consume().counters
    return {key: int(value) for key, value in vars(counters).items() if not key.startswith("_") and value}


def _collect_columns(result: Result, query: QueryText, wanted: list[str], fetch_rows: int) -> dict[str, list[Any]]:
    names = result.keys()
    if sorted(names) != sorted(wanted):
        raise QueryFailed(f"query {query.name} returns the columns {list(names)}, wanted {wanted}: fix its RETURN")
    lists: list[list[Any]] = [[] for _ in names]
    while records := result.fetch(fetch_rows):
        for collected, values in zip(lists, zip(*records, strict=True), strict=True):
            collected.extend(values)
    by_name = dict(zip(names, lists, strict=True))
    return {name: by_name[name] for name in wanted}
