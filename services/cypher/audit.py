"""Notes every query of an analyst, answered or not, in the audit log and in the ordinary one."""

import logging

from services.access.audit import record
from services.settings import Settings

_log = logging.getLogger(__name__)


def note_query(settings: Settings, text: str, *, who: str, outcome: str, elapsed_ms: float, n_rows: int) -> None:
    """Note one query: its text, who asked, what came of it, how long it took and how many rows were sent.

    Values of parameters are left out: they may be about people.

    Raises
    ------
    AuditError
        When it cannot be written down.
    """
    _log.info("cypher by %s: %s, %.0f ms, %d rows", who, outcome, elapsed_ms, n_rows)
    facts = {"query": text, "outcome": outcome, "elapsed_ms": round(elapsed_ms, 1), "n_rows": n_rows}
    record(settings, "cypher", who, **facts)
