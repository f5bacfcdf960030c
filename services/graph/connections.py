"""How the driver is made, and what its errors mean in our words."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DriverError,
    GqlError,
    Neo4jError,
    ResultError,
    TransactionError,
)
from pydantic import SecretStr

from services.graph.errors import (
    ConstraintBroken,
    DiskFull,
    QueryFailed,
    StoreError,
    StoreRefused,
    StoreUnavailable,
    TimedOut,
)
from services.graph.query_files import read_query
from services.graph.query_watch import watched
from services.settings import Settings

Row = dict[str, Any]
Progress = Callable[[int, int, str], None]

_LONGEST_MESSAGE = 600
_LEAST_FREE_BYTES = 64 << 20
_URI = re.compile(r"(bolt|neo4j)(\+s|\+ssc)?://[^/\s@]+/?(\?.*)?")
_DISK_SIGNS = ("No space left", "not enough space", "disk is full", "Disk is full", "insufficient disk")


@dataclass(frozen=True)
class Address:
    """Where a store is reached, and what to do when it is not.

    Attributes
    ----------
    uri, user, password, database
        What the driver needs.
    remedy
        One sentence for the person who reads an outage's message.
    folder
        Folder of a server on this machine, whose disk is looked at when it fails; None for a remote one.
    """

    uri: str
    user: str
    password: SecretStr
    database: str
    remedy: str
    folder: Path | None = None


def remote_address(settings: Settings) -> Address:
    """Address of the server that the environment names.

    Raises
    ------
    StoreRefused
        When the settings name no server, or no address of one.
    """
    if settings.neo4j_uri is None:
        raise StoreRefused("no server is named: set NEO4J_URI, or leave it to the managed local server")
    if not _URI.fullmatch(settings.neo4j_uri):
        raise StoreRefused(
            f"{settings.neo4j_uri!r} is no address of a Neo4j server: set NEO4J_URI to bolt://HOST:PORT or "
            "neo4j://HOST:PORT (with +s for TLS)"
        )
    return Address(
        uri=settings.neo4j_uri,
        user=settings.neo4j_user,
        password=settings.read_password(),
        database=settings.neo4j_database,
        remedy="check NEO4J_URI and that the server runs, or unset it to use the managed local one",
    )


def change_password(address: Address, new: SecretStr) -> None:
    """Replace the password of the user of `address` by `new`.

    Raises
    ------
    StoreRefused
        When the password of `address` is not the present one.
    StoreUnavailable
        When nobody answers.
    """
    old = address.password
    with (
        mapped_errors(address, "changing the password"),
        GraphDatabase.driver(address.uri, auth=(address.user, old.get_secret_value())) as driver,
    ):
        driver.execute_query(
            read_query("setup/change_password").text,
            {"old": old.get_secret_value(), "new": new.get_secret_value()},
            database_="system",
        )


def driver_options(settings: Settings, *, retry_seconds: float) -> dict[str, Any]:
    """Options of a driver, synchronous or not."""
    return {
        "connection_timeout": settings.neo4j_connect_timeout_seconds,
        "connection_acquisition_timeout": settings.neo4j_connect_timeout_seconds + 5,
        "max_transaction_retry_time": retry_seconds,
        "notifications_min_severity": "OFF",
        "user_agent": "locusgraph",
    }


@contextmanager
def mapped_errors(address: Address, doing: str) -> Iterator[None]:
    """Turn the driver's errors into ours, keeping the cause.

    Parameters
    ----------
    address
        Named in the message of an outage.
    doing
        What was tried, such as ``query ingest/stage_edges``.
    """
    with watched(doing):
        try:
            yield
        except (Neo4jError, DriverError) as error:
            raise translate_error(error, address, doing) from error
        except OSError as error:
            raise _outage(address, doing, error) from error
        except ValueError as error:
            if "resolve" not in str(error):
                raise
            raise _outage(address, doing, error) from error


def translate_error(error: GqlError, address: Address, doing: str) -> StoreError:
    """Our error for one of the driver's."""
    text, code = _first_words(error), _code(error)
    words = f"{text} {error}"
    if any(sign in words for sign in _DISK_SIGNS) or (
        not isinstance(error, ClientError) and is_disk_full(address.folder)
    ):
        return DiskFull(
            f"{doing} on {address.uri} found no room on the server's disk ({text}): free some space, then run "
            "'locusgraph graph stop' and try again"
        )
    if isinstance(error, AuthError) or code.endswith("DatabaseNotFound"):
        return _refusal(address, code, is_user_refused=isinstance(error, AuthError))
    if isinstance(error, ConstraintError):
        return ConstraintBroken(f"{doing} would break a uniqueness rule: {text}")
    if "TransactionTimedOut" in code:
        return TimedOut(f"{doing} took longer than it may and was stopped: ask for less at once")
    is_ours = isinstance(error, ResultError | TransactionError)
    if (isinstance(error, DriverError) and not is_ours) or code.endswith("DatabaseUnavailable"):
        return _outage(address, doing, error)
    return QueryFailed(f"{doing} failed on {address.uri} ({code}): {text}")


def is_disk_full(folder: Path | None) -> bool:
    """Whether the disk of a server's folder has no room for another of its log files."""
    return folder is not None and folder.is_dir() and shutil.disk_usage(folder).free < _LEAST_FREE_BYTES


def _refusal(address: Address, code: str, *, is_user_refused: bool) -> StoreRefused:
    if is_user_refused:
        return StoreRefused(f"{address.uri} refused user {address.user!r} ({code}): check NEO4J_USER and the password")
    return StoreRefused(f"{address.uri} has no running database {address.database!r} ({code}): check NEO4J_DATABASE")


def _outage(address: Address, doing: str, error: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"the graph at {address.uri} does not answer ({doing}: {_first_words(error)}): {address.remedy}"
    )


def _code(error: Exception) -> str:
    return str(getattr(error, "code", None) or type(error).__name__)


def _first_words(error: Exception) -> str:
    told = error.message if isinstance(error, Neo4jError) else None
    text = " ".join(str(told or error).split())
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " …"
