"""Tells whoever wants to know how long each exchange with the store took, and how it ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from services.graph.errors import StoreError

Watcher = Callable[[str, float, str | None], None]
"""Called with what was done (such as ``query graphql/snps``), the seconds it took, and the error's name or None."""

_watchers: Final[list[Watcher]] = []


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Call `watcher` after each exchange of this process, from whatever thread did it, until the block ends."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


@contextmanager
def watched(doing: str) -> Iterator[None]:
    """Tell the watchers of what is done in the block."""
    begin, failure = time.perf_counter(), None
    try:
        yield
    except StoreError as error:
        failure = type(error).__name__
        raise
    finally:
        for watcher in tuple(_watchers):
            watcher(doing, time.perf_counter() - begin, failure)
