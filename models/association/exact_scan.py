"""The exact per-SNP mixed model: every SNP its own lambda, by Chebyshev nodes in log lambda instead of a search."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chebyshev import Window, find_maxima, series_value
from models.association.design import Design, build_design
from models.association.lambda_search import choose_window, cut_far_segments, may_be_higher, null_curve
from models.association.null_model import (
    HIGHEST_LOG_LAMBDA,
    LOWEST_LOG_LAMBDA,
    NullModel,
    Rotated,
    fit_null_design,
    rotate,
    wide_windows,
)
from models.association.p3d import FixedTester
from models.association.scan_blocks import Tester, run_scans
from models.association.scan_filters import PreparedBlock
from models.association.scan_options import ScanOptions
from models.association.scan_results import Scan
from models.association.snp_likelihood import (
    NodeColumns,
    Peaks,
    Sums,
    better_peaks,
    find_peaks,
    likelihoods,
    node_columns,
    snp_sums,
)
from models.association.snp_tests import BlockRotation, write_lrt, write_score, write_wald
from models.association.spectral import Spectrum
from models.genotype_blocks import BlockReader

FloatArray = NDArray[np.float64]

SERIES_ERROR: Final = 1e-5
"""Of a log-likelihood, by a Chebyshev series; two that differ by more are those of different maxima."""


def scan(
    read_block: BlockReader,
    n_snps: int,
    spectrum: Spectrum,
    y: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    options: ScanOptions | None = None,
) -> Scan:
    """Test every SNP for association with a trait in a linear mixed model.

    Parameters
    ----------
    read_block
        Dosages of the people analysed, in the order of `y`.
    n_snps
        SNPs to read.
    spectrum
        Of the kinship of the same people, from `decompose`.
    y
        Trait, none missing, ``[n]``.
    covariates
        ``[n, q]`` without an intercept, which is always added; None for the intercept alone.
    options
        Method, filters, nodes.

    Raises
    ------
    AssociationError
        As `build_design`, or where trait and kinship have different people.
    GenotypeBlockError
        If the reader gives another shape.

    Notes
    -----
    One eigen-decomposition turns H into a diagonal; each SNP is rotated once and its sums at all nodes are two matrix
    products. The likelihood is analytic in log lambda, so its Chebyshev series gives maximum and statistics. The window
    reaches at least a factor of 60 to either side of the null model's maximum; a SNP whose maximum stands at its edge,
    or may be higher beyond it, is fitted again on the whole range of lambda, 1e-5 to 1e5.

    References
    ----------
    Zhou and Stephens 2012, Nat Genet 44:821, doi:10.1038/ng.2310; Kang et al. 2010, Nat Genet 42:348,
    doi:10.1038/ng.548 (P3D).
    """
    return scan_traits(read_block, n_snps, spectrum, np.asarray(y)[..., None], covariates, options=options)[0]


def scan_traits(
    read_block: BlockReader,
    n_snps: int,
    spectrum: Spectrum,
    traits: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    *,
    options: ScanOptions | None = None,
) -> tuple[Scan, ...]:
    """`scan` of several traits of the same people: each block is read, filtered and turned once for all.

    Parameters
    ----------
    traits
        None missing, ``[n, t]``.
    read_block, n_snps, spectrum, covariates, options
        As for `scan`, which gives the same numbers trait by trait.
    """
    chosen = options or ScanOptions()
    designs = [build_design(y, covariates) for y in np.moveaxis(traits, -1, 0)]
    testers = [tester for tester, _ in make_testers(spectrum, designs, chosen)]
    return run_scans(read_block, n_snps, design=designs[0], testers=testers, filters=chosen.filters)


def make_testers(spectrum: Spectrum, designs: Sequence[Design], options: ScanOptions) -> list[tuple[Tester, NullModel]]:
    """A method's tester of each trait, with everything that does not depend on the SNP made, and its null model."""
    rotation, found = BlockRotation(spectrum, options.precision), []
    for design in designs:
        rotated = rotate(spectrum, design)
        null = fit_null_design(spectrum, design, rotated)
        tester: Tester = (
            FixedTester(rotated, null, rotation)
            if options.method == "p3d"
            else _ExactTester(rotated, null, rotation, options.n_nodes)
        )
        found.append((tester, null))
    return found


