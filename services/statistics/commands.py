"""The life of an analysis on the graph: computed or found, staged, shown in one switch, cleared up after."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.statistics.attach import attach_results
from services.statistics.locking import statistics_lock
from services.statistics.refresh import refresh_if_asked
from services.statistics.runs import (
    Analysis,
    begin_run,
    find_metrics,
    find_shown,
    show_run,
    sweep_unfinished,
    write_folder,
)
from services.statistics.settling import settle_values
from services.statistics.values import to_json

Computed = tuple[Mapping[str, Any], Callable[[Path], None] | None]
"""Results of an analysis, and what writes its other files into its folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An analysis that readers see.

    Attributes
    ----------
    metrics
        Its results as they are stored: plain JSON values.
    status
        computed, or unchanged where readers saw this very run already.
    release
        Number of the release that shows it.
    """

    metrics: Mapping[str, Any]
    status: Literal["computed", "unchanged"]
    release: int


def no_progress(_done: int, _total: int, _text: str) -> None:
    """Report to nobody."""


class Stopwatch:
    """Measures wall time from its making."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._start


@contextmanager
def analysing(store: Store, settings: Settings, doing: str) -> Iterator[None]:
    """Hold the lock of the statistics, and afterwards do what loading studies asked for meanwhile.

    Raises
    ------
    StatisticsBusy
        When another process computes statistics.
    """
    with statistics_lock(settings, doing):
        yield
    refresh_if_asked(store, settings)


def make_run(
    store: Store,
    settings: Settings,
    analysis: Analysis,
    compute: Callable[[], Computed],
    *,
    stage: Callable[[Path], None] | None = None,
) -> Outcome:
    """Bring an analysis before the readers; the caller holds the lock.

    Readers see the run before it, or this one, never a mixture. After a kill at any moment the same call brings about
    the same graph: what was computed is found in its folder, what was staged is staged again, what was shown is
    cleared up after.

    Parameters
    ----------
    analysis
        What the run is.
    compute
        Makes its results; not called where they are found.
    stage
        Writes what is too large for the switch where readers do not see it; called with the run's folder.
    """
    shown, metrics = find_shown(store, analysis), find_metrics(settings, analysis.run_id)
    if shown is not None and metrics is not None:
        settle_values(store, settings, analysis.model)
        return Outcome(metrics, "unchanged", current_release(store).number)
    sweep_unfinished(store, settings, keep=analysis.run_id)
    settle_values(store, settings, analysis.model, keep=analysis.run_id)
    begin_run(store, analysis)
    if metrics is None:
        made, write = compute()
        write_folder(settings, analysis, made, write)
        metrics = to_json(made)
    if stage is not None:
        stage(settings.home / "runs" / analysis.run_id)
    found = metrics
    release = show_run(
        store, settings, analysis, found, lambda opened, replaced: attach_results(opened, analysis, found, replaced)
    )
    settle_values(store, settings, analysis.model)
    return Outcome(metrics, "computed", release.number)
