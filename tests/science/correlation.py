"""Study S3: z-scores of two traits with shared people, drawn on real LD scores; rg and its intercept come back."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.heritability import TraitZ, estimate_genetic_correlation
from tests.paths import DATA

LD_SCORES = DATA / "ldsc" / "D_eur_w_ld" / "eur_w_ld_chr.parquet"
M = 1_173_569.0
H2 = (0.4, 0.2)
RG = 0.5
N = (100_000.0, 50_000.0)
INTERCEPTS = (1.02, 1.01)
COVARIANCE_INTERCEPT = 0.0849
THINNED_BY = 5


@dataclass(frozen=True)
class Line:
    """One quantity over the replicates."""

    name: str
    truth: float
    mean: float
    deviation: float
    error: float


@dataclass(frozen=True)
class CorrelationStudy:
    """The lines of the table."""

    n_replicates: int
    n_snps: int
    lines: tuple[Line, ...]


def run_correlation(n_replicates: int, *, seed: int) -> CorrelationStudy | None:
    """Draw and estimate; None where the shared LD scores are missing.

    Each SNP's pair of z-scores is normal with variances ``a + N h² l / M`` and covariance
    ``a12 + sqrt(N1 N2) rho l / M``, independent of other SNPs. Every fifth SNP is used.
    """
    if not LD_SCORES.exists():
        return None
    ld_scores = pl.read_parquet(LD_SCORES)["L2"].to_numpy().astype(np.float64)[::THINNED_BY]
    floored = np.maximum(ld_scores, 0.0)
    generator = np.random.default_rng(seed)
    rows = [_estimate(*_draw_pair(floored, generator), ld_scores=floored) for _ in range(n_replicates)]
    covariance = RG * float(np.sqrt(H2[0] * H2[1]))
    truths = {
        "rg": RG, "genetic covariance": covariance, "cross-trait intercept": COVARIANCE_INTERCEPT,
        "h², first": H2[0], "h², second": H2[1],
    }  # fmt: skip
    lines = []
    for name, truth in truths.items():
        values, errors = (np.array([row[name][place] for row in rows]) for place in (0, 1))
        lines.append(Line(name, truth, float(values.mean()), float(values.std(ddof=1)), float(errors.mean())))
    return CorrelationStudy(n_replicates, ld_scores.size, tuple(lines))


def _draw_pair(
    ld_scores: NDArray[np.float64], generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    variance = [a + n * h2 * ld_scores / M for a, n, h2 in zip(INTERCEPTS, N, H2, strict=True)]
    covariance = RG * np.sqrt(H2[0] * H2[1])
    shared = COVARIANCE_INTERCEPT + np.sqrt(N[0] * N[1]) * covariance * ld_scores / M
    first = generator.standard_normal(ld_scores.size)
    rest = np.sqrt(variance[1] - shared**2 / variance[0])
    second = shared / np.sqrt(variance[0]) * first + rest * generator.standard_normal(ld_scores.size)
    return first * np.sqrt(variance[0]), second


def _estimate(
    first: NDArray[np.float64], second: NDArray[np.float64], *, ld_scores: NDArray[np.float64]
) -> dict[str, tuple[float, float]]:
    traits = [TraitZ(z, np.full(z.size, n)) for z, n in zip((first, second), N, strict=True)]
    found = estimate_genetic_correlation(*traits, ld_scores, weight_ld=ld_scores, m=M)
    assert found.rg is not None
    assert found.rg_se is not None
    gencov = found.genetic_covariance
    assert gencov.intercept_se is not None
    return {
        "rg": (found.rg, found.rg_se),
        "genetic covariance": (gencov.total, gencov.total_se),
        "cross-trait intercept": (gencov.intercept, gencov.intercept_se),
        "h², first": (found.heritability_1.h2, found.heritability_1.h2_se),
        "h², second": (found.heritability_2.h2, found.heritability_2.h2_se),
    }
