"""Says in our words what the server stopped, and restarts a managed server that a query has made deaf."""

import logging

from services.cypher.errors import CypherError, CypherRefused, ServerRestarted, Stop
from services.graph.foreign import ForeignError
from services.graph.local_server import restart_stuck
from services.settings import Settings

_log = logging.getLogger(__name__)
_SMALLER = "ask for less: a LIMIT, a narrower WHERE, or count() in place of collect()"
_RULES: tuple[tuple[str, Stop, str, str], ...] = (
    ("TransactionTimedOut", Stop.TIMEOUT, "a query is done within its time", _SMALLER),
    ("LockClientStopped", Stop.TIMEOUT, "a query is done within its time", _SMALLER),
    ("Transaction.Terminated", Stop.TIMEOUT, "a query is done within its time", _SMALLER),
    ("MemoryPoolOutOfMemory", Stop.MEMORY, "a query keeps to its share of memory", _SMALLER),
    ("TransactionOutOfMemory", Stop.MEMORY, "a query keeps to its share of memory", _SMALLER),
    ("OutOfMemory", Stop.MEMORY, "a query keeps to its share of memory", _SMALLER),
    ("Statement.AccessMode", Stop.READ_ACCESS, "an analyst's query only reads", "read only"),
    ("Forbidden", Stop.READ_ACCESS, "an analyst's query only reads", "read only"),
    ("ParameterMissing", Stop.PARSER, "every $name has a value", "give it with -p name=value"),
    ("SyntaxError", Stop.PARSER, "a query is correct Cypher 5", "see docs/cypher.md for examples"),
    ("ArgumentError", Stop.PARSER, "a query is correct Cypher 5", "see docs/cypher.md for examples"),
    ("TypeError", Stop.FAILED, "values have the types that the query needs", "locusgraph schema shows the properties"),
    ("ProcedureNotFound", Stop.EXPLAIN, "only procedures of the list may be called", "see docs/cypher.md"),
)


def explain_stop(error: ForeignError, settings: Settings, *, is_planning: bool) -> CypherError:
    """The error that an analyst is told; a managed server that stays deaf is restarted first.

    Parameters
    ----------
    is_planning
        Whether the query was only being planned.
    """
    if error.is_silent:
        return _restarted(settings)
    if error.is_over:
        return CypherRefused(
            f"an answer has at most {settings.cypher_byte_limit:,} bytes",
            seen="more",
            remedy="ask for fewer rows or properties, or raise LOCUSGRAPH_CYPHER_BYTE_LIMIT",
            stop=Stop.BYTES,
        )
    for sign, stop, rule, remedy in _RULES:
        if sign in error.code:
            seen = f"more than {settings.cypher_timeout_seconds:g} s" if stop is Stop.TIMEOUT else str(error)
            return CypherRefused(rule, seen=seen, remedy=remedy, stop=stop)
    stop = Stop.PARSER if is_planning else Stop.FAILED
    return CypherRefused("the server could not run the query", seen=f"{error} ({error.code})", stop=stop)


def _restarted(settings: Settings) -> ServerRestarted:
    limit = f"{settings.cypher_timeout_seconds:g} s and {settings.cypher_grace_seconds:g} s of grace"
    if settings.is_managed and restart_stuck(settings):
        _log.error("a query could not be stopped: the managed graph was restarted")
        told = "the graph's server was restarted and answers again in about 20 s; nothing that was written is lost"
    else:
        told = "the server is not ours to restart: its operator should look at it"
    return ServerRestarted(
        "a query that the server cannot interrupt is ended with the server",
        seen=f"no answer after {limit}",
        remedy=f"{told}; UNWIND long lists instead of working through them inside one expression",
        stop=Stop.RESTART,
    )
