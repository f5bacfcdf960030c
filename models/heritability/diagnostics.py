"""What to know about an estimate before it is used: flags instead of silence, with what each of them means."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

MEDIAN_CHI2 = 0.4549
"""Median of chi² with one degree of freedom, to the digits that LDSC uses."""

LOW_MEAN_CHI2 = 1.02
STABLE_Z = 4.0
FEW_SNPS = 200_000
LARGE_CONDITION_NUMBER = 1e5
LARGEST_RG = 1.2

NEGATIVE_H2 = "negative_h2"
H2_ABOVE_ONE = "h2_above_one"
RATIO_UNSTABLE = "ratio_unstable"
LOW_CHI2 = "low_mean_chi2"
FEW = "few_snps"
ILL_CONDITIONED = "ill_conditioned"
RG_OUT_OF_BOUNDS = "rg_out_of_bounds"
RG_UNDEFINED = "rg_undefined"
RG_ERROR_UNDEFINED = "rg_error_undefined"

FLAG_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        NEGATIVE_H2: "The heritability is negative: by chance around a small one, or from a wrong N or LD reference.",
        H2_ABOVE_ONE: "The heritability is above 1, which no trait has: check N, prevalences and the LD reference.",
        RATIO_UNSTABLE: f"The heritability is less than {STABLE_Z:g} of its standard errors from 0, so the ratio, "
        "proportions, enrichments and genetic correlations made from it are not to be relied on.",
        LOW_CHI2: f"The mean chi² is below {LOW_MEAN_CHI2:g}: there is too little signal for LD score regression.",
        FEW: f"Fewer than {FEW_SNPS:,} SNPs are in the regression; that is almost always too few.",
        ILL_CONDITIONED: f"The condition number of the LD scores is above {LARGE_CONDITION_NUMBER:g}: some annotations "
        "are nearly sums of others, so single coefficients mean little.",
        RG_OUT_OF_BOUNDS: f"The genetic correlation is beyond {LARGEST_RG:g}: a heritability is too small or an LD "
        "reference or overlap does not fit.",
        RG_UNDEFINED: "A heritability is not positive, so there is no genetic correlation.",
        RG_ERROR_UNDEFINED: "Leaving out a block makes a heritability not positive, so the correlation has no error.",
    }
)
"""A sentence for each flag."""


def lambda_gc(chi2: NDArray[np.float64]) -> float:
    """Genomic control's lambda: median chi² over its median under the null.

    Parameters
    ----------
    chi2
        ``[n]``, at least one.

    References
    ----------
    Devlin and Roeder 1999, Biometrics 55:997, doi:10.1111/j.0006-341X.1999.00997.x.
    """
    return float(np.median(chi2)) / MEDIAN_CHI2


def intercept_ratio(
    intercept: float, intercept_se: float | None, mean_chi2: float
) -> tuple[float | None, float | None]:
    """Share of the mean chi²'s excess over 1 that the intercept holds, and its error.

    Parameters
    ----------
    intercept, intercept_se
        From the regression; the error is None where the intercept was fixed.
    mean_chi2
        Of the regression's SNPs.

    Returns
    -------
    tuple[float | None, float | None]
        ``(a - 1) / (mean chi² - 1)`` and ``se(a) / (mean chi² - 1)``; both None where the mean chi² is at most 1, the
        error where the intercept was fixed. Never withheld for being imprecise: see the flag ``ratio_unstable``.
    """
    excess = mean_chi2 - 1.0
    if not excess > 0.0:
        return None, None
    return (intercept - 1.0) / excess, None if intercept_se is None else intercept_se / excess


def heritability_flags(
    h2: float, h2_se: float, *, mean_chi2: float, n_snps: int, condition_number: float = 1.0
) -> tuple[str, ...]:
    """Flags of a heritability, in a fixed order; each is explained in `FLAG_MEANINGS`."""
    holds = {
        NEGATIVE_H2: h2 < 0.0,
        H2_ABOVE_ONE: h2 > 1.0,
        RATIO_UNSTABLE: h2 < STABLE_Z * h2_se,
        LOW_CHI2: mean_chi2 < LOW_MEAN_CHI2,
        FEW: n_snps < FEW_SNPS,
        ILL_CONDITIONED: condition_number > LARGE_CONDITION_NUMBER,
    }
    return tuple(flag for flag, is_set in holds.items() if is_set)
