"""The splits that hide nothing of the training graph but ask with other data: S3 other molecules, S4 later catalogs."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from services.evaluation.in_time import InTimeOptions, evaluate_in_time
from services.evaluation.recapitulated import RecapitulationOptions, evaluate_recapitulation
from services.evaluation.tables import Table
from services.graph.store import Store
from services.settings import Settings

OTHER_SPLITS = ("S3", "S4")
"""S3: train on mQTL, test on eQTL. S4: ask with a trait's older loci for its newer ones."""


class SplitReport(Protocol):
    """What a report of such a split can do."""

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        ...

    def tables(self) -> tuple[Table, ...]:
        """Give the report as tables."""
        ...


def evaluate_other_data(
    store: Store,
    settings: Settings,
    splits: Sequence[str],
    *,
    seeds: tuple[int, ...] = (0, 1, 2),
    on_progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, SplitReport]:
    """Evaluate on the loaded release by S3, S4 or both.

    Parameters
    ----------
    store, settings
        The graph and the model's settings.
    splits
        Of `OTHER_SPLITS`; others are for `evaluate_release`.
    seeds
        Fits.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    dict
        One report a split, in the order of `OTHER_SPLITS`.

    Raises
    ------
    StoreError, TooFewPairsError
        When the release cannot be read or holds too little to train on.
    """
    reports: dict[str, SplitReport] = {}
    if "S3" in splits:
        reports["S3"] = evaluate_recapitulation(
            store, settings, RecapitulationOptions(seeds=seeds), on_progress=on_progress
        )
    if "S4" in splits:
        reports["S4"] = evaluate_in_time(store, settings, InTimeOptions(seeds=seeds), on_progress=on_progress)
    return reports
