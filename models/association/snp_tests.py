"""Effects and tests of SNPs from their sums at one lambda, written into a scan."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.association.scan_filters import PreparedBlock
from models.association.scan_results import Scan
from models.association.snp_likelihood import Sums, r_squared
from models.association.spectral import Spectrum
from models.significance import neg_log10_two_sided, neg_log10_two_sided_t

FloatArray = NDArray[np.float64]


def rotate_block(dosages: NDArray[np.float32], vectors: NDArray[np.floating]) -> FloatArray:
    """SNPs in the eigenvectors' coordinates, ``[m, n]``, multiplied in the precision of the vectors."""
    return np.asarray(dosages.astype(vectors.dtype, copy=False) @ vectors).astype(np.float64, copy=False)


class BlockRotation:
    """Turns blocks into the eigenvectors' coordinates; a block that several traits are tested with is turned once."""

    def __init__(self, spectrum: Spectrum, precision: Literal["float32", "float64"]) -> None:
        self._vectors: NDArray[np.floating] = spectrum.vectors
        if precision == "float32":
            self._vectors = spectrum.vectors.astype(np.float32)
        self._last: tuple[PreparedBlock, FloatArray] | None = None

    def of(self, prepared: PreparedBlock) -> FloatArray:
        """The block's SNPs in those coordinates, ``[m, n]``."""
        if self._last is None or self._last[0] is not prepared:
            self._last = None  # frees the block before the next one is made
            self._last = prepared, rotate_block(prepared.dosages, self._vectors)
        return self._last[1]


def write_wald(
    into: Scan, rows: NDArray[np.int64], effect: FloatArray, x_p_x: FloatArray, rest: FloatArray, *, degrees: int
) -> None:
    """Effect, its error and the Wald test of SNPs at the lambda where they are tested.

    `effect`, `x_p_x` and `rest` are ``x'Py / x'Px``, ``x'Px`` and ``y'P_x y`` there, ``[m]`` each.
    """
    standard_error = np.sqrt(rest / (degrees * x_p_x))
    into.beta[rows], into.se[rows] = effect, standard_error
    into.neg_log10_p_wald[rows] = neg_log10_two_sided_t(effect / standard_error, degrees)


def write_score(
    into: Scan, rows: NDArray[np.int64], sums: Sums, y_p_y: FloatArray, *, n_people: int, degrees: int
) -> None:
    """The score test, ``F = n (x'Py)² / (y'Py x'Px)`` at the ML lambda of the null model, from sums ``[m, 1]``."""
    statistic = n_people * r_squared(sums, y_p_y)[:, 0]
    into.neg_log10_p_score[rows] = neg_log10_two_sided_t(np.sqrt(statistic), degrees)


def write_lrt(into: Scan, rows: NDArray[np.int64], logl: FloatArray, null_logl: FloatArray) -> None:
    """The likelihood ratio test, chi² with 1 degree of freedom, from the log-likelihoods at both maxima."""
    ratio = np.maximum(2.0 * (logl - null_logl), 0.0)
    into.logl_h1[rows] = logl
    into.neg_log10_p_lrt[rows] = neg_log10_two_sided(np.sqrt(ratio))
