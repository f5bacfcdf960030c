"""Finds the text of a Cypher query by its name, ``concern/name`` of ``queries/concern/name.cypher``."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from services.graph.errors import UnknownQuery

QUERIES_FOLDER = Path(__file__).parent / "queries"
_SELF_COMMITTING = re.compile(r"\bIN\s+(\d+\s+CONCURRENT\s+)?TRANSACTIONS\b", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@dataclass(frozen=True)
class QueryText:
    """One query file.

    Attributes
    ----------
    name
        ``concern/name``.
    text
        The Cypher, without its comment lines.
    is_self_committing
        Whether it commits in batches by itself (``IN TRANSACTIONS``), so that no transaction may surround it.
    """

    name: str
    text: str
    is_self_committing: bool


@cache
def read_query(name: str) -> QueryText:
    """Read the query called `name`, once.

    Raises
    ------
    UnknownQuery
        When there is no such file, naming the nearest names.
    """
    if name not in list_queries():
        near = get_close_matches(name, list_queries(), n=3, cutoff=0.3)
        hint = f"did you mean {', '.join(near)}?" if near else "there is none with a similar name"
        raise UnknownQuery(f"no query file is called {name!r} in services/graph/queries: {hint}")
    text = _COMMENT.sub("", (QUERIES_FOLDER / f"{name}.cypher").read_text(encoding="utf-8")).strip()
    return QueryText(name, text, bool(_SELF_COMMITTING.search(text)))


@cache
def list_queries() -> tuple[str, ...]:
    """Names of all query files, sorted."""
    found = (path.relative_to(QUERIES_FOLDER).with_suffix("") for path in QUERIES_FOLDER.rglob("*.cypher"))
    return tuple(sorted(path.as_posix() for path in found))
