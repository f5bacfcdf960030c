"""Case and control traits, second step."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.covariate_basis import covariate_basis
from models.association.errors import ScanOptionError, TraitError
from models.association.firth import FirthOptions, FirthTest, firth_likelihood_ratio
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_null import fit_logistic_null
from models.association.logistic_score import LogisticOptions, LogisticScan, scan_cases
from models.association.snp_screen import FEW_MINOR_ALLELES, NOT_CONVERGED
from models.genotype_blocks import array_reader

N, M = 120, 8
RANGES = (ChromosomeRange("1", 0, 3), ChromosomeRange("2", 3, M))
ALL_SCORES = LogisticOptions(correction="none")
FloatArray = NDArray[np.float64]


def _data(seed: int = 14) -> tuple[NDArray[np.float32], FloatArray, FloatArray, LocoPredictions]:
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (M, N)).astype(np.float32)
    covariates = rng.normal(size=(N, 2))
    outcome = (rng.random(N) < 1.0 / (1.0 + np.exp(1.0 - covariates[:, 0]))).astype(np.float64)
    return dosages, outcome, covariates, LocoPredictions(("1", "2"), 0.3 * rng.normal(size=(2, 1, N)))


def _scan(*arguments: object, **named: object) -> LogisticScan:
    dosages, *others = arguments
    return scan_cases(array_reader(np.asarray(dosages)), RANGES, *others, **named)  # type: ignore[arg-type]


def test_scan_cases__score_test_is_its_slow_twin() -> None:
    """Projection on the weighted covariates written out with inverses, among those with an outcome."""
    dosages, outcome, covariates, predictions = _data()
    outcome[[2, 17]] = np.nan
    dosages[4, [0, 30]] = np.nan
    scan = _scan(dosages, outcome, covariates, predictions=predictions, options=ALL_SCORES)
    known = np.isfinite(outcome)
    assert (scan.n_cases, scan.n_controls) == (int(np.nansum(outcome)), int(known.sum() - np.nansum(outcome)))
    design = np.column_stack((np.ones(known.sum()), covariates[known]))
    for snp in range(M):
        offset = predictions.values[int(snp >= 3), 0, known]
        null = fit_logistic_null(outcome[known], covariate_basis(covariates[known], int(known.sum())), offset)
        g = dosages[snp, known].astype(np.float64)
        g = np.where(np.isnan(g), np.nanmean(g), g)
        w = np.diag(null.weight)
        projected = w - w @ design @ np.linalg.inv(design.T @ w @ design) @ design.T @ w
        score, information = g @ (outcome[known] - null.mu), g @ projected @ g
        found = [scan.chi2[snp], scan.beta[snp], scan.se[snp]]
        np.testing.assert_allclose(found, [score**2 / information, score / information, information**-0.5], rtol=1e-7)


def test_scan_cases__exact_correction_is_firths_test_of_each_snp() -> None:
    dosages, outcome, covariates, predictions = _data()
    options = LogisticOptions(correction="exact", correct_from=0.0)
    scan = _scan(dosages, outcome, covariates, predictions=predictions, options=options)
    design = np.column_stack((np.ones(N), covariates))
    for snp in range(M):
        offset = predictions.values[int(snp >= 3), 0]
        found = firth_likelihood_ratio(outcome, dosages[snp : snp + 1].astype(np.float64), design, offset=offset)
        expected = [found.beta[0], found.se[0], found.chi2[0]]
        np.testing.assert_allclose([scan.beta[snp], scan.se[snp], scan.chi2[snp]], expected, rtol=1e-6)
    assert scan.is_corrected.all()


def test_scan_cases__approximate_correction_lies_near_the_exact_one() -> None:
    dosages, outcome, covariates, _ = _data()
    near, exact = (
        _scan(dosages, outcome, covariates, options=LogisticOptions(correction=kind, correct_from=0.0))  # type: ignore[arg-type]
        for kind in ("approximate", "exact")
    )
    np.testing.assert_allclose(near.chi2, exact.chi2, rtol=0.1, atol=0.05)
    np.testing.assert_allclose(near.beta, exact.beta, rtol=0.1, atol=0.02)


def test_scan_cases__turns_with_the_allele_and_the_outcome() -> None:
    dosages, outcome, covariates, _ = _data()
    one = _scan(dosages, outcome, covariates, options=LogisticOptions(correct_from=0.3))
    other = _scan(2.0 - dosages, outcome, covariates, options=LogisticOptions(correct_from=0.3))
    turned = _scan(dosages, 1.0 - outcome, covariates, options=LogisticOptions(correct_from=0.3))
    assert 0 < one.is_corrected.sum() < M
    for scan in (other, turned):
        np.testing.assert_allclose(scan.beta, -one.beta, atol=1e-6)
        np.testing.assert_allclose(scan.neg_log10_p, one.neg_log10_p, atol=1e-6)


def test_scan_cases__leaves_out_and_counts_snps() -> None:
    dosages, outcome, covariates, _ = _data()
    dosages[0] = 2.0
    scan = _scan(dosages, outcome, covariates)
    assert scan.reason[0] == FEW_MINOR_ALLELES
    assert np.isnan([scan.beta[0], scan.chi2[0], scan.neg_log10_p[0]]).all()
    assert (scan.counts.n_tested, scan.counts.n_few_minor_alleles) == (M - 1, 1)


def test_scan_cases__says_which_snps_did_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    dosages, outcome, covariates, _ = _data()
    monkeypatch.setattr("models.association.logistic_score.firth_likelihood_ratio", _hasty)
    scan = _scan(dosages, outcome, covariates, options=LogisticOptions(correct_from=0.0))
    assert scan.counts.n_not_converged == M
    assert (scan.reason == NOT_CONVERGED).all()
    assert np.isnan(scan.neg_log10_p).all()


def _hasty(*arguments: FloatArray, offset: FloatArray) -> FirthTest:
    return firth_likelihood_ratio(*arguments, offset=offset, options=FirthOptions(n_steps=1))


def test_scan_cases__refuses_what_cannot_be_tested() -> None:
    dosages, outcome, covariates, predictions = _data()
    with pytest.raises(TraitError, match=r"an outcome is 2\.0: write 1 for cases, 0 for controls, NaN for unknown"):
        _scan(dosages, outcome + 1.0)
    with pytest.raises(TraitError, match="there are 0 cases and 120 controls, at least 10 of each are needed"):
        _scan(dosages, np.zeros(N))
    with pytest.raises(TraitError, match=r"the outcome has shape \(120, 1\): give one trait"):
        _scan(dosages, outcome[:, None])
    with pytest.raises(ScanOptionError, match="correction is 'spa': choose none, approximate or exact"):
        _scan(dosages, outcome, options=LogisticOptions(correction="spa"))  # type: ignore[arg-type]
    both = LocoPredictions(("1", "2"), np.repeat(predictions.values, 2, axis=1))
    with pytest.raises(TraitError, match=r"predictions have shape \(2, 120\), 0 of them missing; wanted \[1 traits"):
        _scan(dosages, outcome, covariates, predictions=both)
