"""Tuning on validation pairs cut from training: every ranker gets the same pairs and the same number of trials."""

from dataclasses import dataclass
from typing import Generic

import numpy as np

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.errors import SettingsError
from models.pinsage.rankers.ranker import Ranker, Settings
from models.pinsage.ranking import Ranks, Scorer, rank_targets, rankable_pairs
from models.pinsage.split import assert_no_leak, assign_folds, hiding_keys

CRITERIA = ("mrr", "hit_50")
_N_PARTS = 10


@dataclass(frozen=True)
class Trial(Generic[Settings]):
    """One setting and what it reached on the validation pairs."""

    settings: Settings
    mrr: float
    hit_50: float


@dataclass(frozen=True)
class Tuned(Generic[Settings]):
    """Result of `tune`.

    Attributes
    ----------
    settings
        The best of the trials; the earliest of equals.
    trials
        All that were tried, in order.
    scorer
        The ranker with the best settings, fitted to training and validation pairs together.
    """

    settings: Settings
    trials: tuple[Trial[Settings], ...]
    scorer: Scorer


def cut_validation(graph: BipartiteGraph, pairs: LocusPairs, *, seed: int) -> tuple[LocusPairs, LocusPairs]:
    """Cut a tenth of the (block, molecule cluster) pairs off for validation.

    Parameters
    ----------
    graph
        Gives the number of clusters.
    pairs
        Training pairs; test pairs must already be gone.
    seed
        Decides which.

    Returns
    -------
    tuple
        The pairs left for training, and the validation pairs that can be ranked from them.

    Raises
    ------
    TooFewPairsError
        When no validation pair can be ranked.
    """
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    is_cut = assign_folds(keys, _N_PARTS, seed=seed) == 0
    left = pairs.select(~is_cut)
    assert_no_leak(left, np.unique(keys[is_cut]), n_clusters=graph.n_clusters, where="the pairs left for tuning")
    return left, rankable_pairs(graph, left, pairs.select(is_cut))


def tune(
    ranker: Ranker[Settings],
    graph: BipartiteGraph,
    pairs: LocusPairs,
    *,
    budget: int,
    seed: int,
    criterion: str = "hit_50",
) -> Tuned[Settings]:
    """Try the first `budget` settings of a ranker's grid on validation pairs and fit the best to all pairs.

    Parameters
    ----------
    ranker, graph
        What to tune, and the places that it reads.
    pairs
        Training pairs; a tenth of them validates.
    budget
        Most settings to try.
    seed
        Of the validation cut; the same seed cuts the same pairs for every ranker.
    criterion
        "hit_50" or "mrr".

    Raises
    ------
    SettingsError
        When the budget is below 1 or the criterion unknown.
    TooFewPairsError
        When no validation pair can be ranked.
    """
    if budget < 1 or criterion not in CRITERIA:
        raise SettingsError(
            f"Tuning {ranker.name!r} needs a budget of at least 1 and a criterion among {', '.join(CRITERIA)}; "
            f"got {budget} and {criterion!r}."
        )
    chosen = ranker.grid[:budget]
    trials: list[Trial[Settings]] = []
    if len(chosen) > 1:
        left, validation = cut_validation(graph, pairs, seed=seed)
        for settings in chosen:
            ranks = rank_targets(ranker.fit(graph, left, settings), left, validation, name=ranker.name)
            trials.append(_trial(settings, ranks))
    best = max(trials, key=lambda trial: getattr(trial, criterion)).settings if trials else chosen[0]
    return Tuned(best, tuple(trials), ranker.fit(graph, pairs, best))


def _trial(settings: Settings, ranks: Ranks) -> Trial[Settings]:
    return Trial(settings, float((1.0 / ranks).mean()), float((ranks <= 50).mean()))
