"""Runs Cypher that a caller wrote: planned first, then with READ access, within limits; nothing is ever tried again."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from neo4j import READ_ACCESS, GraphDatabase, Result, Transaction
from neo4j.exceptions import DriverError, Neo4jError

from services.graph.connections import Address, driver_options, mapped_errors, translate_error
from services.graph.counted_socket import CountedSocket, counted
from services.graph.errors import StoreError
from services.graph.foreign_values import to_plain
from services.settings import Settings

FETCH_ROWS = 500
_PLAN_BYTES = 8_000_000


@dataclass(frozen=True)
class Bounds:
    """Limits of one query.

    Attributes
    ----------
    timeout_seconds
        When the server is asked to stop it.
    grace_seconds
        How much longer the server may stay silent before it counts as stuck.
    most_bytes
        Bytes of its answer.
    """

    timeout_seconds: float
    grace_seconds: float
    most_bytes: int


@dataclass(frozen=True)
class Operator:
    """One step of a plan: its kind, such as ``NodeByLabelScan``, and the planner's details."""

    kind: str
    details: str


@dataclass(frozen=True)
class Plan:
    """What the server would do: ``r`` reads only; ``rw``, ``w`` and ``s`` do not."""

    query_type: str
    operators: tuple[Operator, ...]


class ForeignError(StoreError):
    """The server did not answer a caller's query.

    Attributes
    ----------
    code
        The server's code, such as ``Neo.ClientError.Statement.SyntaxError``; empty when the answer broke off.
    is_over, is_silent
        Whether its answer was too long, or the server stayed silent past the limit and the grace time.
    """

    def __init__(self, message: str, *, code: str = "", is_over: bool = False, is_silent: bool = False) -> None:
        super().__init__(message)
        self.code, self.is_over, self.is_silent = code, is_over, is_silent


class ForeignResult:
    """The answer to a query, read once.

    Attributes
    ----------
    columns
        Names, in the order of the query's RETURN.
    """

    def __init__(self, result: Result, socket: CountedSocket) -> None:
        self._result, self._socket = result, socket
        self.columns = tuple(result.keys())

    @property
    def n_bytes(self) -> int:
        """Bytes read so far."""
        return self._socket.n_bytes

    def rows(self) -> Iterator[list[Any]]:
        """The rows as plain values, one list each."""
        for record in self._result:
            yield [to_plain(value) for value in record.values()]


class ForeignReader:
    """Reads for callers who write their own Cypher; the limits are not its own but given with each query."""

    def __init__(self, address: Address, settings: Settings) -> None:
        self.address = address
        with mapped_errors(address, "connecting"):
            self._driver = GraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password.get_secret_value()),
                liveness_check_timeout=0,
                **driver_options(settings, retry_seconds=0),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def explain(self, text: str, parameters: Mapping[str, Any], bounds: Bounds) -> Plan:
        """Plan a query without running it.

        Raises
        ------
        ForeignError
            When the server does not take it, or is not done with it in time.
        StoreUnavailable
            When nobody answers.
        """
        planned = Bounds(bounds.timeout_seconds, bounds.grace_seconds, _PLAN_BYTES)
        with self._reading(planned) as (transaction, _):
            summary = transaction.run(f"EXPLAIN\n{text}", dict(parameters)).consume()
        return Plan(summary.query_type or "", tuple(_operators(summary.plan)))

    @contextmanager
    def stream(self, text: str, parameters: Mapping[str, Any], bounds: Bounds) -> Iterator[ForeignResult]:
        """Run a query with READ access; its answer is read while the ``with`` block lasts.

        Raises
        ------
        ForeignError
            When the server refuses or stops it, when the answer is too long, or when the server is stuck.
        StoreUnavailable
            When nobody answers.
        """
        with self._reading(bounds) as (transaction, socket):
            yield ForeignResult(transaction.run(text, dict(parameters)), socket)

    @contextmanager
    def _reading(self, bounds: Bounds) -> Iterator[tuple[Transaction, CountedSocket]]:
        options: dict[str, Any] = {
            "database": self.address.database,
            "default_access_mode": READ_ACCESS,
            "fetch_size": FETCH_ROWS,
        }
        with mapped_errors(self.address, "an analyst's query"), self._driver.session(**options) as session:
            transaction = session.begin_transaction(timeout=bounds.timeout_seconds)
            deadline = time.monotonic() + bounds.timeout_seconds + bounds.grace_seconds
            with counted(
                session, most_bytes=bounds.most_bytes, deadline=deadline, grace_seconds=bounds.grace_seconds
            ) as socket:
                try:
                    yield transaction, socket
                    transaction.close()
                except (Neo4jError, DriverError) as error:
                    raise _foreign(error, socket, self.address) from error


def _foreign(error: Neo4jError | DriverError, socket: CountedSocket, address: Address) -> StoreError:
    """Our error for one of the driver's, while a caller's query runs."""
    if isinstance(error, Neo4jError):
        return ForeignError(" ".join(str(error.message).split())[:600], code=error.code or "")
    if socket.is_over or socket.is_silent:
        return ForeignError("the answer broke off", is_over=socket.is_over, is_silent=socket.is_silent)
    return translate_error(error, address, "an analyst's query")


def _operators(plan: Mapping[str, Any] | None) -> Iterator[Operator]:
    if plan is None:
        return
    yield Operator(str(plan["operatorType"]).split("@")[0], str(plan.get("args", {}).get("Details") or ""))
    for child in plan.get("children", ()):
        yield from _operators(child)
