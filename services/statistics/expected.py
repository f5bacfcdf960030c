"""Expected heritability of each SNP by a stratified regression: sum of tau times annotation, on the SNP nodes."""

from pathlib import Path
from typing import Final

import polars as pl

from services.graph.store import Store
from services.runs import ModelRun
from services.settings import Settings
from services.statistics.ld_collection import VARIANTS_NAME
from services.statistics.ld_staging import nodes_of_run
from services.statistics.reference import ANNOTATIONS_NAME
from services.statistics.runs import check_folder, find_metrics
from services.statistics.snp_values import correct_expected, stage_expected

EXPECTED_NAME: Final = "expected_heritability.parquet"


def write_expected(folder: Path, ld_folder: Path, tau: dict[str, float]) -> None:
    """Write variant_index and expected heritability of every SNP of a run of LD scores.

    Parameters
    ----------
    folder, ld_folder
        Folder of the regression, and of the LD scores that it ran on.
    tau
        Coefficient of each of their columns.
    """
    total = pl.sum_horizontal(pl.col(name).cast(pl.Float64) * value for name, value in tau.items())
    values = pl.scan_parquet(ld_folder / ANNOTATIONS_NAME).select(expected_heritability=total).collect()
    index = pl.read_parquet(ld_folder / VARIANTS_NAME, columns=["variant_index"])
    pl.concat([index, values], how="horizontal").write_parquet(folder / EXPECTED_NAME)


def stage_expected_run(store: Store, settings: Settings, run_id: str, ld_run_id: str, folder: Path) -> None:
    """Append the run's values to SNP nodes where readers do not see them yet; may be done again."""
    stage_expected(store, settings, run_id, _values(store, settings, ld_run_id, folder))


def correct_expected_run(store: Store, settings: Settings, run: ModelRun) -> None:
    """Make the SNP nodes carry exactly the values of a run that readers see."""
    folder = check_folder(settings, run.run_id)
    ld_run_id = run.metrics.get("ld_run_id")
    if ld_run_id is not None and (folder / EXPECTED_NAME).exists():
        correct_expected(store, settings, run.run_id, _values(store, settings, ld_run_id, folder))


def _values(store: Store, settings: Settings, ld_run_id: str, folder: Path) -> dict[str, float]:
    ld_folder = check_folder(settings, ld_run_id)
    nodes = nodes_of_run(store, ld_folder, find_metrics(settings, ld_run_id))
    found = nodes.join(pl.read_parquet(folder / EXPECTED_NAME), on="variant_index")
    return dict(zip(found["key"].to_list(), found["expected_heritability"].to_list(), strict=True))
