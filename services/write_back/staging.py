"""Writes predicted edges under runs that nobody sees yet, then shows the runs in one switch and removes old ones."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.champion import show_runs
from services.graph.store import Store
from services.registry import MODEL_NAME
from services.runs import sweep_runs
from services.settings import Settings
from services.write_back.prediction import PredictedEdge, TargetLabel

logger = logging.getLogger(__name__)

_STAGING: Mapping[TargetLabel, str] = {
    "CpG": "write_back/stage_cpg_predictions",
    "Gene": "write_back/stage_gene_predictions",
    "Trait": "write_back/stage_trait_predictions",
}


@dataclass(frozen=True, slots=True)
class RunToWrite:
    """A run whose predictions are to be written.

    Attributes
    ----------
    run_id, method
        A run begun by ``runs.start_run``, and its method.
    edges
        Its predictions, read once.
    properties
        Results for the ModelRun node: metrics, hit_at_50, hit_at_50_best_baseline.
    """

    run_id: str
    method: str
    edges: Iterable[PredictedEdge]
    properties: Mapping[str, Any] = field(default_factory=dict)


def write_predictions(
    store: Store, settings: Settings, runs: Sequence[RunToWrite], *, champion: str | None, reason: str
) -> dict[str, int]:
    """Write the predicted edges of a training so that readers see the old champion's or the new one's, never a mixture.

    Parameters
    ----------
    store, settings
        The graph and its batch sizes.
    runs
        The runs of one training.
    champion
        The one that becomes champion; None keeps the present champion.
    reason
        Why, kept on the runs.

    Returns
    -------
    dict
        Edges that are in the graph under each run.

    Notes
    -----
    1. Edges are merged by their key under the new run's id, in batches: a killed write is simply done again.
    2. One small transaction finishes the runs and makes the release that names the champion.
    3. Edges of runs that the release names no more are deleted in batches; what a kill leaves, the next ``sweep_runs``
       removes.
    """
    written = {run.run_id: stage_predictions(store, run.run_id, run.method, run.edges) for run in runs}
    finished = {run.run_id: {**run.properties, "n_predictions": written[run.run_id]} for run in runs}
    show_runs(store, settings, finished, champion=champion, reason=reason)
    n_removed = sweep_runs(store, settings)
    logger.info("%s predicted edges written; %d older ones removed", written, n_removed)
    return written


def stage_predictions(store: Store, run_id: str, method: str, edges: Iterable[PredictedEdge]) -> int:
    """Write a run's edges, which no reader sees before a release names the run; done again, it changes nothing.

    Returns
    -------
    int
        Edges that are in the graph under the run.
    """
    by_label: dict[TargetLabel, list[PredictedEdge]] = {"CpG": [], "Gene": [], "Trait": []}
    for edge in edges:
        by_label[edge.target_label].append(edge)
    for label, listed in by_label.items():
        store.write_rows(_STAGING[label], _rows(run_id, listed), run_id=run_id, model=MODEL_NAME, method=method)
    counted = {row["run_id"]: int(row["n_edges"]) for row in store.read("write_back/edge_runs")}
    return counted.get(run_id, 0)


def _rows(run_id: str, edges: Iterable[PredictedEdge]) -> Iterator[dict[str, Any]]:
    for edge in edges:
        yield {
            "edge_key": f"{run_id}|{edge.snp}|{edge.target_label}|{edge.target}",
            "snp": edge.snp,
            "target": edge.target,
            "rank": edge.rank,
            "score": edge.score,
            "probability": edge.probability,
            "null_percentile": edge.null_percentile,
            "query_snps": list(edge.query_snps),
            "block_id": edge.block_id,
        }
