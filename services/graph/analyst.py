"""For notebooks: the graph as py2neo's ``Graph``, or a query's rows as a pandas or polars frame.

**These connections can write**: they have the server's own user, and nothing checks, limits or undoes what is sent
over them. To read only, with limits, use ``locusgraph cypher`` or ``POST /cypher``. py2neo is the extra ``analyst``; it
is no longer developed, so nothing else of the product uses it, and a test says when a server stops speaking to it.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from neo4j import GraphDatabase

from services.graph.connections import Address, driver_options, mapped_errors
from services.graph.errors import StoreError
from services.graph.foreign_values import EdgeValue, NodeValue, PathValue, to_plain
from services.graph.opening import resolve_address
from services.settings import Settings, read_settings

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from py2neo import Graph

CAN_WRITE = "this connection can write: what is sent over it is neither checked nor limited nor undone"

_log = logging.getLogger(__name__)


class AnalystExtraMissing(StoreError):  # noqa: N818 (says what happened)
    """A library of the extra ``analyst`` is not installed."""


def open_graph(settings: Settings | None = None) -> "Graph":
    """Open the graph of the settings as py2neo's ``Graph``; it can write.

    Parameters
    ----------
    settings
        Read from the environment when not given; a managed server is started or joined.

    Raises
    ------
    AnalystExtraMissing
        Without py2neo.
    StoreError
        When the graph cannot be reached.
    """
    with _extra("py2neo"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses what newer Pythons and libraries warn of
        from py2neo import Graph
    address = resolve_address(settings or read_settings())
    _log.warning("%s", CAN_WRITE)
    with mapped_errors(address, "connecting"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Graph(address.uri, auth=(address.user, address.password.get_secret_value()), name=address.database)


def frame(
    query: str, /, *, kind: Literal["pandas", "polars"] = "pandas", settings: Settings | None = None, **parameters: Any
) -> "pd.DataFrame | pl.DataFrame":
    """Run a query over the official driver; its rows as a data frame. It can write.

    Parameters
    ----------
    query
        Cypher with ``$name`` for each of the parameters.
    kind
        pandas (of the extra) or polars.
    settings
        As of `open_graph`.
    parameters
        Values of the query's parameters.

    Returns
    -------
    DataFrame
        One column for each name of RETURN; nodes and relationships are dicts of their properties.

    Raises
    ------
    AnalystExtraMissing
        Without pandas.
    QueryFailed, StoreUnavailable
        When the server refuses the query, or nobody answers.
    """
    address = resolve_address(settings or read_settings())
    columns, rows = _run(address, settings or read_settings(), query, parameters)
    by_name = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    if kind == "polars":
        import polars as pl

        return pl.DataFrame(by_name, strict=False)
    with _extra("pandas"):
        import pandas as pd
    return pd.DataFrame(by_name)


def _run(
    address: Address, settings: Settings, query: str, parameters: dict[str, Any]
) -> tuple[list[str], list[list[Any]]]:
    password = address.password.get_secret_value()
    options = driver_options(settings, retry_seconds=settings.neo4j_retry_seconds)
    with (
        mapped_errors(address, "an analyst's query"),
        GraphDatabase.driver(address.uri, auth=(address.user, password), **options) as driver,
    ):
        answer = driver.execute_query(query, parameters, database_=address.database)
    return list(answer.keys), [[_simple(to_plain(value)) for value in record.values()] for record in answer.records]


def _simple(value: Any) -> Any:
    """A value that a frame can hold."""
    if isinstance(value, NodeValue | EdgeValue):
        return value.properties
    if isinstance(value, PathValue):
        return [node.properties for node in value.nodes]
    return [_simple(part) for part in value] if isinstance(value, list) else value


@contextmanager
def _extra(library: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise AnalystExtraMissing(
            f"{library} is not installed here: it belongs to the extra 'analyst' (pip install 'locusgraph[analyst]'); "
            "locusgraph cypher --format parquet needs neither"
        ) from error
