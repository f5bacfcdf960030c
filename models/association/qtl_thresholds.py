"""Which pairs of a significant trait are significant: the trait's cut carried back to one p of a pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from models.association.qtl_gene_tests import GeneTests
from models.significance import neg_log10_two_sided_t

FloatArray = NDArray[np.float64]


def trait_cut(neg_log10_p: FloatArray, rates: FloatArray, fdr: float) -> float:
    """Minus log10 of the p of traits between those that pass a false discovery rate and those that do not.

    Parameters
    ----------
    neg_log10_p, rates
        p of traits, and false discovery rates made from them; NaN where there are none.
    fdr
        The rate.

    Returns
    -------
    float
        Of the mean of the weakest p that passes and the strongest that does not; NaN where none passes.
    """
    passes, fails = neg_log10_p[rates <= fdr], neg_log10_p[rates > fdr]
    if not passes.size:
        return float("nan")
    weakest = 10.0 ** -float(passes.min())
    strongest = 10.0 ** -float(fails.max()) if fails.size else weakest
    return float(-np.log10((weakest + strongest) / 2.0))


def pair_thresholds(tests: GeneTests, cut: float) -> FloatArray:
    """Minus log10 p that a pair of each trait must reach: the one at which the trait's beta p is the cut.

    Parameters
    ----------
    tests
        From `gene_tests`.
    cut
        From `trait_cut`; NaN gives NaN.

    Notes
    -----
    GTEx's definition of significant pairs of a gene (all its pairs at or below that p), with degrees of freedom turned
    back to those of the pair's own test.

    References
    ----------
    GTEx Consortium 2017, Nature 550:204, doi:10.1038/nature24277, methods.
    """
    p = betaincinv(tests.shape_1, tests.shape_2, 10.0**-cut)
    rest = betaincinv(tests.effective_degrees / 2.0, 0.5, p)
    found = np.full(p.shape, np.nan)
    for degrees in np.unique(tests.degrees[~np.isnan(rest)]):
        at = (tests.degrees == degrees) & ~np.isnan(rest)
        t = np.sqrt(degrees * (1.0 - rest[at]) / rest[at])
        found[at] = neg_log10_two_sided_t(t, float(degrees))
    return found
