"""The stacked ridge regression of cases and controls."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.errors import ScanOptionError, TraitError
from models.association.logistic_score import LogisticOptions, scan_cases
from models.association.ridge_cases import CaseRidgeFit, fit_case_ridge
from models.association.ridge_options import RidgeOptions
from models.genotype_blocks import array_reader

N, M = 400, 40
RANGES = (ChromosomeRange("1", 0, 20), ChromosomeRange("2", 20, M))
SMALL = RidgeOptions(block_snps=10)
FloatArray = NDArray[np.float64]


def _data(seed: int = 24) -> tuple[NDArray[np.float32], FloatArray, FloatArray]:
    """Only chromosome 1 matters."""
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (M, N)).astype(np.float32)
    covariates = rng.normal(size=(N, 1))
    genetic = dosages[:20].T.astype(np.float64) @ rng.normal(size=20)
    eta = 1.5 * (genetic - genetic.mean()) / genetic.std() + covariates[:, 0] - 1.0
    return dosages, (rng.random(N) < 1.0 / (1.0 + np.exp(-eta))).astype(np.float64), covariates


def _fit(outcome: FloatArray, covariates: FloatArray | None = None, options: RidgeOptions = SMALL) -> CaseRidgeFit:
    return fit_case_ridge(array_reader(_data()[0]), RANGES, outcome, covariates, options=options)


def test_fit_case_ridge__finds_where_the_signal_lies() -> None:
    _, outcome, covariates = _data()
    fit = _fit(outcome, covariates)
    assert fit.is_converged
    assert fit.mean_deviance.min() < fit.null_deviance
    without_1, without_2 = (fit.predictions.of(name)[0] for name in ("1", "2"))
    assert np.corrcoef(without_2, outcome)[0, 1] > 0.3
    assert abs(np.corrcoef(without_1, outcome)[0, 1]) < 0.15
    np.testing.assert_allclose(without_1 + without_2, fit.whole, atol=1e-10)
    assert (fit.n_blocks, fit.n_snps, fit.n_flat) == (4, M, 0)


def test_fit_case_ridge__turns_with_the_outcome() -> None:
    _, outcome, covariates = _data()
    one, other = _fit(outcome, covariates), _fit(1.0 - outcome, covariates)
    np.testing.assert_allclose(other.whole, -one.whole, atol=1e-4)
    np.testing.assert_allclose(other.mean_deviance, one.mean_deviance, atol=1e-5)


def test_fit_case_ridge__same_seed_same_predictions() -> None:
    _, outcome, covariates = _data()
    options = RidgeOptions(block_snps=10, seed=3)
    np.testing.assert_array_equal(_fit(outcome, covariates, options).whole, _fit(outcome, covariates, options).whole)
    assert _fit(outcome, covariates, options).seed == 3


def test_fit_case_ridge__sharpens_the_second_step_on_another_chromosome() -> None:
    """A SNP of chromosome 2 with an effect: taking out what chromosome 1 predicts brings beta nearer to the truth."""
    dosages, _, covariates = _data()
    rng = np.random.default_rng(25)
    genetic = dosages[:20].T.astype(np.float64) @ rng.normal(size=20)
    eta = 2.5 * (genetic - genetic.mean()) / genetic.std() + 0.7 * (dosages[30] - 1.0)
    outcome = (rng.random(N) < 1.0 / (1.0 + np.exp(-eta))).astype(np.float64)
    fit = _fit(outcome, covariates)
    options = LogisticOptions(correction="exact", correct_from=0.0)
    plain, sharp = (
        scan_cases(array_reader(dosages), RANGES, outcome, covariates, predictions=given, options=options)
        for given in (None, fit.predictions)
    )
    assert abs(sharp.beta[30] - 0.7) < abs(plain.beta[30] - 0.7)
    assert sharp.neg_log10_p[30] > plain.neg_log10_p[30]


def test_fit_case_ridge__refuses_what_it_cannot_predict() -> None:
    _, outcome, _ = _data()
    with pytest.raises(TraitError, match=r"the outcome has shape \(400,\), 1 values are not 0 or 1: give one trait"):
        _fit(np.append(outcome[1:], np.nan))
    with pytest.raises(TraitError, match="the outcome is the same for all people"):
        _fit(np.zeros(N))
    with pytest.raises(ScanOptionError, match="cases and controls are validated by folds: choose validation fold"):
        _fit(outcome, options=RidgeOptions(validation="one"))
