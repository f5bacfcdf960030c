"""How the driver is made, and what its errors mean in our words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DriverError,
    GqlError,
    Neo4jError,
    ResultError,
    ServiceUnavailable,
    SessionExpired,
    TransactionError,
)
from pydantic import SecretStr

from services.graph.errors import ConstraintBroken, DiskFull, QueryFailed, StoreError, StoreRefused, StoreUnavailable
from services.settings import Settings

Row = dict[str, Any]
Progress = Callable[[int, int, str], None]

_LONGEST_MESSAGE = 600
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
    """

    uri: str
    user: str
    password: SecretStr
    database: str
    remedy: str


def resolve_address(settings: Settings, on_progress: Progress | None = None) -> Address:
    """Address of the store; the managed server is started or joined first."""
    if not settings.is_managed:
        return remote_address(settings)
    from services.graph.local_server import start

    return start(settings, on_progress).address


def remote_address(settings: Settings) -> Address:
    """Address of the server that the environment names.

    Raises
    ------
    StoreRefused
        When the settings name no server.
    """
    if settings.neo4j_uri is None:
        raise StoreRefused("no server is named: set NEO4J_URI, or leave it to the managed local server")
    return Address(
        uri=settings.neo4j_uri,
        user=settings.neo4j_user,
        password=settings.read_password(),
        database=settings.neo4j_database,
        remedy="check NEO4J_URI and that the server runs, or unset it to use the managed local one",
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
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise translate_error(error, address, doing) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) or "URI" in str(error) or "resolve" in str(error):
            raise _outage(address, doing, error) from error
        raise


def translate_error(error: GqlError, address: Address, doing: str) -> StoreError:
    """Our error for one of the driver's."""
    text = _first_words(error)
    if any(sign in text for sign in _DISK_SIGNS):
        return DiskFull(f"{doing} on {address.uri} found no room on the server's disk ({text}): free some space")
    if isinstance(error, AuthError):
        return StoreRefused(
            f"{address.uri} refused user {address.user!r} ({_code(error)}): check NEO4J_USER and the password"
        )
    if _code(error).endswith(("DatabaseNotFound", "DatabaseUnavailable")):
        return StoreRefused(
            f"{address.uri} has no running database {address.database!r} ({_code(error)}): check NEO4J_DATABASE"
        )
    if isinstance(error, ConstraintError):
        return ConstraintBroken(f"{doing} would break a uniqueness rule: {text}")
    if isinstance(error, ResultError | TransactionError | ClientError):
        return QueryFailed(f"{doing} failed on {address.uri} ({_code(error)}): {text}")
    if isinstance(error, ServiceUnavailable | SessionExpired | DriverError):
        return _outage(address, doing, error)
    return QueryFailed(f"{doing} failed on {address.uri} ({_code(error)}): {text}")


def _outage(address: Address, doing: str, error: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"the graph at {address.uri} does not answer ({doing}: {_first_words(error)}): {address.remedy}"
    )


def _code(error: Exception) -> str:
    return str(getattr(error, "code", None) or type(error).__name__)


def _first_words(error: Exception) -> str:
    text = " ".join(str(getattr(error, "message", None) or error).split())
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " …"
