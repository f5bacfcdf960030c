"""Probabilities of predicted pairs: from the score where it says more than degrees do, else from the degrees."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.pinsage.calibration import (
    Calibrator,
    fit_calibrator,
    folds_of_blocks,
    left_out_probability,
)
from models.pinsage.calibration_metrics import CalibrationReport, Reliability, pair_losses, report_calibration
from models.pinsage.errors import CalibrationError
from models.pinsage.evaluation.intervals import Measure, draw_blocks, measure_of
from models.pinsage.pair_scores import PairSample

FloatArray = NDArray[np.float64]
Basis = Literal["score", "degree"]

MINIMUM_HITS = 20
"""Fewer held-out pairs among the candidates say nothing about probabilities of about one in a thousand."""
_N_BOOTSTRAP = 1000


@dataclass(frozen=True, slots=True)
class PairCalibration:
    """From the share and the degrees of a pair to the probability that it is one of the held-out pairs.

    Attributes
    ----------
    basis
        ``score``: a rising map of the share; ``degree``: a rising map of what degrees alone expect.
    calibrator
        The map.
    """

    basis: Basis
    calibrator: Calibrator

    def probability(self, share: FloatArray, log_expected: FloatArray) -> FloatArray:
        """Probability of each pair; arguments as in `PairSample` (any shape)."""
        return self.calibrator.probability(share if self.basis == "score" else log_expected)

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {"basis": self.basis, "calibrator": self.calibrator.to_dict()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> "PairCalibration":
        """Give back what `to_dict` gave."""
        return cls(saved["basis"], Calibrator.from_dict(saved["calibrator"]))


@dataclass(frozen=True, slots=True)
class PairCalibrationReport:
    """How good the probabilities are, each pair judged by a map that saw no pair of its LD block.

    Attributes
    ----------
    n_candidates, n_hits
        Candidate pairs that the sample stands for; held-out pairs among them.
    log_loss_per_hit, degree_log_loss_per_hit
        Sum over all candidates divided by the hits: of the score's map and of the degrees' map.
    gain_per_hit
        Their difference, degree minus score: above 0, the score says more than degrees; resampled by LD block.
    written
        Measures over the best-ranked candidates only, those that would be written as predictions.
    degree_written_log_loss
        Mean log loss of the degrees' map over the same pairs.
    n_written, n_written_hits
        Those pairs, and the held-out ones among them.
    """

    n_candidates: int
    n_hits: int
    log_loss_per_hit: float
    degree_log_loss_per_hit: float
    gain_per_hit: Measure
    written: CalibrationReport
    degree_written_log_loss: float
    n_written: int
    n_written_hits: int

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON; the reliability table as a list of bins."""
        plain = asdict(self)
        plain["written"]["reliability"] = _bins(self.written.reliability)
        return plain


def calibrate_pairs(sample: PairSample, *, top: int, seed: int) -> tuple[PairCalibration, PairCalibrationReport]:
    """Fit the two maps, choose one, and judge it on LD blocks left out.

    Parameters
    ----------
    sample
        Candidate pairs drawn as predictions are, with the held-out ones among them.
    top
        Best-ranked candidates of a molecule that would be written.
    seed
        Of the folds of blocks and of the bootstrap.

    Raises
    ------
    CalibrationError
        When fewer than `MINIMUM_HITS` held-out pairs are among the candidates, or they lie in one LD block.

    Notes
    -----
    Each map is isotonic regression or a beta curve, whichever is better on blocks left out. The score's map is used
    only when the 95 % interval of its gain in log loss over the degrees' map lies above 0. Where nothing but degrees
    can be learned, as on a degree-preserving null, the probabilities therefore are those of the degrees: within pairs
    of the same degrees they are all the same, whatever the score.
    """
    n_hits = int(sample.is_hit.sum())
    if n_hits < MINIMUM_HITS:
        raise CalibrationError(
            f"Probabilities need at least {MINIMUM_HITS} held-out pairs among the candidates, {n_hits} are; load "
            "studies with more molecules that have several loci."
        )
    by_score, score_probability = _fit(sample.share, sample, seed)
    by_degree, degree_probability = _fit(sample.log_expected, sample, seed)
    losses = [pair_losses(p, sample.is_hit) * sample.weight for p in (score_probability, degree_probability)]
    gain = _per_hit(losses[1] - losses[0], sample, seed)
    is_better = gain.lower > 0
    chosen = PairCalibration("score", by_score) if is_better else PairCalibration("degree", by_degree)
    probability = score_probability if is_better else degree_probability
    is_written = sample.rank <= top
    report = PairCalibrationReport(
        n_candidates=round(float(sample.weight.sum())),
        n_hits=n_hits,
        log_loss_per_hit=float(losses[0].sum() / n_hits),
        degree_log_loss_per_hit=float(losses[1].sum() / n_hits),
        gain_per_hit=gain,
        written=report_calibration(
            probability[is_written], sample.is_hit[is_written], sample.block[is_written], seed=seed
        ),
        degree_written_log_loss=float(pair_losses(degree_probability, sample.is_hit)[is_written].mean()),
        n_written=int(is_written.sum()),
        n_written_hits=int(sample.is_hit[is_written].sum()),
    )
    return chosen, report


def _fit(values: FloatArray, sample: PairSample, seed: int) -> tuple[Calibrator, FloatArray]:
    """The map of some values, and the probability of each pair by the map that did not see its block."""
    calibrator = fit_calibrator(values, sample.is_hit, sample.block, weights=sample.weight, seed=seed)
    fold = folds_of_blocks(sample.block, values.size, seed=seed)
    return calibrator, left_out_probability(calibrator.kind, values, sample.is_hit, fold, weights=sample.weight)


def _per_hit(value: FloatArray, sample: PairSample, seed: int) -> Measure:
    """Sum of a pair's value over the number of hits, with its interval over resampled LD blocks."""
    drawn = draw_blocks(sample.block, np.random.default_rng([seed, 23]), _N_BOOTSTRAP)
    n_hits = drawn.totals(sample.is_hit.astype(np.float64))
    return measure_of(float(value.sum() / sample.is_hit.sum()), drawn.totals(value) / np.maximum(n_hits, 1.0))


def _bins(table: Reliability) -> list[dict[str, float]]:
    columns = asdict(table)
    return [{name: column[row].item() for name, column in columns.items()} for row in range(len(table.n_pairs))]
