"""Calibrated probability of a predicted pair: fitted on validation pairs, chosen by blocks left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.pinsage.calibration_maps import BetaCurve, Steps, fit_beta_curve, fit_decile_steps, fit_steps
from models.pinsage.calibration_metrics import log_loss
from models.pinsage.errors import CalibrationError, NotFiniteError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Kind = Literal["isotonic", "beta", "degree"]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """From a score (of a degree calibrator: from a degree) to a probability.

    Attributes
    ----------
    kind
        ``isotonic`` and ``beta`` never fall with the score; ``degree`` is the baseline.
    curve
        The map before it is clipped.
    n_pairs
        Pairs it was fitted on; no probability is nearer to 0 or 1 than 1 / (2 n_pairs).
    cross_validated
        Log loss of each kind tried, over pairs of blocks left out; empty where nothing was chosen.
    """

    kind: Kind
    curve: Steps | BetaCurve
    n_pairs: int
    cross_validated: tuple[tuple[Kind, float], ...] = ()

    def probability(self, scores: ArrayLike) -> FloatArray:
        """Probability at each score (any shape).

        Raises
        ------
        NotFiniteError
            When a score is not finite.
        """
        values = np.asarray(scores, dtype=np.float64)
        if not np.isfinite(values).all():
            raise NotFiniteError("Scores to calibrate must be finite, some are not; leave out pairs without a score.")
        edge = 0.5 / self.n_pairs
        return np.clip(self.curve(values), edge, 1.0 - edge)

    def to_dict(self) -> dict[str, Any]:
        """The calibrator as plain numbers, text and lists, for JSON."""
        if isinstance(self.curve, Steps):
            curve: dict[str, Any] = {
                "lower": self.curve.lower.tolist(),
                "probability": self.curve.probability.tolist(),
            }
        else:
            curve = asdict(self.curve)
        return {
            "kind": self.kind,
            "n_pairs": self.n_pairs,
            "curve": curve,
            "cross_validated": dict(self.cross_validated),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Calibrator:
        """Give back what `to_dict` gave.

        Raises
        ------
        CalibrationError
            When it is no such thing.
        """
        try:
            curve = saved["curve"]
            restored: Steps | BetaCurve = (
                BetaCurve(**curve)
                if saved["kind"] == "beta"
                else Steps(np.array(curve["lower"], dtype=np.float64), np.array(curve["probability"], dtype=np.float64))
            )
            return cls(saved["kind"], restored, int(saved["n_pairs"]), tuple(saved["cross_validated"].items()))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CalibrationError(
                "A saved calibrator has kind, n_pairs, curve and cross_validated and numbers in them, this has "
                f"{sorted(saved)}; save it anew."
            ) from error


def fit_calibrator(
    scores: ArrayLike,
    is_hit: ArrayLike,
    blocks: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    n_folds: int = 5,
    seed: int = 0,
) -> Calibrator:
    """Fit isotonic regression and beta calibration; keep the one whose log loss is lower on blocks left out.

    Parameters
    ----------
    scores, is_hit
        Of each validation pair: its score and whether it was hidden, that is true (n).
    blocks
        LD block of each pair; pairs of one block are never on both sides (n).
    weights
        Pairs that each one stands for where only a part of them was drawn; 1 by default (n).
    n_folds
        Groups of blocks that are left out in turn; fewer where there are fewer blocks.
    seed
        Of the grouping.

    Raises
    ------
    CalibrationError
        When lengths differ, all pairs are hits or none is, or they lie in fewer than two blocks.
    NotFiniteError
        When a score is not finite.

    Notes
    -----
    Of equals, the beta curve is kept: it has three numbers. The share of hits among validation pairs becomes part of
    the probabilities: pairs must be drawn as predictions are.
    """
    x, hit = _check(scores, is_hit)
    weight = _check_weights(weights, x.size)
    fold = folds_of_blocks(blocks, x.size, n_folds=n_folds, seed=seed)
    kinds: tuple[Kind, ...] = ("beta", "isotonic")
    losses = [(kind, log_loss(left_out_probability(kind, x, hit, fold, weights=weight), hit, weight)) for kind in kinds]
    chosen = min(losses, key=lambda pair: pair[1])[0]
    return Calibrator(chosen, _fit_curve(chosen, x, hit, weight), _n_pairs(weight), tuple(losses))


def folds_of_blocks(blocks: ArrayLike, n_pairs: int, *, n_folds: int = 5, seed: int = 0) -> NDArray[np.int64]:
    """Group of each pair, all pairs of a block in one (n).

    Raises
    ------
    CalibrationError
        When there is not one block of each pair, or fewer than two blocks.
    """
    _, block = np.unique(np.asarray(blocks), return_inverse=True)
    n_blocks = int(block.max(initial=-1)) + 1
    if block.size != n_pairs or n_blocks < 2:
        raise CalibrationError(
            f"A calibrator is chosen over LD blocks: one block of each of {n_pairs} pairs and at least two blocks are "
            f"needed, not {n_blocks} over {block.size}; give validation pairs of more blocks."
        )
    return _fold_of_block(n_blocks, min(n_folds, n_blocks), seed)[block.reshape(-1)]


def left_out_probability(
    kind: Kind, scores: FloatArray, is_hit: BoolArray, fold: NDArray[np.int64], *, weights: FloatArray
) -> FloatArray:
    """Probability of every pair under the map that the other folds give; one class alone there gives its constant."""
    probability = np.empty_like(scores)
    for one in np.unique(fold):
        kept = fold != one
        curve = _fit_curve(kind, scores[kept], is_hit[kept], weights[kept])
        probability[~kept] = Calibrator(kind, curve, _n_pairs(weights[kept])).probability(scores[~kept])
    return probability


def fit_kind(kind: Kind, values: ArrayLike, is_hit: ArrayLike) -> Calibrator:
    """Fit one kind without choosing; ``degree`` takes degrees, the others scores; errors as in `fit_calibrator`."""
    x, hit = _check(values, is_hit)
    return Calibrator(kind, _fit_curve(kind, x, hit, np.ones(x.size)), x.size)


def null_percentile(scores: ArrayLike, null_scores: ArrayLike) -> FloatArray:
    """Percentile of each score among scores of null pairs, 0 to 100; equals count half.

    Raises
    ------
    CalibrationError
        When there are no null scores.
    NotFiniteError
        When a score is not finite.
    """
    values = np.asarray(scores, dtype=np.float64)
    null = np.sort(np.asarray(null_scores, dtype=np.float64), axis=None)
    if not null.size:
        raise CalibrationError(
            "A null percentile needs scores of null pairs, none was given; score a null graph first."
        )
    if not (np.isfinite(values).all() and np.isfinite(null).all()):
        raise NotFiniteError("Scores and null scores must be finite, some are not; leave out pairs without a score.")
    low, high = np.searchsorted(null, values, side="left"), np.searchsorted(null, values, side="right")
    return np.asarray(50.0 * (low + high) / null.size)


def _fit_curve(kind: Kind, x: FloatArray, hit: BoolArray, weight: FloatArray) -> Steps | BetaCurve:
    if kind == "beta":
        return fit_beta_curve(x, hit, weight)
    return fit_steps(x, hit, weight) if kind == "isotonic" else fit_decile_steps(x, hit)


def _n_pairs(weight: FloatArray) -> int:
    return max(round(float(weight.sum())), 1)


def _check_weights(weights: ArrayLike | None, n_pairs: int) -> FloatArray:
    if weights is None:
        return np.ones(n_pairs)
    weight = np.asarray(weights, dtype=np.float64)
    if weight.shape != (n_pairs,) or not (np.isfinite(weight) & (weight > 0)).all():
        raise CalibrationError(
            f"Each of {n_pairs} pairs needs one weight above 0, not an array of shape {weight.shape} with others; "
            "a weight is the number of pairs that one stands for."
        )
    return weight


def _fold_of_block(n_blocks: int, n_folds: int, seed: int) -> NDArray[np.int64]:
    return np.asarray(np.random.default_rng([seed, n_blocks]).permutation(n_blocks) % n_folds, dtype=np.int64)


def _check(scores: ArrayLike, is_hit: ArrayLike) -> tuple[FloatArray, BoolArray]:
    x, hit = np.asarray(scores, dtype=np.float64), np.asarray(is_hit, dtype=np.bool_)
    if x.ndim != 1 or x.shape != hit.shape or hit.all() or not hit.any():
        raise CalibrationError(
            "A calibrator needs one score and one truth of each pair, with hits and misses among them, not shapes "
            f"{x.shape} and {hit.shape} with {int(hit.sum())} hits; hold out more pairs, and add pairs that are none."
        )
    if not np.isfinite(x).all():
        raise NotFiniteError("Scores to calibrate must be finite, some are not; leave out pairs without a score.")
    return x, hit
