"""What a scan finds: a value of each statistic for each SNP, NaN where it was not tested."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.association.null_model import NullModel
from models.association.p_values import abs_z_score
from models.association.scan_filters import REASONS, TESTED, count_reasons

MEDIAN_CHI2: Final = 0.454936423119572
"""Median of chi² with one degree of freedom."""

STATISTICS: Final = (
    "beta",
    "se",
    "neg_log10_p_wald",
    "neg_log10_p_lrt",
    "neg_log10_p_score",
    "log_lambda_reml",
    "log_lambda_ml",
    "logl_h1",
)

TestName = Literal["wald", "lrt", "score"]


@dataclasses.dataclass(frozen=True, slots=True)
class Scan:
    """Tests of all SNPs of a scan; the effect allele is allele 1. Every array is ``[m]``.

    Attributes
    ----------
    frequency
        Of allele 1 among the people analysed.
    n_missing
        People without a dosage.
    beta, se
        Effect of one copy of allele 1 in units of the trait, at the SNP's REML lambda, and its standard error.
    neg_log10_p_wald, neg_log10_p_lrt, neg_log10_p_score
        Minus log10 p of the Wald test (F with 1 and n - c - 1 degrees of freedom at the SNP's REML lambda), the
        likelihood ratio test (chi² with 1 at its ML lambda) and the score test (F, at the ML lambda without a SNP).
        NaN for tests that a method does not make (see `ScanOptions.method`).
    log_lambda_reml, log_lambda_ml
        Natural log of vg / ve under each SNP.
    logl_h1
        Log-likelihood at the ML lambda.
    reason
        0 where tested, else a key of `scan_filters.REASONS`.
    n_refitted
        SNPs whose maximum lay outside the window around that of the null model, fitted on the whole range.
    """

    frequency: NDArray[np.float64]
    n_missing: NDArray[np.int32]
    beta: NDArray[np.float64]
    se: NDArray[np.float64]
    neg_log10_p_wald: NDArray[np.float64]
    neg_log10_p_lrt: NDArray[np.float64]
    neg_log10_p_score: NDArray[np.float64]
    log_lambda_reml: NDArray[np.float64]
    log_lambda_ml: NDArray[np.float64]
    logl_h1: NDArray[np.float64]
    reason: NDArray[np.int8]
    n_refitted: int = 0

    @property
    def n_snps(self) -> int:
        """SNPs handed in."""
        return self.reason.size

    @property
    def is_tested(self) -> NDArray[np.bool_]:
        """Which SNPs passed the filters, ``[m]``."""
        return np.asarray(self.reason == TESTED)

    @property
    def n_tested(self) -> int:
        """SNPs that passed the filters."""
        return int(np.count_nonzero(self.reason == TESTED))

    @property
    def n_dropped(self) -> Mapping[str, int]:
        """SNPs that each reason left out, by name."""
        return count_reasons(self.reason)

    @property
    def z(self) -> NDArray[np.float64]:
        """Effect over its standard error, ``[m]``."""
        return self.beta / self.se

    def lambda_gc(self, test: TestName = "wald") -> float:
        """Genomic control's lambda: median chi² of the test's p-values over its median under the null.

        NaN where nothing was tested or the method does not make the test.

        References
        ----------
        Devlin and Roeder 1999, Biometrics 55:997, doi:10.1111/j.0006-341X.1999.00997.x.
        """
        values: NDArray[np.float64] = getattr(self, f"neg_log10_p_{test}")
        known = values[np.isfinite(values)]
        if not known.size:
            return math.nan
        return float(abs_z_score(np.array([np.median(known)]))[0] ** 2) / MEDIAN_CHI2


@dataclasses.dataclass(frozen=True, slots=True)
class LocoScan:
    """A scan in which each chromosome's SNPs were tested with the kinship of the others.

    Attributes
    ----------
    scan
        All SNPs, in the order handed in.
    nulls
        The model without a SNP of each chromosome left out, by its name.
    """

    scan: Scan
    nulls: Mapping[str, NullModel]


def empty_scan(n_snps: int) -> Scan:
    """Arrays for `n_snps` SNPs, to be filled: statistics NaN, nothing counted."""
    statistics: dict[str, Any] = {name: np.full(n_snps, np.nan) for name in STATISTICS}
    reason = np.full(n_snps, next(iter(REASONS)), np.int8)
    return Scan(frequency=np.full(n_snps, np.nan), n_missing=np.zeros(n_snps, np.int32), reason=reason, **statistics)
