"""S6: twenty null replicates, ours beside ``pyldsc`` in its own environment (skipped where `make bench-peers` has not
made it)."""

from typing import Any

import numpy as np
import pytest

from models.heritability import (
    RegressionOptions,
    TraitZ,
    estimate_genetic_correlation,
    estimate_heritability,
    estimate_partitioned,
)
from tests.benchmarks.peers import PEER_PYTHON, Call, Side, measure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PEER_PYTHON.is_file(), reason="no environment of the peer: make bench-peers"),
]
N_REPLICATES, N_SNPS, M, N_BLOCKS = 20, 2_000, 40_000.0, 50
RNG = np.random.default_rng(6)
LD = 1.0 + RNG.gamma(1.5, 20.0, N_SNPS)
PARTS = np.column_stack((LD, LD * RNG.random(N_SNPS)))
WEIGHT_LD = 1.0 + 0.3 * LD * RNG.random(N_SNPS)
N = RNG.integers(10_000, 50_000, N_SNPS).astype(float)
Z = RNG.standard_normal((N_REPLICATES, 2, N_SNPS)) * 1.05
OPTIONS = RegressionOptions(n_blocks=N_BLOCKS, two_step_cutoff=5.0, is_compat=True)
FIELDS = ("tot", "tot_se", "intercept", "intercept_se", "mean_chisq", "lambda_gc")


def _column(values: Any) -> Any:
    return np.asarray(values)[:, None]


def _peer(calls: list[Call]) -> list[dict[str, float]]:
    measured = measure(Side(tuple(calls), is_peer=True))
    return [{name: np.squeeze(value)[()] for name, value in values.items()} for values in measured.values]


def _shared(m: list[float]) -> dict[str, Any]:
    return {"w": _column(WEIGHT_LD), "M": np.array([m]), "n_blocks": N_BLOCKS}


def test_estimate_heritability__null_replicates_as_the_peer() -> None:
    peer = _peer(
        [
            Call(
                "pyldsc.regressions.Hsq",
                {"y": _column(z**2), "x": _column(LD), "N": _column(N), "twostep": 5.0, **_shared([M])},
                FIELDS,
            )
            for z in Z[:, 0]
        ]
    )
    for z, expected in zip(Z[:, 0], peer, strict=True):
        found = estimate_heritability(z, N, LD, weight_ld=WEIGHT_LD, m=M, options=OPTIONS)
        numbers = [found.h2, found.h2_se, found.intercept, found.intercept_se, found.mean_chi2, found.lambda_gc]
        assert numbers == pytest.approx([expected[name] for name in FIELDS], rel=1e-8)


def test_estimate_partitioned__null_replicates_as_the_peer() -> None:
    m = [M, 0.5 * M]
    fields = ("tot", "tot_se", "coef", "coef_se", "intercept", "intercept_se")
    peer = _peer(
        [
            Call(
                "pyldsc.regressions.Hsq",
                {"y": _column(z**2), "x": PARTS, "N": _column(N), "old_weights": True, **_shared(m)},
                fields,
            )
            for z in Z[:, 0]
        ]
    )
    for z, expected in zip(Z[:, 0], peer, strict=True):
        found = estimate_partitioned(z, N, PARTS, weight_ld=WEIGHT_LD, m=np.array(m), options=OPTIONS)
        numbers = [
            found.h2,
            found.h2_se,
            *found.coefficient,
            *found.coefficient_se,
            found.intercept,
            found.intercept_se,
        ]
        assert numbers == pytest.approx(np.hstack([expected[name] for name in fields]), rel=1e-8)


def test_genetic_covariance__replicates_as_the_peer() -> None:
    """With heritabilities; their covariance is null. (The peer's own rg ends in a TypeError under numpy 2.)"""
    studies = [
        tuple(TraitZ(z * np.sqrt(1.0 + n * LD * 0.3 / M), n) for z, n in zip(pair, (N, N / 2.0), strict=True))
        for pair in Z
    ]
    ours = [estimate_genetic_correlation(*pair, LD, weight_ld=WEIGHT_LD, m=M, options=OPTIONS) for pair in studies]
    fields = ("tot", "tot_se", "intercept", "intercept_se", "z")
    calls = []
    for (first, second), found in zip(studies, ours, strict=True):
        arguments = {"z1": _column(first.z), "z2": _column(second.z), "x": _column(LD), **_shared([M])}
        arguments |= {"N1": _column(N), "N2": _column(N / 2.0)}
        for number, trait in enumerate((found.heritability_1, found.heritability_2), 1):
            arguments |= {f"hsq{number}": trait.h2, f"intercept_hsq{number}": trait.intercept}
        calls.append(Call("pyldsc.regressions.Gencov", arguments, fields))
    for found, expected in zip(ours, _peer(calls), strict=True):
        covariance = found.genetic_covariance
        numbers = [covariance.total, covariance.total_se, covariance.intercept, covariance.intercept_se, covariance.z]
        assert numbers == pytest.approx([expected[name] for name in fields], rel=1e-8)
