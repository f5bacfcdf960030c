"""Level 1 of the stacked ridge."""

import numpy as np
from numpy.typing import NDArray

from models.association.ridge_level1 import Stacked, stack_by_fold, stack_leaving_one_out

N, P = 24, 6
GROUPS = np.array([0, 0, 1, 1, 1, 2])
FOLDS = (slice(0, 8), slice(8, 16), slice(16, N))
SHRINKAGES = np.array([0.3, 6.0, 400.0])
FloatArray = NDArray[np.float64]


def _data() -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(19)
    columns = rng.normal(size=(N, P))
    return columns, columns @ rng.normal(size=P) + rng.normal(size=N)


def _check(found: Stacked, left_out: list[NDArray[np.int64]]) -> None:
    """Everything written out: weights without some people, applied to them, per group and in all."""
    columns, trait = _data()
    whole = np.empty((SHRINKAGES.size, N))
    shares = np.empty((SHRINKAGES.size, 3, N))
    for at, shrinkage in enumerate(SHRINKAGES):
        for people in left_out:
            others = np.setdiff1d(np.arange(N), people)
            x = columns[others]
            weights = np.linalg.inv(x.T @ x + shrinkage * np.eye(P)) @ x.T @ trait[others]
            whole[at, people] = columns[people] @ weights
            for group in range(3):
                shares[at, group, people] = columns[people][:, group == GROUPS] @ weights[group == GROUPS]
    errors = np.mean((trait - whole) ** 2, axis=1)
    best = int(errors.argmin())
    np.testing.assert_allclose(found.mean_square_error, errors, rtol=1e-9)
    assert found.shrinkage == SHRINKAGES[best]
    np.testing.assert_allclose(found.whole, whole[best], atol=1e-10)
    np.testing.assert_allclose(found.shares, shares[best], atol=1e-10)
    np.testing.assert_allclose(found.shares.sum(axis=0), found.whole, atol=1e-10)


def test_stack_by_fold__is_its_slow_twin() -> None:
    columns, trait = _data()
    found = stack_by_fold(columns, trait, SHRINKAGES, folds=FOLDS, groups=GROUPS)
    _check(found, [np.arange(N)[fold] for fold in FOLDS])


def test_stack_leaving_one_out__is_its_slow_twin() -> None:
    columns, trait = _data()
    _check(
        stack_leaving_one_out(columns, trait, SHRINKAGES, groups=GROUPS), [np.array([person]) for person in range(N)]
    )
