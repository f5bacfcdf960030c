"""Standardised effect of an annotation, comparable between annotations and traits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.stratified import PartitionedHeritability


@dataclass(frozen=True, slots=True)
class TauStar:
    """tau* of each annotation and its error, ``[C]`` each; NaN where the heritability is 0."""

    tau_star: NDArray[np.float64]
    tau_star_se: NDArray[np.float64]


def estimate_tau_star(
    partitioned: PartitionedHeritability, *, annotation_sd: NDArray[np.float64], m_common: float
) -> TauStar:
    """Change of a SNP's heritability by one standard deviation of the annotation, over the mean heritability of a SNP.

    Parameters
    ----------
    partitioned
        From `estimate_partitioned`.
    annotation_sd
        Standard deviation of each annotation over the common reference SNPs (MAF above 5%), ``[C]``.
    m_common
        Number of these SNPs (M_5_50).

    Returns
    -------
    TauStar
        ``tau sd M / h2``, and the jackknife error of tau scaled by the same factor's size: h2's own error is left
        out, as in the paper. 0 for the annotation of all SNPs, whose sd is 0. Its sign is turned where h2 is negative
        (flag ``negative_h2``).

    References
    ----------
    Gazal et al. 2017, Nat Genet 49:1421, doi:10.1038/ng.3954, Online Methods.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.asarray(annotation_sd, np.float64) * float(m_common) / np.float64(partitioned.h2)
        return TauStar(partitioned.coefficient * factor, partitioned.coefficient_se * np.abs(factor))
