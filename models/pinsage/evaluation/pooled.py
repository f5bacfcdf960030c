"""Pools the graphs of one kind: every method on every subset with intervals, and paired differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.evaluation.cases import Case
from models.pinsage.evaluation.engine import METRICS, MethodResult, mean_metrics, metric_columns
from models.pinsage.evaluation.intervals import Measure, Resampled, Sample, bootstrap_blocks
from models.pinsage.metrics import MatchedNull, compare_with_null


@dataclass(frozen=True)
class PooledRow:
    """One method on one subset of the pooled pairs; `measures` by the names of `METRICS`."""

    method: str
    subset: str
    n_pairs: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class PooledDifference:
    """A method minus another, paired on the same pairs and the same resampled blocks; by the names of `METRICS`."""

    method: str
    against: str
    subset: str
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Pooled:
    """Result of `pool`.

    Attributes
    ----------
    n_graphs
        Graphs pooled.
    rows, differences
        Methods by subsets; differences against each of the references that ran.
    nulls
        Method → recall beside matched null sets, one a cutoff.
    effective_rank
        Method → mean over the graphs, where there is one.
    """

    n_graphs: int
    rows: tuple[PooledRow, ...]
    differences: tuple[PooledDifference, ...]
    nulls: Mapping[str, tuple[MatchedNull, ...]]
    effective_rank: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class CaseResults:
    """One case with what every method did on it."""

    case: Case
    results: Mapping[str, MethodResult]


def pool(
    found: Sequence[CaseResults], *, pairs_of_methods: Sequence[tuple[str, str]], n_bootstrap: int = 1000, seed: int = 0
) -> Pooled:
    """Average over the pairs of all graphs, with intervals by resampling LD blocks within each graph.

    Parameters
    ----------
    found
        Graphs of one kind; only methods that ran on all of them are pooled.
    pairs_of_methods
        (method, against) for the differences; those that did not run are left out.
    n_bootstrap, seed
        Resamples of LD blocks.
    """
    methods = [name for name in found[0].results if all(name in one.results for one in found)]
    values = [_values(one, methods) for one in found]
    subsets = dict.fromkeys(name for one in found for name in one.case.subsets)
    rows: list[PooledRow] = []
    differences: list[PooledDifference] = []
    for subset in subsets:
        samples = [_sample(one.case, value, subset) for one, value in zip(found, values, strict=True)]
        resampled = bootstrap_blocks(samples, n_bootstrap=n_bootstrap, seed=seed)
        if resampled is None:
            continue
        rows += [
            PooledRow(name, subset, resampled.n_pairs, _measures(resampled, place))
            for place, name in enumerate(methods)
        ]
        differences += [
            PooledDifference(name, other, subset, _differences(resampled, methods.index(name), methods.index(other)))
            for name, other in pairs_of_methods
            if name in methods and other in methods and name != other
        ]
    nulls = {name: _pool_nulls([one.results[name] for one in found], found) for name in methods}
    ranks = {name: _mean_rank([one.results[name] for one in found]) for name in methods}
    return Pooled(
        len(found),
        tuple(rows),
        tuple(differences),
        {name: null for name, null in nulls.items() if null},
        {name: rank for name, rank in ranks.items() if rank is not None},
    )


def _values(one: CaseResults, methods: Sequence[str]) -> NDArray[np.float64]:
    """Metrics of every method side by side, shape (pairs, methods * metrics)."""
    return np.hstack([metric_columns(mean_metrics(one.case, one.results[name].places)) for name in methods])


def _sample(case: Case, values: NDArray[np.float64], subset: str) -> Sample:
    mask = case.subsets.get(subset, np.zeros(len(case.targets), dtype=np.bool_))
    return Sample(case.targets.block[mask], values[mask])


def _measures(resampled: Resampled, place: int) -> dict[str, Measure]:
    return {name: resampled.measure(place * len(METRICS) + number) for number, name in enumerate(METRICS)}


def _differences(resampled: Resampled, place: int, other: int) -> dict[str, Measure]:
    n = len(METRICS)
    return {name: resampled.difference(place * n + number, other * n + number) for number, name in enumerate(METRICS)}


def _pool_nulls(results: Sequence[MethodResult], found: Sequence[CaseResults]) -> tuple[MatchedNull, ...]:
    nulls = [result.null for result in results if result.null is not None]
    if len(nulls) < len(results):
        return ()
    n_pairs = sum(len(one.case.targets) for one in found)
    n_hits = np.sum([null.n_hits for null in nulls], axis=0)
    return compare_with_null(n_hits, np.sum([null.null_hits for null in nulls], axis=0), n_pairs)


def _mean_rank(results: Sequence[MethodResult]) -> float | None:
    ranks = [result.effective_rank for result in results if result.effective_rank is not None]
    return float(np.mean(ranks)) if ranks else None
