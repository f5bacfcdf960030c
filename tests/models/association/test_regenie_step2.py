"""Quantitative traits, second step."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.errors import AssociationError, TooFewPeopleError, TraitError
from models.association.loco_predictions import LocoPredictions
from models.association.regenie_step2 import QuantitativeScan, scan_quantitative
from models.association.snp_screen import FEW_MINOR_ALLELES, ScreenOptions
from models.genotype_blocks import array_reader

N, M = 60, 12
RANGES = (ChromosomeRange("1", 0, 5), ChromosomeRange("2", 5, M))
FloatArray = NDArray[np.float64]


def _data(seed: int = 5) -> tuple[NDArray[np.float32], FloatArray, FloatArray, LocoPredictions]:
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (M, N)).astype(np.float32)
    covariates = rng.normal(size=(N, 2))
    traits = rng.normal(size=(N, 2)) + covariates @ rng.normal(size=(2, 2)) + 7.0
    return dosages, traits, covariates, LocoPredictions(("1", "2"), 0.3 * rng.normal(size=(2, 2, N)))


def _twin(dosages: FloatArray, y: FloatArray, covariates: FloatArray, prediction: FloatArray) -> FloatArray:
    """One SNP by full least squares: beta, se."""
    design = np.column_stack((np.ones(y.size), covariates))
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    degrees = y.size - design.shape[1]
    y_rest = y - hat @ y
    scale = np.sqrt(y_rest @ y_rest / degrees)
    r = y_rest / scale - prediction
    filled = np.where(np.isnan(dosages), np.nanmean(dosages), dosages)
    g = filled - hat @ filled
    return np.array([g @ r / (g @ g), np.sqrt(r @ r / degrees / (g @ g))]) * scale


def _scan(*arguments: object, **named: object) -> tuple[QuantitativeScan, ...]:
    dosages, *others = arguments
    return scan_quantitative(array_reader(np.asarray(dosages)), RANGES, *others, **named)  # type: ignore[arg-type]


def test_scan_quantitative__is_its_slow_twin_with_gaps_everywhere() -> None:
    dosages, traits, covariates, predictions = _data()
    dosages[2, [1, 5]] = np.nan
    dosages[7, 3] = np.nan
    traits[[4, 9], 1] = np.nan
    scans = _scan(dosages, traits, covariates, predictions=predictions)
    for trait, scan in enumerate(scans):
        known = np.isfinite(traits[:, trait])
        assert scan.n_people == known.sum()
        for snp in range(M):
            prediction = predictions.values[int(snp >= 5), trait, known]
            expected = _twin(
                dosages[snp, known].astype(np.float64), traits[known, trait], covariates[known], prediction
            )
            np.testing.assert_allclose([scan.beta[snp], scan.se[snp]], expected, rtol=1e-10)
            assert scan.n_seen[snp] == np.isfinite(dosages[snp, known]).sum()
        np.testing.assert_allclose(scan.z, scan.beta / scan.se)


def test_scan_quantitative__by_hand() -> None:
    """y = (1, 2, 3, 4), g = (0, 0, 1, 1): beta = 2, variance 5/3 under no effect, g'g = 1."""
    read = array_reader(np.array([[0.0, 0.0, 1.0, 1.0]]))
    options = ScreenOptions(smallest_minor_allele_count=0.0)
    (scan,) = scan_quantitative(read, (ChromosomeRange("1", 0, 1),), np.arange(1.0, 5.0)[:, None], options=options)
    np.testing.assert_allclose([scan.beta[0], scan.se[0], scan.frequency[0]], [2.0, np.sqrt(5.0 / 3.0), 0.25])


def test_scan_quantitative__knows_signs_units_and_orders() -> None:
    dosages, traits, covariates, predictions = _data()
    (one, _) = _scan(dosages, traits, covariates, predictions=predictions)
    order = np.random.default_rng(1).permutation(N)
    shuffled = LocoPredictions(predictions.chromosomes, predictions.values[:, :, order])
    (moved, _) = _scan(dosages[:, order], traits[order], covariates[order], predictions=shuffled)
    np.testing.assert_allclose(moved.z, one.z, atol=1e-10)
    (other_allele, _) = _scan(2.0 - dosages, traits, covariates, predictions=predictions)
    np.testing.assert_allclose(other_allele.beta, -one.beta, atol=1e-10)
    np.testing.assert_allclose(other_allele.neg_log10_p, one.neg_log10_p, atol=1e-9)
    (scaled, _) = _scan(dosages, 10.0 * traits - 3.0, covariates @ [[2.0, 1.0], [0.0, 1.0]], predictions=predictions)
    np.testing.assert_allclose(scaled.beta, 10.0 * one.beta, atol=1e-9)
    np.testing.assert_allclose(scaled.z, one.z, atol=1e-9)


def test_scan_quantitative__without_predictions_is_the_scan_with_none() -> None:
    dosages, traits, covariates, predictions = _data()
    nothing = LocoPredictions(predictions.chromosomes, np.zeros_like(predictions.values))
    for one, other in zip(
        _scan(dosages, traits, covariates, predictions=nothing), _scan(dosages, traits, covariates), strict=True
    ):
        np.testing.assert_array_equal(one.z, other.z)


def test_scan_quantitative__leaves_out_and_counts_snps() -> None:
    dosages, traits, covariates, _ = _data()
    dosages[3] = 0.0
    (scan, _) = _scan(dosages, traits, covariates)
    assert scan.reason[3] == FEW_MINOR_ALLELES
    assert np.isnan([scan.beta[3], scan.se[3], scan.neg_log10_p[3]]).all()
    assert (scan.counts.n_tested, scan.counts.n_few_minor_alleles) == (M - 1, 1)


def test_scan_quantitative__keeps_a_p_that_underflows() -> None:
    rng = np.random.default_rng(6)
    dosages = rng.integers(0, 3, (1, 5000)).astype(np.float32)
    y = 10.0 * dosages[0].astype(np.float64) + 0.1 * rng.normal(size=5000)
    (scan,) = scan_quantitative(array_reader(dosages), (ChromosomeRange("1", 0, 1),), y[:, None])
    assert 1000.0 < scan.neg_log10_p[0] < 1200.0


def test_scan_quantitative__refuses_traits_that_cannot_be_tested() -> None:
    dosages, traits, covariates, predictions = _data()
    with pytest.raises(TraitError, match=r"trait 1 \(counted from 0\) is unknown for all people: leave it out"):
        _scan(dosages, np.column_stack((traits[:, 0], np.full(N, np.nan))))
    with pytest.raises(TraitError, match=r"trait 0 \(counted from 0\) does not vary once the covariates are taken out"):
        _scan(dosages, covariates[:, :1] * 2.0 + 1.0, covariates)
    with pytest.raises(TraitError, match=r"phenotypes have shape \(60,\)"):
        _scan(dosages, traits[:, 0])
    few = np.full((N, 1), np.nan)
    few[:4, 0] = np.arange(4)
    with pytest.raises(TooFewPeopleError, match="4 people cannot carry an intercept, 2 covariates"):
        _scan(dosages, few, covariates)
    bad = LocoPredictions(("1",), predictions.values[:1])
    with pytest.raises(AssociationError, match=r"no predictions leave out chromosome 2 \(there are 1\)"):
        _scan(dosages, traits, covariates, predictions=bad)
    values = predictions.values.copy()
    values[0, 0, 0] = np.nan
    with pytest.raises(TraitError, match="1 of them missing; wanted"):
        _scan(dosages, traits, covariates, predictions=LocoPredictions(("1", "2"), values))
