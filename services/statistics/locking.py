"""Lets one process compute statistics on a state folder, and hands it what others would have done meanwhile.

Loading studies must not wait for an analysis that runs for minutes. Loading therefore leaves a note that the statistics
are to be attached again and tries the lock; who holds the lock looks for the note once it has let go. So one of the two
always does it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.registry import runs_folder
from services.settings import Settings
from services.statistics.errors import StatisticsBusy


@contextmanager
def statistics_lock(settings: Settings, doing: str) -> Iterator[None]:
    """Hold the lock of the statistics; it is the kernel's and ends with the process.

    Raises
    ------
    StatisticsBusy
        When another process holds it, naming that process.
    """
    folder = runs_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "statistics.lock").open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            raise StatisticsBusy(
                f"only one process may compute statistics in {settings.home} at a time, and {holder} is at it: "
                "wait until it has ended"
            ) from error
        stream.truncate(0)
        stream.write(f"process {os.getpid()} ({doing})")
        stream.flush()
        yield
        stream.truncate(0)


def ask_for_refresh(settings: Settings) -> None:
    """Leave the note that the statistics are to be attached again."""
    runs_folder(settings).mkdir(parents=True, exist_ok=True)
    _asked(settings).touch()


def is_refresh_asked(settings: Settings) -> bool:
    """Whether the note is there, or what a kill left of it."""
    return _asked(settings).exists() or _begun(settings).exists()


def begin_refresh(settings: Settings) -> None:
    """Take the note; one that is left from now on asks again."""
    if _asked(settings).exists():
        _asked(settings).replace(_begun(settings))


def end_refresh(settings: Settings) -> None:
    """Note that what was asked for is done."""
    _begun(settings).unlink(missing_ok=True)


def _asked(settings: Settings) -> Path:
    return runs_folder(settings) / "refresh.asked"


def _begun(settings: Settings) -> Path:
    return runs_folder(settings) / "refresh.begun"
