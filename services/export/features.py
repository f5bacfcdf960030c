"""Features of SNPs that do not come from their edges: frequency, LD score and functional categories."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def make_snp_features(snps: pl.DataFrame, annotations: pl.DataFrame) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Build the feature matrix of SNPs.

    Parameters
    ----------
    snps
        One row a SNP, in the order of the matrix: snp, chromosome, ld_score, minor_allele_frequency (null: not known).
    annotations
        One row a SNP in a category: snp, annotation (``<study>/<name>``).

    Returns
    -------
    tuple
        Matrix (n_snps, n_features) and the name of each column. Numbers are standardised, with 0 where they are
        missing; every source has a 0/1 column that says where it is missing. Columns without variation are left out.

    Notes
    -----
    A study of categories counts as missing on chromosomes where it marks no SNP at all, so that a file of one
    chromosome does not call the others "outside every category".
    """
    columns: dict[str, NDArray[np.float64]] = {}
    frequency = snps["minor_allele_frequency"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    ld_score = snps["ld_score"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    _add_number(columns, "minor_allele_frequency", frequency)
    _add_number(columns, "log_ld_score", np.log1p(np.maximum(ld_score, 0.0)))
    _add_annotations(columns, snps, annotations)
    varying = {name: values for name, values in columns.items() if len(values) and np.ptp(values) > 0}
    matrix = np.empty((snps.height, len(varying)), dtype=np.float32)
    for number, values in enumerate(varying.values()):
        matrix[:, number] = values
    return matrix, tuple(varying)


def _add_number(columns: dict[str, NDArray[np.float64]], name: str, values: NDArray[np.float64]) -> None:
    is_missing = ~np.isfinite(values)
    known = values[~is_missing]
    spread = float(known.std()) if len(known) else 0.0
    centred = np.where(is_missing, 0.0, values - (float(known.mean()) if len(known) else 0.0))
    columns[name] = centred / spread if spread > 0 else np.zeros_like(values)
    columns[f"{name}_is_missing"] = is_missing.astype(np.float64)


def _add_annotations(columns: dict[str, NDArray[np.float64]], snps: pl.DataFrame, annotations: pl.DataFrame) -> None:
    numbered = snps.select("snp", "chromosome").with_row_index("row")
    inside = annotations.join(numbered, on="snp", how="inner").sort("annotation", "row")
    for (name,), members in inside.group_by("annotation", maintain_order=True):
        indicator = np.zeros(snps.height)
        indicator[members["row"].to_numpy()] = 1.0
        columns[f"in {name}"] = indicator
    studies = inside.with_columns(study=pl.col("annotation").str.split("/").list.first())
    chromosome = numbered["chromosome"]
    for (study,), members in studies.sort("study").group_by("study", maintain_order=True):
        is_covered = chromosome.is_in(members["chromosome"].unique().to_list()).to_numpy()
        columns[f"{study} is missing"] = (~is_covered).astype(np.float64)
