"""How long what is asked now may still take: set once a request, kept by every query that it sends.

The limit follows the context: tasks that the request starts and threads that ``asyncio.to_thread`` runs have it too.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

from neo4j import unit_of_work

from services.graph.errors import TimedOut

WorkT = TypeVar("WorkT", bound=Callable[..., Any])

_SHORTEST_SECONDS: Final = 0.001
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let the queries of this block take so long together; a shorter limit around it stays."""
    ends = time.monotonic() + seconds
    outer = _deadline.get()
    token = _deadline.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining_seconds() -> float | None:
    """What is left of the limit; None where there is none.

    Raises
    ------
    TimedOut
        When nothing is left.
    """
    ends = _deadline.get()
    if ends is None:
        return None
    left = ends - time.monotonic()
    if left < _SHORTEST_SECONDS:
        raise TimedOut("the time for this request was over before all of it was asked: ask for less at once")
    return left


def limited(work: WorkT, longest: float | None = None) -> WorkT:
    """The transaction function `work` with what is left as the limit that the server keeps, at most `longest` s.

    Raises
    ------
    TimedOut
        When nothing is left.
    """
    limits = [limit for limit in (remaining_seconds(), longest) if limit is not None]
    return unit_of_work(timeout=min(limits))(work) if limits else work
