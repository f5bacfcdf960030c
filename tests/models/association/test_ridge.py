"""The stacked ridge regression of the whole genome."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.covariate_basis import covariate_basis
from models.association.errors import ScanOptionError, TraitError
from models.association.ridge import RidgeFit, fit_ridge
from models.association.ridge_options import RidgeOptions
from models.genotype_blocks import array_reader

N, M = 120, 40
RANGES = (ChromosomeRange("1", 0, 15), ChromosomeRange("2", 15, M))
SMALL = RidgeOptions(block_snps=13, n_folds=3)
FloatArray = NDArray[np.float64]


def _data(seed: int = 20) -> tuple[NDArray[np.float32], FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (M, N)).astype(np.float32)
    covariates = rng.normal(size=(N, 1))
    genetic = dosages.T @ rng.normal(size=(M, 2)) * 0.3
    return dosages, genetic + covariates + rng.normal(size=(N, 2)) + 5.0, covariates


def _fit(*arguments: object, **named: object) -> RidgeFit:
    dosages, *others = arguments
    return fit_ridge(array_reader(np.asarray(dosages)), RANGES, *others, **named)  # type: ignore[arg-type]


def _ridge_without(columns: FloatArray, trait: FloatArray, shrinkage: float, people: NDArray[np.int64]) -> FloatArray:
    others = np.setdiff1d(np.arange(N), people)
    x = columns[others]
    return np.asarray(np.linalg.inv(x.T @ x + shrinkage * np.eye(x.shape[1])) @ x.T @ trait[others])


@pytest.mark.parametrize("validation", ["fold", "one"])
def test_fit_ridge__is_its_slow_twin(validation: str) -> None:
    """Both levels written out for one trait: standardise, each block and penalty, each fold, stack, leave out."""
    dosages, traits, covariates = _data()
    options = RidgeOptions(block_snps=13, n_folds=3, validation=validation)  # type: ignore[arg-type]
    fit = _fit(dosages, traits, covariates, options=options)
    basis = covariate_basis(covariates, N)
    y = basis.residuals(traits[:, 1])
    y /= np.sqrt(y @ y / (N - 2))
    g = basis.residuals(dosages.T.astype(np.float64))
    g /= np.sqrt((g * g).sum(axis=0) / (N - 2))
    left_out = (
        [np.arange(0, 40), np.arange(40, 80), np.arange(80, 120)]
        if validation == "fold"
        else list(np.arange(N)[:, None])
    )
    shares = np.array(options.level0_heritability)
    columns, groups = [], []
    for number, chromosome in enumerate(RANGES):
        for first in range(chromosome.first, chromosome.last, 13):
            block = g[:, first : min(first + 13, chromosome.last)]
            for share in shares:
                column = np.empty(N)
                for people in left_out:
                    column[people] = block[people] @ _ridge_without(block, y, M * (1 - share) / share, people)
                columns.append((column - column.mean()) / column.std(ddof=1))
                groups.append(number)
    x, group = np.column_stack(columns), np.array(groups)
    errors, predictions = [], []
    for share in shares:
        found = np.empty((3, N))
        for people in left_out:
            weights = _ridge_without(x, y, x.shape[1] * (1 - share) / share, people)
            found[:, people] = [x[people] @ (weights * (group != leave)) for leave in (0, 1, 2)]
        errors.append(np.mean((y - found[2]) ** 2))
        predictions.append(found)
    best = int(np.argmin(errors))
    np.testing.assert_allclose(fit.mean_square_error[1], errors, atol=1e-5)
    assert fit.level1_heritability[1] == shares[best]
    np.testing.assert_allclose(fit.whole[1], predictions[best][2], atol=1e-4)
    np.testing.assert_allclose(fit.predictions.of("1")[1], predictions[best][0], atol=1e-4)
    np.testing.assert_allclose(fit.predictions.of("2")[1], predictions[best][1], atol=1e-4)
    assert (fit.n_blocks, fit.n_snps, fit.n_flat, fit.validation) == (4, M, 0, validation)


def test_fit_ridge__leaving_a_chromosome_out_does_not_see_its_snps_columns() -> None:
    """Of one chromosome nothing is left; shares of all chromosomes sum to the whole."""
    dosages, traits, covariates = _data()
    alone = fit_ridge(array_reader(dosages), (ChromosomeRange("1", 0, M),), traits, covariates, options=SMALL)
    np.testing.assert_allclose(alone.predictions.of("1"), 0.0, atol=1e-12)
    fit = _fit(dosages, traits, covariates, options=SMALL)
    np.testing.assert_allclose(fit.predictions.of("1") + fit.predictions.of("2"), fit.whole, atol=1e-10)


def test_fit_ridge__predicts_a_planted_trait_and_no_noise() -> None:
    rng = np.random.default_rng(21)
    dosages = rng.integers(0, 3, (60, 600)).astype(np.float32)
    planted = dosages.T.astype(np.float64) @ rng.normal(size=60)
    traits = np.column_stack((planted + planted.std() * rng.normal(size=600), rng.normal(size=600)))
    ranges = (ChromosomeRange("1", 0, 30), ChromosomeRange("2", 30, 60))
    fit = fit_ridge(array_reader(dosages), ranges, traits, options=RidgeOptions(block_snps=10))
    found = [np.corrcoef(fit.whole[trait], traits[:, trait])[0, 1] for trait in (0, 1)]
    assert found[0] > 0.55  # the most that can be had is .71
    assert abs(found[1]) < 0.15


def test_fit_ridge__does_not_care_for_units_alleles_or_gaps_of_others() -> None:
    dosages, traits, covariates = _data()
    one = _fit(dosages, traits, covariates, options=SMALL)
    other = _fit(2.0 - dosages, 100.0 * traits - 7.0, -3.0 * covariates + 1.0, options=SMALL)
    np.testing.assert_allclose(other.whole, one.whole, atol=1e-4)
    np.testing.assert_allclose(other.scale, 100.0 * one.scale, rtol=1e-9)
    traits[5, 1] = np.nan
    gap = _fit(dosages, traits, covariates, options=SMALL)
    np.testing.assert_allclose(gap.whole[0], one.whole[0], atol=1e-5)
    assert gap.n_missing.tolist() == [0, 1]
    assert np.isfinite(gap.whole).all()


def test_fit_ridge__same_seed_same_folds_in_the_order_of_the_people() -> None:
    dosages, traits, covariates = _data()
    options = RidgeOptions(block_snps=13, n_folds=3, seed=5)
    one, other = (_fit(dosages, traits, covariates, options=options) for _ in range(2))
    np.testing.assert_array_equal(one.whole, other.whole)
    assert one.seed == 5
    order = np.random.default_rng(5).permutation(N)
    sorted_fit = _fit(dosages[:, order], traits[order], covariates[order], options=SMALL)
    np.testing.assert_allclose(one.whole[:, order], sorted_fit.whole, atol=1e-5)


def test_fit_ridge__counts_snps_that_do_not_vary_and_reports_blocks() -> None:
    dosages, traits, covariates = _data()
    dosages[[3, 20]] = 1.0
    seen: list[tuple[int, int]] = []
    fit = _fit(dosages, traits, covariates, options=SMALL, on_block=lambda done, of: seen.append((done, of)))
    assert fit.n_flat == 2
    assert seen == [(number, 4) for number in range(1, 5)]


def test_fit_ridge__refuses_traits_and_snps_that_cannot_be_used() -> None:
    dosages, traits, covariates = _data()
    with pytest.raises(TraitError, match=r"trait 0 \(counted from 0\) is unknown for all people"):
        _fit(dosages, np.full((N, 1), np.nan))
    with pytest.raises(TraitError, match=r"trait 0 \(counted from 0\) does not vary once the covariates"):
        _fit(dosages, 2.0 * covariates, covariates)
    with pytest.raises(TraitError, match=r"phenotypes have shape \(120,\)"):
        _fit(dosages, traits[:, 0])
    with pytest.raises(ScanOptionError, match="there are no SNPs: give at least one chromosome"):
        fit_ridge(array_reader(dosages), (), traits)
