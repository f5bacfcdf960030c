"""Puts the results of scans of people on SNP nodes: parallel lists, one place a run, of the newest runs alone.

A scan's folder holds the rows of its study with their effects aligned, so that nodes that come, go or are renamed later
get what is theirs without the study's own load.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from services.graph.connections import Progress
from services.graph.store import Store
from services.runs import ModelRun, active_runs
from services.settings import Settings
from services.statistics.runs import LMM, check_folder
from services.summary_statistics import IDENTITY_COLUMNS, read_by_snps

ALIGNED_NAME: Final = "aligned.parquet"
_COLUMNS: Final = {
    "aligned_effect_size": "effect_size", "standard_error": "standard_error", "neg_log10_p": "neg_log10_p",
}  # fmt: skip
_SCHEMA: Final = {"key": pl.String, **dict.fromkeys(_COLUMNS.values(), pl.Float64)}

SnpNames = Mapping[str, Sequence[str]]


def write_aligned(table: Path, trait_id: str, folder: Path) -> None:
    """Keep what SNP nodes need of a load's full table: identities, and effects that refer to the key's first allele."""
    columns = list(dict.fromkeys((*IDENTITY_COLUMNS, *_COLUMNS)))
    rows = pl.scan_parquet(table).filter(pl.col("target") == trait_id).select(columns)
    rows.sink_parquet(folder / ALIGNED_NAME, compression="zstd")


def newest_scans(store: Store, settings: Settings) -> tuple[ModelRun, ...]:
    """The runs whose results SNP nodes carry: of those that readers see the ones that finished last."""
    newest = sorted(active_runs(store, LMM), key=lambda run: (run.finished_at or "", run.run_id), reverse=True)
    return tuple(newest[: settings.lmm_snp_trait_limit])


def stage_scan(
    store: Store, settings: Settings, run_id: str, trait_id: str, folder: Path, *, on_progress: Progress
) -> None:
    """Append a scan's results to SNP nodes under a run that readers do not see yet; may be done again."""
    if settings.lmm_snp_trait_limit:
        on_progress(0, 0, "finding the scan's SNPs in the graph")
        values = _values(folder, trait_id, read_snp_names(store))
        _append(store, settings, run_id, values, on_progress=on_progress)


def correct_scans(store: Store, settings: Settings) -> None:
    """Make the SNP nodes carry exactly the results of the newest scans that readers see."""
    newest = newest_scans(store, settings)
    names = read_snp_names(store) if newest else {}
    for run in newest:
        wanted = _values(check_folder(settings, run.run_id), run.scope, names)
        columns = store.read_columns("statistics/scan_values_of_run", _SCHEMA, run_id=run.run_id)
        there = pl.DataFrame(columns, schema=_SCHEMA)
        wrong = there.join(wanted, on=list(_SCHEMA), how="anti", nulls_equal=True).select("key")
        batch = settings.node_batch_rows
        store.write_rows("statistics/remove_scan_values", wrong.iter_rows(), batch=batch, run_id=run.run_id)
        missing = wanted.join(there, on=list(_SCHEMA), how="anti", nulls_equal=True)
        _append(store, settings, run.run_id, missing)


def drop_scan_values(store: Store, settings: Settings, keep: Sequence[str]) -> None:
    """Remove the results of all scans but these."""
    store.write("statistics/drop_scan_values", keep=list(keep), batch=settings.delete_batch_rows)


def read_snp_names(store: Store) -> dict[str, list[str]]:
    """Which rsids each SNP key of the graph bears."""
    columns: dict[str, list[Any]] = store.read_columns("statistics/snp_names", ("key", "rsids"))
    return dict(zip(columns["key"], columns["rsids"], strict=True))


def _values(folder: Path, trait_id: str, names: SnpNames) -> pl.DataFrame:
    """The results of each SNP node that the scan has; NaN where strand or sign is unknown."""
    found = read_by_snps(folder / ALIGNED_NAME, trait_id, names, tuple(_COLUMNS))
    named = found.rename({"snp_key": "key", **_COLUMNS}).select(list(_SCHEMA))
    return named.with_columns(pl.col(name).fill_null(float("nan")) for name in _COLUMNS.values())


def _append(
    store: Store, settings: Settings, run_id: str, values: pl.DataFrame, *, on_progress: Progress | None = None
) -> None:
    done = 0

    def count(n_rows: int) -> None:
        nonlocal done
        done += n_rows
        if on_progress is not None:
            on_progress(done, values.height, "writing results on SNPs")

    batch = settings.node_batch_rows
    store.write_rows("statistics/stage_scan_values", values.iter_rows(), batch=batch, on_rows=count, run_id=run_id)
