"""What a GraphQL caller is told when something is wrong: a code, a sentence, and what would help."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from api.gql.codes import ErrorCode
from services.graph.errors import StoreError, StoreUnavailable, TimedOut
from services.redaction import redact

logger = logging.getLogger(__name__)


class QueryError(Exception):
    """A request that cannot be answered as it stands.

    Attributes
    ----------
    code
        The machine-readable cause, shown as ``extensions.code``.
    extensions
        Everything shown under ``extensions`` of the GraphQL error.
    """

    def __init__(self, code: ErrorCode, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.extensions: dict[str, Any] = {"code": code.value, **details}


def unknown_id(kind: str, text: str, suggestions: Sequence[str]) -> QueryError:
    """An id that names nothing, with the nearest ones."""
    hint = f" Did you mean {', '.join(suggestions)}?" if suggestions else " Use search(text:) to find it."
    message = f"no {kind} is called {text!r} in the current release.{hint}"
    return QueryError(ErrorCode.UNKNOWN_ID, message, kind=kind, id=text, didYouMean=list(suggestions))


def ambiguous_id(kind: str, text: str, matches: Sequence[Mapping[str, str]]) -> QueryError:
    """A name that several things share: the caller chooses one of their ids."""
    listed = ", ".join(match["id"] for match in matches)
    message = f"{text!r} names {len(matches)} of kind {kind}: {listed}. Ask again with one of these ids."
    return QueryError(ErrorCode.AMBIGUOUS_ID, message, kind=kind, id=text, matches=[dict(match) for match in matches])


def describe_error(error: GraphQLError, *, request_id: str) -> dict[str, Any]:
    """One entry of ``errors`` in the response; the cause of a defect goes to the log, not to the caller."""
    described: dict[str, Any] = dict(error.formatted)
    extensions: dict[str, Any] = dict(described.get("extensions") or {})
    cause = error.original_error
    if cause is None:
        extensions.setdefault("code", ErrorCode.BAD_QUERY.value)
    elif not isinstance(cause, QueryError):
        text, extensions["code"] = _describe_cause(cause, request_id)
        described["message"] = redact(text)  # a QueryError repeats the caller's own words: no way to try passwords
    described["extensions"] = {**extensions, "requestId": request_id}
    return described


def _describe_cause(cause: Exception, request_id: str) -> tuple[str, str]:
    if isinstance(cause, StoreUnavailable):
        logger.warning("request %s: the store is unavailable: %s", request_id, cause)
        return f"the graph store does not answer, so nothing is known: {cause}", ErrorCode.OUTAGE.value
    if isinstance(cause, TimedOut | TimeoutError):
        logger.warning("request %s: out of time: %s", request_id, cause)
        return str(cause) or "the time for this request was over: ask for less at once", ErrorCode.TIMEOUT.value
    if isinstance(cause, StoreError):
        logger.error("request %s: the store failed", request_id, exc_info=cause)
        return f"the graph store failed: {cause}", ErrorCode.STORE_FAILED.value
    if type(cause).__module__.split(".")[0] == "services":
        return str(cause), ErrorCode.REFUSED.value
    logger.error("request %s: a defect of the service", request_id, exc_info=cause)
    return f"a defect of the service; its log names it under request {request_id}", ErrorCode.INTERNAL.value
