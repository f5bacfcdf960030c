"""The GWAS of a trait: which studies know it, which of them can test candidates, and what they say of SNPs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.graph.store import Store
from services.search.snp_table import SnpTable
from services.settings import Settings
from services.summary_statistics import (
    SummaryStatisticsError,
    VariantNames,
    has_target,
    most_samples,
    read_by_snps,
    read_variant_names,
    table_of_load,
)

_NAMED_ROWS = 200_000
_TESTED_COLUMNS = ("neg_log10_p", "aligned_z_score", "aligned_effect_size", "standard_error", "n_samples")


@dataclass(frozen=True, slots=True)
class GwasStudy:
    """A GWAS that knows the trait.

    Attributes
    ----------
    study_id
        Its id.
    is_complete
        Whether every SNP it holds has a row whatever its p, so that candidates can be tested on it.
    ancestry, cohorts
        Its people, as far as the manifest says.
    n_samples
        Samples by the manifest, else the most behind a row of the trait; None where neither says.
    p_threshold
        Rows with a larger p are not in the graph.
    n_associations
        Associations with the trait in the graph.
    table
        Its full summary statistics.
    """

    study_id: str
    is_complete: bool
    ancestry: str | None
    cohorts: tuple[str, ...]
    n_samples: int | None
    p_threshold: float | None
    n_associations: int
    table: Path


@dataclass(frozen=True, slots=True)
class Statistics:
    """What one GWAS says of the SNPs of a table; NaN where it says nothing (n each).

    Attributes
    ----------
    neg_log10_p
        Minus log10 p.
    z_score, effect_size
        Of the first allele of each SNP's key.
    standard_error
        Of the effect size.
    n_samples
        Samples behind the row.
    """

    neg_log10_p: NDArray[np.float64]
    z_score: NDArray[np.float64]
    effect_size: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    n_samples: NDArray[np.float64]


def read_gwas_studies(
    store: Store, settings: Settings, trait_id: str, load_ids: Sequence[str]
) -> tuple[GwasStudy, ...]:
    """Read which active GWAS know the trait: by associations in the graph, or by rows of a complete table."""
    counts = {
        row["study_id"]: row["n_associations"]
        for row in store.read("search/trait_studies", trait_id=trait_id, load_ids=list(load_ids))
    }
    studies = []
    for row in store.read("search/gwas_studies", load_ids=list(load_ids)):
        table = table_of_load(settings, row["load_id"], row["table_path"])
        study = GwasStudy(
            study_id=row["study_id"],
            is_complete=row["statistics"] == "complete",
            ancestry=row["ancestry"],
            cohorts=tuple(row["cohorts"]),
            n_samples=row["n_samples"] if row["n_samples"] is not None else _samples(table, trait_id),
            p_threshold=row["p_threshold"],
            n_associations=counts.get(row["study_id"], 0),
            table=table,
        )
        if study.n_associations or (study.is_complete and has_target(study.table, trait_id)):
            studies.append(study)
    return tuple(studies)


def _samples(table: Path, trait_id: str) -> int | None:
    return most_samples(table, trait_id) if table.is_file() else None


def choose_test_study(
    studies: Sequence[GwasStudy], trait_id: str, snps: SnpTable, candidates: NDArray[np.int64]
) -> tuple[GwasStudy, NDArray[np.bool_]] | None:
    """The complete GWAS that holds most candidates, and which SNPs of the table it holds; no p-value is read.

    Of equals the one with more samples, then the first by id. None when no complete GWAS holds any candidate.
    """
    best: tuple[tuple[int, int, int], GwasStudy, NDArray[np.bool_]] | None = None
    for order, study in enumerate(studies):
        if study.is_complete:
            present = find_present(study, trait_id, snps)
            rank = (int(present[candidates].sum()), study.n_samples or 0, -order)
            if rank[0] and (best is None or rank > best[0]):
                best = (rank, study, present)
    return None if best is None else (best[1], best[2])


def read_names(studies: Sequence[GwasStudy], trait_id: str) -> VariantNames | None:
    """Names of the variants in the complete GWAS together; None when one of them holds too many to name."""
    keys: set[str] = set()
    rsids: set[str] = set()
    for study in studies:
        if study.is_complete:
            names = read_variant_names(study.table, trait_id, max_rows=_NAMED_ROWS)
            if names is None:
                return None
            keys |= set(names.keys)
            rsids |= set(names.rsids)
    return VariantNames(tuple(sorted(keys)), tuple(sorted(rsids)))


def find_present(study: GwasStudy, trait_id: str, snps: SnpTable) -> NDArray[np.bool_]:
    """Whether the study has a row of the trait for each SNP; reads no statistic."""
    found = read_by_snps(study.table, trait_id, dict(zip(snps.keys, snps.rsids, strict=True)), ())
    present = np.zeros(len(snps.keys), dtype=np.bool_)
    present[snps.rows_of(found["snp_key"].to_list())] = True
    return present


def read_statistics(study: GwasStudy, trait_id: str, snps: SnpTable, rows: NDArray[np.int64]) -> Statistics:
    """Read what the study says of some rows of the table.

    Raises
    ------
    SummaryStatisticsError
        When the study's table has no statistic for a SNP that it was found to hold.
    """
    wanted = {snps.keys[row]: snps.rsids[row] for row in rows}
    found = read_by_snps(study.table, trait_id, wanted, _TESTED_COLUMNS)
    if len(found) != len(wanted):
        raise SummaryStatisticsError(
            f"the table of study {study.study_id} at {study.table} changed while it was read: {len(wanted)} SNPs of "
            f"{trait_id} were there, now {len(found)}: search again"
        )
    at = snps.rows_of(found["snp_key"].to_list())
    columns = []
    for name in _TESTED_COLUMNS:
        values = np.full(len(snps.keys), np.nan)
        values[at] = np.array(found[name].to_list(), dtype=np.float64)
        columns.append(values)
    return Statistics(*columns)
