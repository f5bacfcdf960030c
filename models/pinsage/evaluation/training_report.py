"""Protocol S1: hide (LD block, molecule cluster) pairs, train on the rest, rank all blocks, beside baselines."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.pinsage.baselines import baseline_scorers
from models.pinsage.bipartite import BipartiteGraph, BoolArray, LocusPairs
from models.pinsage.evaluation.intervals import Measure, draw_blocks
from models.pinsage.predictors import PINSAGE, Predictor, fit_predictors
from models.pinsage.ranking import Ranks, Scorer, rank_targets, rankable_pairs
from models.pinsage.settings import PinSageSettings
from models.pinsage.split import divide, held_out_edges
from models.pinsage.training import Progress, untrained_pinsage

METHOD = PINSAGE
UNTRAINED = "untrained features"
CUTOFFS = (10, 50, 100)


@dataclass(frozen=True)
class EvaluationRow:
    """One method on one subset of the held-out pairs.

    Attributes
    ----------
    method, subset
        Name; "all" or "trans" (the block is not the molecule's home).
    n_pairs
        Held-out pairs ranked.
    hit_10, hit_50, hit_100, mrr
        Share of pairs ranked within 10, 50, 100 and mean reciprocal rank. Every pair is a query of its own with one
        right answer, so recall@k is hit@k.
    """

    method: str
    subset: str
    n_pairs: int
    hit_10: Measure
    hit_50: Measure
    hit_100: Measure
    mrr: Measure

    @property
    def recall_10(self) -> Measure:
        """Recall at 10 (over pairs, as hit)."""
        return self.hit_10

    @property
    def recall_50(self) -> Measure:
        """Recall at 50 (over pairs, as hit)."""
        return self.hit_50

    @property
    def recall_100(self) -> Measure:
        """Recall at 100 (over pairs, as hit)."""
        return self.hit_100


@dataclass(frozen=True)
class Difference:
    """PinSage minus another method in hit@50, paired on the same resampled blocks."""

    against: str
    subset: str
    hit_50: Measure


@dataclass(frozen=True)
class Evaluation:
    """Result of `evaluate`.

    Attributes
    ----------
    rows, differences
        Methods by subsets; PinSage minus each other method.
    n_held_out_pairs, n_training_pairs, n_blocks
        Sizes. Held-out pairs whose block or molecule does not occur in training are not ranked.
    seed
        Of split, fit and bootstrap.
    cpu_seconds
        Processor time of the fits of all predictors.
    """

    rows: tuple[EvaluationRow, ...]
    differences: tuple[Difference, ...]
    n_held_out_pairs: int
    n_training_pairs: int
    n_blocks: int
    seed: int
    cpu_seconds: float

    def row(self, method: str, subset: str = "all") -> EvaluationRow:
        """Give the row of a method."""
        return next(row for row in self.rows if (row.method, row.subset) == (method, subset))


@dataclass(frozen=True, eq=False)
class Trial:
    """An evaluation with what it was made from, for those who ask the same models more.

    Attributes
    ----------
    evaluation
        The figures.
    training_graph, training
        The graph without the held-out edges, and its pairs.
    held_out, targets
        The held-out pairs; those of them that were ranked.
    predictors
        The models fitted to the training graph, by method.
    ranks
        Rank of each target by each method, baselines among them.
    """

    evaluation: Evaluation
    training_graph: BipartiteGraph
    training: LocusPairs
    held_out: LocusPairs
    targets: LocusPairs
    predictors: Mapping[str, Predictor]
    ranks: Mapping[str, Ranks]


def evaluate(
    graph: BipartiteGraph,
    settings: PinSageSettings,
    *,
    seed: int,
    is_held_out: BoolArray | None = None,
    n_bootstrap: int = 1000,
    on_progress: Progress | None = None,
) -> Evaluation:
    """Train on a part of the graph and rank the rest; parameters and errors are those of `run_trial`."""
    trial = run_trial(
        graph, settings, seed=seed, is_held_out=is_held_out, n_bootstrap=n_bootstrap, on_progress=on_progress
    )
    return trial.evaluation


def run_trial(
    graph: BipartiteGraph,
    settings: PinSageSettings,
    *,
    seed: int,
    is_held_out: BoolArray | None = None,
    n_bootstrap: int = 1000,
    on_progress: Progress | None = None,
) -> Trial:
    """Train on a part of the graph and rank the rest.

    Parameters
    ----------
    graph
        The whole graph.
    settings
        Of the fit.
    seed
        Of split, fit and bootstrap.
    is_held_out
        Shape (edges,): a given split. By default a tenth of the (block, molecule cluster) pairs is drawn.
    n_bootstrap
        Resamples of LD blocks.
    on_progress
        As in `fit_pinsage`.

    Raises
    ------
    LeakError
        When a given split leaves part of a held-out (block, cluster) pair in training.
    TooFewPairsError
        When no held-out pair can be ranked, or too few pairs are left to train.
    NotFiniteError
        When a method's score is not finite.
    """
    held_out = held_out_edges(graph, share=0.1, seed=seed) if is_held_out is None else is_held_out
    training_graph, training, hidden = divide(graph, held_out)
    targets = rankable_pairs(graph, training, hidden)
    started = time.process_time()
    predictors = fit_predictors(training_graph, settings, seed=seed, on_progress=on_progress)
    cpu_seconds = time.process_time() - started
    scorers: dict[str, Scorer] = {
        **{method: predictor.score_molecule_blocks for method, predictor in predictors.items()},
        UNTRAINED: untrained_pinsage(training_graph, settings, seed=seed).score_molecule_blocks,
        **baseline_scorers(training_graph, training),
    }
    ranks = {name: rank_targets(scorer, training, targets, name=name) for name, scorer in scorers.items()}
    rows, differences = _tabulate(ranks, targets, np.random.default_rng([seed, 5]), n_bootstrap)
    evaluation = Evaluation(rows, differences, len(hidden), len(training), graph.n_blocks, seed, cpu_seconds)
    return Trial(evaluation, training_graph, training, hidden, targets, predictors, ranks)


def _tabulate(
    ranks: Mapping[str, Ranks], targets: LocusPairs, generator: np.random.Generator, n_bootstrap: int
) -> tuple[tuple[EvaluationRow, ...], tuple[Difference, ...]]:
    """Make the rows of all subsets; every method is resampled on the same blocks."""
    rows, differences = [], []
    for subset, chosen in (("all", np.ones(len(targets), dtype=np.bool_)), ("trans", targets.is_trans)):
        if not chosen.any():
            continue
        drawn = draw_blocks(targets.block[chosen], generator, n_bootstrap)
        for method, all_ranks in ranks.items():
            values = _values(all_ranks[chosen])
            measures = {name: drawn.mean(value) for name, value in values.items()}
            rows.append(EvaluationRow(method, subset, int(chosen.sum()), **measures))
            if method != METHOD:
                ours = _values(ranks[METHOD][chosen])["hit_50"]
                differences.append(Difference(method, subset, drawn.mean(ours - values["hit_50"])))
    return tuple(rows), tuple(differences)


def _values(ranks: Ranks) -> dict[str, Ranks]:
    values = {f"hit_{cutoff}": (ranks <= cutoff).astype(np.float64) for cutoff in CUTOFFS}
    return {**values, "mrr": 1.0 / ranks}
