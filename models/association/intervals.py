"""Confidence intervals of shares."""

import math

from scipy.special import ndtri


def wilson_interval(n_successes: int, n_trials: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share.

    Parameters
    ----------
    n_successes, n_trials
        Successes among trials, ``0 <= n_successes <= n_trials`` and at least one trial.
    confidence
        Two-sided coverage, between 0 and 1.

    Returns
    -------
    tuple[float, float]
        Lower and upper end, both within 0 and 1.

    Raises
    ------
    ValueError
        For impossible counts.

    References
    ----------
    Wilson 1927, J Am Stat Assoc 22:209, doi:10.1080/01621459.1927.10502953.
    """
    if n_trials < 1 or not 0 <= n_successes <= n_trials:
        raise ValueError(f"a share needs 0 <= successes <= trials and a trial, not {n_successes} of {n_trials}")
    z = float(ndtri(0.5 + confidence / 2.0))
    share = n_successes / n_trials
    scale = 1.0 + z * z / n_trials
    centre = (share + z * z / (2.0 * n_trials)) / scale
    half = z * math.sqrt(share * (1.0 - share) / n_trials + z * z / (4.0 * n_trials * n_trials)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)
