"""Notes every query of an analyst in the log, answered or not."""

import logging

_log = logging.getLogger(__name__)
_LONGEST = 2_000


def note_query(text: str, *, who: str, outcome: str, elapsed_ms: float, n_rows: int) -> None:
    """Note one query: its text, who asked, what came of it, how long it took and how many rows were sent.

    Values of parameters are left out: they may be about people.
    """
    _log.info(
        "cypher by %s: %s, %.0f ms, %d rows",
        who,
        outcome,
        elapsed_ms,
        n_rows,
        extra={
            "query": text if len(text) <= _LONGEST else text[:_LONGEST] + " …",
            "who": who,
            "outcome": outcome,
            "elapsed_ms": round(elapsed_ms, 1),
            "n_rows": n_rows,
        },
    )
