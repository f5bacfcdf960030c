"""Tunes every baseline ranker on the shared simulated graphs and writes docs/evaluation.md's tables.

`python -m tests.science.rankers --page docs/evaluation.md` (one thread; about a CPU-minute a graph).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from models.pinsage import LocusPairs, lead_pairs
from models.pinsage.metrics import matched_null, pair_metrics, subset_masks
from models.pinsage.rankers import RANKERS, Ranker, tune
from models.pinsage.ranking import rank_targets, rankable_pairs
from tests.models.pinsage.planted import shared_graph
from tests.paths import DATA
from tests.science.tables import render_table

BEGIN, END = "<!-- begin: written by `python -m tests.science.rankers` -->", "<!-- end -->"
DENSITIES = ("dense", "medium", "sparse")
REFERENCE_NAMES = {
    "popularity": "popularity",
    "item-kNN": "kNN cosine",
    "two-hop walk": "2-hop walk",
    "RP3beta walk": "RP3beta walk tuned",
    "EASE": "EASE tuned",
    "truncated SVD": "SVD tuned",
    "ALS": "ALS tuned",
    "ALS-LD": "ALS-LD tuned",
}
"""Our name → name in reference_results.csv; the other rankers have no reference."""


@dataclass(frozen=True)
class GraphPairs:
    """A graph's training pairs and the held-out pairs that can be ranked."""

    graph: object
    training: LocusPairs
    targets: LocusPairs


@dataclass(frozen=True)
class Result:
    """One tuned ranker on one graph."""

    graph: str
    method: str
    settings: object
    figures: dict[str, float]


def read_pairs(name: str) -> GraphPairs:
    """Read a shared graph by its protocol."""
    graph, is_test = shared_graph(name)
    training = lead_pairs(graph.without_edges(is_test))
    targets = rankable_pairs(graph, training, lead_pairs(graph.without_edges(~is_test)))
    return GraphPairs(graph.without_edges(is_test), training, targets)


def score_ranker(name: str, pairs: GraphPairs, ranker: Ranker, budget: int) -> Result:
    """Tune a ranker on validation pairs of the training part, and rank the test pairs once."""
    tuned = tune(ranker, pairs.graph, pairs.training, budget=budget, seed=0)
    ranks = rank_targets(tuned.scorer, pairs.training, pairs.targets, name=ranker.name)
    metrics = pair_metrics(ranks, pairs.training, pairs.targets, n_blocks=pairs.graph.n_blocks)
    masks = subset_masks(pairs.graph, pairs.training, pairs.targets)
    deciles = [metrics.mean(masks[f"degree decile {number}"])["recall_50"] for number in range(1, 11)]
    null = matched_null(tuned.scorer, pairs.training, pairs.targets, seed=0)[0]
    extra = {
        "trans": metrics.mean(masks["trans"])["recall_50"],
        "lowest": next(value for value in deciles if not np.isnan(value)),
        "highest": next(value for value in reversed(deciles) if not np.isnan(value)),
        "null_10": null.expected,
    }
    return Result(name, ranker.name, tuned.settings, {**metrics.mean(masks["all"]), **extra})


def render_reference_table(results: Sequence[Result], seeds: Sequence[int]) -> str:
    """One row a ranker: hit@50 / recall@10 / MRR, means over the graphs of a density, the reference's in brackets."""
    reference = pl.read_csv(DATA / "pinsage" / "reference_results.csv")
    rows = []
    for method in dict.fromkeys(result.method for result in results):
        cells = []
        for density in DENSITIES:
            ours = _mean(results, density, method, ("recall_50", "recall_10", "reciprocal_rank"))
            theirs = reference.filter(
                pl.col("graph").is_in([f"{density}_{seed}" for seed in seeds]),
                pl.col("method") == REFERENCE_NAMES.get(method, ""),
            ).select(pl.col("hit_50", "recall_10", "mrr").mean())
            cells.append(ours + (f" ({_slashes(theirs.row(0))})" if method in REFERENCE_NAMES else " (none)"))
        rows.append((method, *cells))
    return render_table(("ranker", *DENSITIES), rows)


def render_further_table(results: Sequence[Result]) -> str:
    """One row a ranker: AUPRC, AUC, trans only, extreme degree deciles, and recall@10 expected of matched loci."""
    names = ("precision", "auc", "trans", "lowest", "highest", "recall_10", "null_10")
    rows = [
        (method, *(_mean(results, density, method, names) for density in DENSITIES))
        for method in dict.fromkeys(result.method for result in results)
    ]
    return render_table(("ranker", *DENSITIES), rows)


def render_settings(results: Sequence[Result]) -> str:
    """List the settings that validation chose."""
    rows = [(result.method, result.graph, f"`{result.settings}`") for result in results if vars(result.settings)]
    return render_table(("ranker", "graph", "settings chosen"), rows)


def replace_section(page: Path, text: str) -> None:
    """Put text between the page's two marks."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} must hold the lines {BEGIN!r} and {END!r}: put them where the tables belong")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Tune and rank on every graph asked for; print the tables, and write them to a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--densities", nargs="+", default=DENSITIES, choices=DENSITIES)
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1, 2))
    parser.add_argument("--budget", type=int, default=12, help="most settings tried for a ranker")
    parser.add_argument("--page", type=Path, help="page to write the tables to, such as docs/evaluation.md")
    asked = parser.parse_args()
    started, results = time.process_time(), []
    for name in (f"{density}_{seed}" for density in asked.densities for seed in asked.seeds):
        pairs = read_pairs(name)
        for ranker in RANKERS:
            results.append(score_ranker(name, pairs, ranker, asked.budget))
            found = results[-1].figures
            sys.stderr.write(f"{time.process_time() - started:6.0f} CPU-s  {name} {ranker.name}: ")
            sys.stderr.write(_slashes([found["recall_50"], found["recall_10"], found["reciprocal_rank"]]) + "\n")
    seconds = time.process_time() - started
    text = _render_page(results, asked.seeds, asked.budget, seconds)
    if asked.page is not None:
        replace_section(asked.page, text)
    sys.stdout.write(text + "\n")
    return 0


def _render_page(results: Sequence[Result], seeds: Sequence[int], budget: int, seconds: float) -> str:
    graphs = f"Graphs {', '.join(str(seed) for seed in seeds)} of each density; at most {budget} settings a ranker"
    return "\n\n".join(
        [
            f"{graphs}; {seconds:.0f} CPU-seconds in one thread. Ours first, the reference's on the same graphs in "
            "brackets: hit@50 / recall@10 / MRR.",
            render_reference_table(results, seeds),
            "The same runs: AUPRC / AUC / hit@50 of trans pairs / of the lowest / of the highest decile of degree / "
            "recall@10 / recall@10 expected of random loci of the same degree (1,000 draws).",
            render_further_table(results),
            "What validation chose:",
            render_settings(results),
        ]
    )


def _mean(results: Sequence[Result], density: str, method: str, names: Sequence[str]) -> str:
    chosen = [r.figures for r in results if r.method == method and r.graph.startswith(density)]
    if not chosen:
        return "not run"
    return _slashes([float(np.mean([figures[name] for figures in chosen])) for name in names])


def _slashes(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.3f}".removeprefix("0") for value in values)


if __name__ == "__main__":
    raise SystemExit(main())
