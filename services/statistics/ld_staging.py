"""Puts a run of LD scores into the graph: scores on SNP nodes, pairs as edges; and sees that they are still right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from services.graph.connections import Progress
from services.graph.store import Store
from services.runs import ModelRun
from services.settings import Settings
from services.statistics.ld_collection import VARIANTS_NAME
from services.statistics.panels import match_nodes
from services.statistics.reference import PAIRS_NAME
from services.statistics.runs import check_folder, find_metrics
from services.statistics.snp_values import correct_ld_scores, stage_ld_scores

_PAIRS = {"edge_key": pl.String, "first": pl.String, "second": pl.String, "r_squared": pl.Float64}


def stage_ld_run(store: Store, settings: Settings, run_id: str, folder: Path, on_progress: Progress) -> None:
    """Write the scores and pairs of a run where readers do not see them yet; may be done again."""
    metrics = find_metrics(settings, run_id) or {}
    on_progress(0, 2, "staging LD scores")
    nodes = nodes_of_run(store, folder, metrics)
    stage_ld_scores(store, settings, run_id, _score_of_key(nodes))
    on_progress(1, 2, "staging pairs in LD")
    rows = ([row["first"], row["second"], row["r_squared"]] for row in _read_pairs(folder, nodes, run_id))
    store.write_rows("statistics/stage_ld_pairs", rows, batch=settings.node_batch_rows, run_id=run_id)
    on_progress(2, 2, "staging pairs in LD")


def correct_ld_run(store: Store, settings: Settings, run: ModelRun, *, is_newest: bool) -> None:
    """Make the graph hold exactly the scores and pairs of a run that readers see, whatever studies came or went.

    Parameters
    ----------
    is_newest
        Whether the SNP nodes carry this run's scores; of several panels' runs only the newest one's.
    """
    folder = check_folder(settings, run.run_id)
    nodes = nodes_of_run(store, folder, run.metrics)
    if is_newest:
        correct_ld_scores(store, settings, run.run_id, _score_of_key(nodes))
    wanted = pl.DataFrame(list(_read_pairs(folder, nodes, run.run_id)), schema=_PAIRS)
    there = pl.DataFrame(store.read_columns("statistics/ld_pairs_of_run", _PAIRS, run_id=run.run_id), schema=_PAIRS)
    columns = ["edge_key", "first", "second"]
    wrong = there.join(wanted, on=columns, how="anti")
    missing = wanted.join(there, on=columns, how="anti")
    batch = settings.node_batch_rows
    store.write_rows("statistics/delete_named_ld_pairs", wrong.select("edge_key").iter_rows(), batch=batch)
    rows = missing.select("first", "second", "r_squared").iter_rows()
    store.write_rows("statistics/stage_ld_pairs", rows, batch=batch, run_id=run.run_id)


def nodes_of_run(store: Store, folder: Path, metrics: Any) -> pl.DataFrame:
    """SNP nodes of a run's variants: key, variant_index, ld_score."""
    path = folder / VARIANTS_NAME
    matched = match_nodes(store, path, study_id=metrics["panel"], build=metrics["build"])
    scores = pl.read_parquet(path, columns=["variant_index", "ld_score"])
    return matched.join(scores, on="variant_index", how="inner").sort("key")


def _score_of_key(nodes: pl.DataFrame) -> dict[str, float]:
    return dict(zip(nodes["key"].to_list(), nodes["ld_score"].to_list(), strict=True))


def _read_pairs(folder: Path, nodes: pl.DataFrame, run_id: str) -> Iterator[dict[str, Any]]:
    """Pairs of which both SNPs are nodes, from the lower key to the higher, one each."""
    if not (folder / PAIRS_NAME).exists():
        return
    keys = nodes.select("key", "variant_index").lazy()
    one, other = pl.col("key"), pl.col("key_right")
    pairs = (
        pl.scan_parquet(folder / PAIRS_NAME)
        .join(keys, left_on="first", right_on="variant_index")
        .join(keys, left_on="second", right_on="variant_index")
        .select(
            first=pl.min_horizontal(one, other),
            second=pl.max_horizontal(one, other),
            r_squared=pl.col("r_squared").cast(pl.Float64),
        )
        .filter(pl.col("first") != pl.col("second"))
        .unique(["first", "second"], keep="first", maintain_order=True)
        .with_columns(edge_key=pl.concat_str(pl.lit(f"{run_id}|"), "first", pl.lit("|"), "second"))
        .select(list(_PAIRS))
        .collect()
    )
    yield from pairs.iter_rows(named=True)
