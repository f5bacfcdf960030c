"""The scan without kinship: ordinary least squares with covariates, the fast baseline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.association.design import Design, build_design
from models.association.scan_blocks import run_scans
from models.association.scan_filters import PreparedBlock, ScanFilters
from models.association.scan_results import Scan
from models.association.snp_tests import write_wald
from models.genotype_blocks import BlockReader

SMALLEST_REST = 1e-14
"""Least share of the trait that a SNP leaves, so that no error becomes 0."""


def scan_ols(
    read_block: BlockReader,
    n_snps: int,
    y: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    filters: ScanFilters | None = None,
) -> Scan:
    """Regress a trait on each SNP and the covariates.

    Parameters
    ----------
    read_block
        Dosages of the people analysed, in the order of `y`.
    n_snps
        SNPs to read.
    y
        Trait, none missing, ``[n]``.
    covariates
        ``[n, q]`` without an intercept, which is always added; None for the intercept alone.
    filters
        Which SNPs are tested.

    Returns
    -------
    Scan
        With the Wald test alone (t with n - c - 1 degrees of freedom): lambdas and other tests are NaN.

    Raises
    ------
    AssociationError
        As `build_design`.
    GenotypeBlockError
        If the reader gives another shape.
    """
    return scan_ols_traits(read_block, n_snps, np.asarray(y)[..., None], covariates, filters=filters)[0]


def scan_ols_traits(
    read_block: BlockReader,
    n_snps: int,
    traits: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    *,
    filters: ScanFilters | None = None,
) -> tuple[Scan, ...]:
    """`scan_ols` of several traits ``[n, t]`` of the same people, none missing: each block is read once for all."""
    designs = [build_design(y, covariates) for y in np.moveaxis(traits, -1, 0)]
    testers = [_OlsTester(design) for design in designs]
    return run_scans(read_block, n_snps, design=designs[0], testers=testers, filters=filters or ScanFilters())


class _OlsTester:
    """Tests SNPs from which the covariates are taken out already."""

    def __init__(self, design: Design) -> None:
        self._y, self._degrees = design.residual, design.residual_degrees
        self._y_y = float(self._y @ self._y)

    def __call__(self, prepared: PreparedBlock, rows: NDArray[np.int64], into: Scan) -> int:
        effect = (prepared.dosages.astype(np.float64) @ self._y) / prepared.squares
        rest = np.maximum(self._y_y - effect * effect * prepared.squares, SMALLEST_REST * self._y_y)
        write_wald(into, rows, effect, prepared.squares, rest, degrees=self._degrees)
        return 0