class _ExactTester:
    """Tests every SNP at its own lambda."""

    def __init__(self, rotated: Rotated, null: NullModel, rotation: BlockRotation, n_nodes: int) -> None:
        self._rotated, self._null, self._rotation = rotated, null, rotation
        self._degrees = rotated.y.size - rotated.covariates.shape[1] - 1
        curve = null_curve(rotated)
        self._window = choose_window(curve, null, n_nodes)
        self._far = cut_far_segments(curve, self._window)
        n_inside = self._window.nodes.size
        points = np.concatenate((self._window.nodes, [null.log_lambda_ml], self._far.points))
        self._columns = node_columns(rotated, points)
        self._inside = slice(0, n_inside)
        self._score = slice(n_inside, n_inside + 1)
        self._beyond = slice(n_inside + 1, points.size)
        self._null_logl = self._logl_without_snp()
        self._wide: list[tuple[Window, NodeColumns]] = []

    def _logl_without_snp(self) -> float:
        """The null model's highest log-likelihood, by the window's own series where it stands in the window.

        The series' error, up to `SERIES_ERROR`, then cancels in the likelihood ratio.
        """
        values = self._columns.base_ml[self._inside]
        series = self._window.to_series @ values
        position, _ = find_maxima(values[None], series[None])
        highest = float(series_value(series, position)[0])
        return highest if abs(highest - self._null.logl_ml) < SERIES_ERROR else self._null.logl_ml

    def __call__(self, prepared: PreparedBlock, rows: NDArray[np.int64], into: Scan) -> int:
        x = self._rotation.of(prepared)
        sums, squares = snp_sums(x, self._columns), prepared.squares
        inside = sums.columns(self._inside)
        peaks = find_peaks(self._window, self._columns, inside, squares, self._inside)
        null_logl = np.full(rows.size, self._null_logl)
        again = np.flatnonzero(self._is_outside(peaks, sums.columns(self._beyond), squares))
        if again.size:
            null_logl[again] = self._null.logl_ml
            wide = self._fit_wide(x[again], squares[again])
            for field in dataclasses.fields(Peaks):
                getattr(peaks, field.name)[again] = getattr(wide, field.name)
        write_wald(into, rows, peaks.effect, peaks.x_p_x, peaks.rest, degrees=self._degrees)
        write_lrt(into, rows, peaks.logl_ml, null_logl)
        into.log_lambda_reml[rows], into.log_lambda_ml[rows] = peaks.reml, peaks.ml
        at_null = self._columns.at.y_p_y[self._score]
        write_score(into, rows, sums.columns(self._score), at_null, n_people=x.shape[1], degrees=self._degrees)
        return int(again.size)

    def _is_outside(self, peaks: Peaks, beyond: Sums, squares: FloatArray) -> NDArray[np.bool_]:
        """SNPs with a maximum at an end of the window (not of the whole range), or perhaps a higher one beyond it."""
        is_outside = peaks.is_at_low & (self._window.low > LOWEST_LOG_LAMBDA)
        is_outside |= peaks.is_at_high & (self._window.high < HIGHEST_LOG_LAMBDA)
        if self._far.left.size:
            ml, reml = likelihoods(beyond, self._columns, squares, self._beyond)
            ml -= self._columns.base_ml[self._beyond]
            reml -= self._columns.base_reml[self._beyond]
            is_outside |= may_be_higher(self._far, ml, self._far.highest_ml, peaks.logl_ml)
            is_outside |= may_be_higher(self._far, reml, self._far.highest_reml, peaks.logl_reml)
        return is_outside

    def _fit_wide(self, x: FloatArray, squares: FloatArray) -> Peaks:
        """Maxima over the whole range of lambda."""
        if not self._wide:
            self._wide = [(window, node_columns(self._rotated, window.nodes)) for window in wide_windows()]
        return reduce(better_peaks, (self._peaks_in(window, columns, x, squares) for window, columns in self._wide))

    @staticmethod
    def _peaks_in(window: Window, columns: NodeColumns, x: FloatArray, squares: FloatArray) -> Peaks:
        """Maxima in one window, all of whose nodes `columns` holds and nothing else."""
        return find_peaks(window, columns, snp_sums(x, columns), squares, slice(0, window.nodes.size))
