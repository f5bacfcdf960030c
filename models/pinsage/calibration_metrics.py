"""How far probabilities are from what happens: log loss, Brier score, calibration error, reliability table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from models.pinsage.errors import CalibrationError
from models.pinsage.evaluation.intervals import DrawnBlocks, Measure, draw_blocks, measure_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predicted against observed in bins of about equal numbers of pairs, the least probable first; (k) each.

    Attributes
    ----------
    n_pairs, n_hits
        In each bin.
    predicted, observed
        Mean probability; share of hits.
    lower, upper
        Wilson's 95 % interval of the share of hits.
    """

    n_pairs: IntArray
    n_hits: IntArray
    predicted: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Each with its 95 % interval from the bootstrap over LD blocks.

    Attributes
    ----------
    log_loss, brier
        Mean over pairs.
    expected_calibration_error
        As `expected_calibration_error`. It cannot be negative and resampling adds noise to it, so that the interval of
        a perfect calibrator lies above 0, and may lie above the estimate.
    reliability
        The table.
    """

    log_loss: Measure
    brier: Measure
    expected_calibration_error: Measure
    reliability: Reliability


def log_loss(probability: ArrayLike, is_hit: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of minus the natural logarithm of the probability of what happened, weighted where weights are given (n)."""
    return float(np.average(pair_losses(probability, is_hit), weights=None if weights is None else np.asarray(weights)))


def pair_losses(probability: ArrayLike, is_hit: ArrayLike) -> FloatArray:
    """Minus the natural logarithm of the probability of what happened, of each pair (n)."""
    return _losses(*_check(probability, is_hit))


def brier_score(probability: ArrayLike, is_hit: ArrayLike) -> float:
    """Mean squared difference of probability and truth (n)."""
    p, hit = _check(probability, is_hit)
    return float(((p - hit) ** 2).mean())


def reliability_table(probability: ArrayLike, is_hit: ArrayLike, *, n_bins: int = 10) -> Reliability:
    """Predicted against observed in bins of equal mass; equal probabilities share a bin, so that there may be fewer."""
    p, hit = _check(probability, is_hit)
    bins = _bins(p, n_bins)
    sizes, hits = np.bincount(bins), np.bincount(bins, weights=hit)
    observed = hits / sizes
    lower, upper = _wilson(observed, sizes)
    predicted = np.bincount(bins, weights=p) / sizes
    return Reliability(sizes.astype(np.int64), hits.astype(np.int64), predicted, observed, lower, upper)


def expected_calibration_error(probability: ArrayLike, is_hit: ArrayLike, *, n_bins: int = 10) -> float:
    """Mean distance of predicted and observed share over bins of equal mass, weighted by their pairs (n).

    References
    ----------
    Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602; equal mass as in Nguyen and O'Connor 2015,
    doi:10.18653/v1/D15-1182.
    """
    table = reliability_table(probability, is_hit, n_bins=n_bins)
    return float(table.n_pairs @ np.abs(table.predicted - table.observed) / table.n_pairs.sum())


def report_calibration(
    probability: ArrayLike,
    is_hit: ArrayLike,
    blocks: ArrayLike,
    *,
    n_bins: int = 10,
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> CalibrationReport:
    """Every measure with its interval, and the table.

    Parameters
    ----------
    probability, is_hit, blocks
        Of each pair: calibrated probability, truth, LD block (n); not pairs that the calibrator was fitted on.
    n_bins, n_bootstrap, seed
        Bins; resamples of blocks, 1 or more, and their seed.

    Raises
    ------
    CalibrationError
        When lengths differ, there is no pair, or a probability is outside 0 to 1.
    """
    p, hit = _check(probability, is_hit)
    block = np.asarray(blocks)
    if block.size != p.size:
        raise CalibrationError(f"Each of {p.size} pairs needs its LD block, {block.size} were given.")
    drawn = draw_blocks(block, np.random.default_rng([seed, 11]), n_bootstrap)
    return CalibrationReport(
        drawn.mean(_losses(p, hit)),
        drawn.mean((p - hit) ** 2),
        _error_measure(p, hit, drawn, n_bins),
        reliability_table(p, hit, n_bins=n_bins),
    )


def _error_measure(p: FloatArray, hit: BoolArray, drawn: DrawnBlocks, n_bins: int) -> Measure:
    """Calibration error with the bins of all pairs in every resample."""
    bins = _bins(p, n_bins)
    gaps = np.zeros((drawn.draws.shape[1], int(bins.max()) + 1))
    np.add.at(gaps, (drawn.place, bins), p - hit)
    resampled = np.abs(drawn.draws @ gaps).sum(axis=1) / drawn.n_rows
    return measure_of(float(np.abs(gaps.sum(axis=0)).sum() / p.size), resampled)


def _losses(p: FloatArray, hit: BoolArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.where(hit, p, 1.0 - p)))


def _bins(p: FloatArray, n_bins: int) -> IntArray:
    """Number of each pair's bin, none empty."""
    _, group, counts = np.unique(p, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    bins = np.minimum((middle * n_bins / p.size).astype(np.int64), n_bins - 1)
    return np.asarray(np.unique(bins[group.reshape(-1)], return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _wilson(share: FloatArray, n: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    """Wilson's 95 % interval (1927, doi:10.1080/01621459.1927.10502953)."""
    z = float(ndtri(0.975))
    centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z * np.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / (1.0 + z * z / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _check(probability: ArrayLike, is_hit: ArrayLike) -> tuple[FloatArray, BoolArray]:
    p, hit = np.asarray(probability, dtype=np.float64), np.asarray(is_hit, dtype=np.bool_)
    if p.ndim != 1 or p.shape != hit.shape or not p.size or not ((p >= 0.0) & (p <= 1.0)).all():
        raise CalibrationError(
            "Calibration is judged by one probability from 0 to 1 and one truth of each pair, not by shapes "
            f"{p.shape} and {hit.shape} or numbers outside; calibrate scores first."
        )
    return p, hit
