"""Which SNPs are tested."""

import numpy as np

from models.association.covariate_basis import covariate_basis
from models.association.snp_screen import (
    FEW_MINOR_ALLELES,
    NOBODY_SEEN,
    SUM_OF_COVARIATES,
    TESTED,
    ScreenCounts,
    ScreenOptions,
    count_reasons,
    screen_block,
)

N = 40


def test_screen_block__says_why_each_snp_is_left_out() -> None:
    rng = np.random.default_rng(3)
    covariate = rng.integers(0, 3, N).astype(np.float32)
    block = rng.integers(0, 3, (6, N)).astype(np.float32)
    block[1] = np.nan
    block[2] = 0.0
    block[2, :4] = 1.0  # four copies, one too few
    block[3] = 1.0  # all heterozygous: no variance
    block[4] = covariate
    block[5] = 2.0
    block[5, :3] = [0.0, 0.0, 1.0]  # five copies of the other allele: enough
    screened = screen_block(block, covariate_basis(covariate[:, None].astype(np.float64), N), ScreenOptions())
    expected = [TESTED, NOBODY_SEEN, FEW_MINOR_ALLELES, FEW_MINOR_ALLELES, SUM_OF_COVARIATES, TESTED]
    assert screened.reason.tolist() == expected
    assert count_reasons(screened.reason) == ScreenCounts(2, 1, 2, 1, 0)
    assert np.isnan(screened.frequency[1])
    assert screened.n_seen.tolist() == [N, 0, N, N, N, N]


def test_screen_block__fills_with_the_mean_and_takes_the_covariates_out() -> None:
    rng = np.random.default_rng(4)
    block = rng.integers(0, 3, (1, N)).astype(np.float32)
    block[0, [3, 7]] = np.nan
    covariates = rng.normal(size=(N, 2))
    screened = screen_block(block, covariate_basis(covariates, N), ScreenOptions())
    wide = block[0].astype(np.float64)
    filled = np.where(np.isnan(wide), np.nanmean(wide), wide)
    design = np.column_stack((np.ones(N), covariates))
    rest = filled - design @ np.linalg.lstsq(design, filled)[0]
    np.testing.assert_allclose(screened.residual_square, rest @ rest, rtol=1e-10)
    np.testing.assert_allclose(screened.frequency, np.nanmean(wide) / 2.0)
    assert screened.dosages[0, 3] == 0.0
    assert screened.n_seen[0] == N - 2
