"""Notes every query of an analyst: in the audit log before it runs, in both logs when it ended."""

import logging

from services.access.audit import record
from services.access.errors import AuditError
from services.settings import Settings

_log = logging.getLogger(__name__)
_LONGEST = 2_000
_EVENT = "cypher"


def note_question(settings: Settings, text: str, *, who: str) -> None:
    """Note in the audit log that somebody asks this; values of parameters are left out: they may be about people.

    Raises
    ------
    AuditError
        When it cannot be noted; the query must not be run then.
    """
    record(settings, _EVENT, who, state="asked", query=text)


def note_query(settings: Settings, text: str, *, who: str, outcome: str, elapsed_ms: float, n_rows: int) -> None:
    """Note one query that ended: who asked, what came of it, how long it took and how many rows were sent."""
    facts = {"outcome": outcome, "elapsed_ms": round(elapsed_ms, 1), "n_rows": n_rows}
    shortened = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
    _log.info(
        "cypher by %s: %s, %.0f ms, %d rows",
        who,
        outcome,
        elapsed_ms,
        n_rows,
        extra={"query": shortened, "who": who, **facts},
    )
    try:
        record(settings, _EVENT, who, state="ended", **facts)
    except AuditError:
        _log.exception("the end of a query of %s is not in the audit log; its beginning is", who)
