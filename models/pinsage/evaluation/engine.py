"""Runs one method on one case: a fit a seed, the place of every hidden pair, and the matched null sets."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.pinsage.evaluation.cases import Case
from models.pinsage.evaluation.methods import FittedMethod, Method, Plan
from models.pinsage.metrics import NullDesign, NullHits, PairMetrics, draw_matched_null, pair_metrics, spread_ties
from models.pinsage.ranking import Ids, Places, place_targets

METRICS = {
    "recall@10": "recall_10",
    "hit@50": "recall_50",
    "recall@100": "recall_100",
    "MRR": "reciprocal_rank",
    "AUPRC": "precision",
    "AUC": "auc",
}
"""Column of the tables → field of `PairMetrics`. Over pairs, recall at k and hit at k are one number."""


@dataclass(frozen=True, eq=False)
class MethodResult:
    """What one method did on one case.

    Attributes
    ----------
    method, chosen
        Name, and the settings in words.
    places
        One a fit.
    null
        Hits of the first fit and of its matched null sets; None where loci cannot be matched (S2).
    effective_rank
        Mean over the fits; None where the method has no vectors of blocks.
    cpu_seconds
        Processor time of tuning, fits and ranking.
    """

    method: str
    chosen: str
    places: tuple[Places, ...]
    null: NullHits | None
    effective_rank: float | None
    cpu_seconds: float


def run_method(method: Method, case: Case, plan: Plan, *, n_null_sets: int = 1000) -> MethodResult:
    """Fit a method once a seed and place every hidden pair.

    Raises
    ------
    NotFiniteError
        When a score is NaN or infinite.
    TooFewPairsError
        When the training part is too small to fit or to tune.
    """
    started = time.process_time()
    places: list[Places] = []
    fits: list[FittedMethod] = []
    null: NullHits | None = None
    for fitted in method.fit(case.graph, case.training, plan):
        places.append(_place(fitted, method, case))
        if case.split == "S1" and null is None:
            null = draw_matched_null(
                fitted.scorer,
                case.training,
                case.targets,
                seed=plan.seeds[0],
                design=NullDesign(n_null_sets, match_on=case.match_on),
            )
        fits.append(FittedMethod(_forgotten, fitted.chosen, fitted.effective_rank))
    ranks = [fit.effective_rank for fit in fits if fit.effective_rank is not None]
    rank = float(np.mean(ranks)) if ranks else None
    return MethodResult(method.name, fits[0].chosen, tuple(places), null, rank, time.process_time() - started)


def mean_metrics(case: Case, places: Sequence[Places]) -> PairMetrics:
    """Compute each pair's metrics, averaged over the fits.

    Under S2 only the candidate blocks are ranked, and ties, which are the rule there, count at their expectation.
    """
    known = case.training if case.is_candidate is None else case.training.select(case.is_candidate[case.training.block])
    found = []
    for place in places:
        metrics = pair_metrics(place.rank, known, case.targets, n_blocks=case.n_candidates)
        found.append(spread_ties(metrics, place) if case.split == "S2" else metrics)
    names = [field.name for field in fields(PairMetrics)]
    return PairMetrics(*(np.mean([getattr(one, name) for one in found], axis=0) for name in names))


def metric_columns(metrics: PairMetrics) -> NDArray[np.float64]:
    """Give the metrics as columns in the order of `METRICS`, shape (pairs, metrics)."""
    return np.column_stack([getattr(metrics, name) for name in METRICS.values()])


def _place(fitted: FittedMethod, method: Method, case: Case) -> Places:
    return place_targets(fitted.scorer, case.training, case.targets, name=method.name, is_candidate=case.is_candidate)


def _forgotten(_molecules: Ids) -> NDArray[np.float32]:
    """Stand for a scorer whose memory has been let go."""
    raise RuntimeError("a fit is used once, when it is made; fit again for further scores")
