"""From the observed scale of cases and controls to the liability scale."""

import math

from scipy.special import ndtri

from models.heritability.errors import BadStatisticsError


def liability_factor(sample_prevalence: float, population_prevalence: float) -> float:
    """Factor from heritability on the observed scale to the liability scale.

    Parameters
    ----------
    sample_prevalence
        P, share of cases in the study, between 0 and 1.
    population_prevalence
        K, share of cases in the population, between 0 and 1.

    Returns
    -------
    float
        ``K² (1 - K)² / (P (1 - P) phi(t)²)`` with ``t = Phi^-1(1 - K)``.

    Raises
    ------
    BadStatisticsError
        When a prevalence is not between 0 and 1.

    References
    ----------
    Lee et al. 2011, Am J Hum Genet 88:294, doi:10.1016/j.ajhg.2011.02.002, equation 23.
    """
    for name, value in (("sample", sample_prevalence), ("population", population_prevalence)):
        if not 0.0 < value < 1.0:
            raise BadStatisticsError(f"the {name} prevalence must lie between 0 and 1, not {value}: give a share")
    threshold = float(ndtri(1.0 - population_prevalence))
    density = math.exp(-threshold * threshold / 2.0) / math.sqrt(2.0 * math.pi)
    within_population = population_prevalence * (1.0 - population_prevalence)
    within_sample = sample_prevalence * (1.0 - sample_prevalence)
    return within_population**2 / (within_sample * density**2)


def to_liability(h2: float, sample_prevalence: float, population_prevalence: float) -> float:
    """Heritability (or its error) on the liability scale; see `liability_factor`."""
    return h2 * liability_factor(sample_prevalence, population_prevalence)


def covariance_to_liability(
    covariance: float, first: tuple[float, float] | None, second: tuple[float, float] | None
) -> float:
    """Genetic covariance (or its error) on the liability scale of both traits.

    Parameters
    ----------
    covariance
        On the observed scale.
    first, second
        Sample and population prevalence of each trait; None for a quantitative one, whose factor is 1.
    """
    factors = [1.0 if prevalence is None else liability_factor(*prevalence) for prevalence in (first, second)]
    return covariance * math.sqrt(factors[0] * factors[1])
