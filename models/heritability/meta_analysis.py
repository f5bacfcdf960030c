"""Random-effects meta-analysis, of tau* over traits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import BadStatisticsError
from models.significance import neg_log10_two_sided


@dataclass(frozen=True, slots=True)
class MetaAnalysis:
    """A pooled estimate.

    Attributes
    ----------
    estimate, standard_error, z, neg_log10_p
        The mean effect over traits, its error, and the two-sided normal p.
    variance_between
        Variance of the effects between traits (tau² of DerSimonian and Laird).
    q, i_squared
        Cochran's Q and the share of the spread that is between traits.
    n_traits
        Effects pooled.
    """

    estimate: float
    standard_error: float
    z: float
    neg_log10_p: float
    variance_between: float
    q: float
    i_squared: float
    n_traits: int


def meta_analyse(estimate: NDArray[np.float64], standard_error: NDArray[np.float64]) -> MetaAnalysis:
    """Pool an effect over independent traits by DerSimonian and Laird's random effects.

    Parameters
    ----------
    estimate, standard_error
        Effect in each trait and its error, above 0, ``[T]``, T at least 1.

    Raises
    ------
    BadStatisticsError
        When an effect is not finite, an error is not above 0, or there is none.

    Notes
    -----
    The traits are taken as independent: choose some with little genetic correlation and no shared people.

    References
    ----------
    DerSimonian and Laird 1986, Control Clin Trials 7:177, doi:10.1016/0197-2456(86)90046-2.
    """
    effect, error = np.asarray(estimate, np.float64), np.asarray(standard_error, np.float64)
    is_usable = np.isfinite(effect) & np.isfinite(error) & (error > 0.0) if effect.shape == error.shape else None
    if effect.ndim != 1 or not effect.size or is_usable is None or not is_usable.all():
        raise BadStatisticsError(
            f"a meta-analysis needs a finite effect and an error above 0 of each trait, not effects {effect} with "
            f"errors {error}: leave traits without an estimate out"
        )
    weight = error**-2.0
    q = float(np.sum(weight * (effect - np.average(effect, weights=weight)) ** 2))
    spare = effect.size - 1
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(0.0, (q - spare) / scale) if spare else 0.0
    pooled_weight = 1.0 / (error**2 + between)
    pooled, pooled_error = float(np.average(effect, weights=pooled_weight)), float(pooled_weight.sum() ** -0.5)
    return MetaAnalysis(
        estimate=pooled,
        standard_error=pooled_error,
        z=pooled / pooled_error,
        neg_log10_p=float(neg_log10_two_sided(pooled / pooled_error)),
        variance_between=between,
        q=q,
        i_squared=max(0.0, 1.0 - spare / q) if q > 0.0 else 0.0,
        n_traits=effect.size,
    )
