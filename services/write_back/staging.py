"""Writes predicted edges under a run that nobody sees yet, then shows the run and removes the one before."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.graph.store import Store
from services.registry import MODEL_NAME
from services.runs import finish_run, sweep_runs
from services.settings import Settings
from services.write_back.prediction import PredictedEdge, TargetLabel

logger = logging.getLogger(__name__)

_STAGING: Mapping[TargetLabel, str] = {
    "CpG": "write_back/stage_cpg_predictions",
    "Gene": "write_back/stage_gene_predictions",
    "Trait": "write_back/stage_trait_predictions",
}


def write_predictions(
    store: Store,
    settings: Settings,
    run_id: str,
    edges: Iterable[PredictedEdge],
    properties: Mapping[str, Any],
) -> int:
    """Write a run's predicted edges so that readers see the old run's or this one's, never a mixture.

    Parameters
    ----------
    store, settings
        The graph and its batch sizes.
    run_id
        A run begun by ``runs.start_run``.
    edges
        Its predictions, read once.
    properties
        Results for the ModelRun node: metrics, hit_at_50, hit_at_50_best_baseline.

    Returns
    -------
    int
        Edges that are in the graph under this run.

    Notes
    -----
    1. Edges are merged by their key under the new run's id, in batches: a killed write is simply done again.
    2. One small transaction finishes the run and makes the release that names it instead of the old one.
    3. The old run's edges are deleted in batches; what a kill leaves, the next ``sweep_runs`` removes.
    """
    by_label: dict[TargetLabel, list[PredictedEdge]] = {"CpG": [], "Gene": [], "Trait": []}
    for edge in edges:
        by_label[edge.target_label].append(edge)
    for label, listed in by_label.items():
        store.write_rows(_STAGING[label], _rows(run_id, listed), run_id=run_id, model=MODEL_NAME)
    counted = {row["run_id"]: int(row["n_edges"]) for row in store.read("write_back/edge_runs")}
    n_written = counted.get(run_id, 0)
    finish_run(store, settings, run_id, {**properties, "n_predictions": n_written})
    n_removed = sweep_runs(store, settings)
    logger.info("run %s shows %d predicted edges; %d older ones removed", run_id, n_written, n_removed)
    return n_written


def _rows(run_id: str, edges: Iterable[PredictedEdge]) -> Iterator[dict[str, Any]]:
    for edge in edges:
        yield {
            "edge_key": f"{run_id}|{edge.snp}|{edge.target_label}|{edge.target}",
            "snp": edge.snp,
            "target": edge.target,
            "rank": edge.rank,
            "score": edge.score,
            "query_snps": list(edge.query_snps),
            "block_id": edge.block_id,
        }
