"""Weighted least squares by blocks, beside a refit for every block."""

import numpy as np
import pytest

from models.heritability import regression
from models.heritability.errors import SingularDesignError, TooFewSnpsError
from models.heritability.jackknife import block_separators
from models.heritability.regression import Design, block_sums, fit_blocks, fit_once
from tests.models.heritability.twins import Array, refit_without_blocks

RNG = np.random.default_rng(3)
N = 600
COLUMNS = RNG.normal(size=(N, 3)) + 1.0
OUTCOME, WEIGHTS, SCALE = RNG.normal(size=N), RNG.random(N) + 0.1, RNG.random(N) + 0.5


def _fit(design: Design, n_blocks: int = 7) -> regression.BlockFit:
    rows = np.arange(N) if design.rows is None else design.rows
    separators = block_separators(rows.size, n_blocks)
    return fit_blocks(design, block_sums(design, OUTCOME[rows], WEIGHTS[rows], separators))


def _matrix(columns: Array, *, has_intercept: bool = True) -> Array:
    scaled = columns * SCALE[:, None]
    return np.column_stack((scaled, np.ones(N))) if has_intercept else scaled


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("has_intercept", [True, False])
@pytest.mark.parametrize("chunk", [regression.CHUNK_ELEMENTS, 16])
def test_fit_blocks__twin(order: str, has_intercept: bool, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regression, "CHUNK_ELEMENTS", chunk)
    columns = np.asarray(COLUMNS, order=order)  # type: ignore[call-overload]
    found = _fit(Design((columns,), SCALE, has_intercept))
    estimate, deleted = refit_without_blocks(
        _matrix(COLUMNS, has_intercept=has_intercept), OUTCOME, WEIGHTS, block_separators(N, 7)
    )
    assert found.estimate == pytest.approx(estimate, rel=1e-10)
    assert found.delete_values == pytest.approx(deleted, rel=1e-9)


def test_fit_blocks__chosen_rows_and_parts() -> None:
    """Columns in two arrays, one of them float32, and only some rows, in runs and single."""
    rows = np.flatnonzero((np.arange(N) < 200) | (RNG.random(N) < 0.7))
    parts = (COLUMNS[:, :1], COLUMNS[:, 1:].astype(np.float32))
    found = _fit(Design(parts, SCALE, has_intercept=True, rows=rows))
    matrix = _matrix(np.column_stack((COLUMNS[:, :1], parts[1].astype(np.float64))))[rows]
    estimate, deleted = refit_without_blocks(matrix, OUTCOME[rows], WEIGHTS[rows], block_separators(rows.size, 7))
    assert found.estimate == pytest.approx(estimate, rel=1e-10)
    assert found.delete_values == pytest.approx(deleted, rel=1e-9)


def test_fit_once__line_through_three_points() -> None:
    """y = 2 x + 1 by hand, whatever the weights."""
    design = Design((np.array([[1.0], [2.0], [4.0]]),), np.ones(3), has_intercept=True)
    sums = block_sums(design, np.array([3.0, 5.0, 9.0]), np.array([1.0, 5.0, 0.5]), np.array([0, 1, 2, 3]))
    assert sums.gram.sum(axis=0) == pytest.approx(np.array([[29.0, 13.0], [13.0, 6.5]]))
    assert fit_once(design, sums) == pytest.approx([2.0, 1.0], rel=1e-12)
    assert fit_blocks(design, sums).delete_values == pytest.approx(np.array([[2.0, 1.0]] * 3), rel=1e-12)


def test_condition_number__of_unit_columns() -> None:
    """Two unit columns with cosine c have Gram eigenvalues 1 + c and 1 - c."""
    a, b = np.ones(N), np.tile([1.0, 0.0], N // 2)
    design = Design((np.column_stack((a * 1e6, b)),), np.ones(N), has_intercept=False)
    sums = block_sums(design, OUTCOME, np.ones(N), block_separators(N, 5))
    cosine = 1.0 / np.sqrt(2.0)
    assert fit_blocks(design, sums).condition_number == pytest.approx(np.sqrt((1 + cosine) / (1 - cosine)))


def test_fit_blocks__collinear_columns_are_named() -> None:
    """Quirk 3: the reference ends in "Singular matrix" here."""
    columns = np.column_stack((COLUMNS, COLUMNS[:, 0] + COLUMNS[:, 2]))
    with pytest.raises(
        SingularDesignError, match=r"'base', 'c', 'sum' depend .* over all SNPs.* leave one of them out"
    ) as caught:
        _fit(Design((columns,), SCALE, has_intercept=True, names=("base", "b", "c", "sum")))
    assert caught.value.columns == (0, 2, 3)


def test_fit_blocks__constant_ld_score_and_intercept() -> None:
    with pytest.raises(SingularDesignError, match=r"column 0, the intercept depend on each other"):
        _fit(Design((np.full((N, 1), 5.0),), np.ones(N), has_intercept=True))


def test_fit_blocks__empty_column() -> None:
    columns = np.column_stack((COLUMNS, np.zeros(N)))
    with pytest.raises(
        SingularDesignError, match=r"LD scores of column 3 are 0 at every SNP: leave the annotation out"
    ):
        _fit(Design((columns,), SCALE, has_intercept=True))


def test_fit_blocks__column_within_one_block() -> None:
    columns = np.column_stack((COLUMNS, (np.arange(N) < 20).astype(float)))
    with pytest.raises(SingularDesignError, match=r"'local' are 0 outside block 0 of the jackknife.* fewer blocks"):
        _fit(Design((columns,), SCALE, has_intercept=True, names=("a", "b", "c", "local")))


def test_fit_blocks__copies_outside_one_block() -> None:
    copy = COLUMNS[:, 1] * np.where(np.arange(N) < 20, 2.0, 1.0)
    with pytest.raises(
        SingularDesignError, match=r"column 1, column 3 depend .* once block 0 of the jackknife is left"
    ):
        _fit(Design((np.column_stack((COLUMNS, copy)),), SCALE, has_intercept=True))


def test_fit_blocks__fewer_rows_than_columns() -> None:
    with pytest.raises(TooFewSnpsError, match=r"5 SNPs in 2 blocks leave 2 for 4 coefficients .* fewer annotations"):
        _fit(Design((COLUMNS,), SCALE, has_intercept=True, rows=np.arange(5)), n_blocks=2)


def test_fit_blocks__nearly_collinear_columns_still_fit() -> None:
    columns = np.column_stack((COLUMNS, COLUMNS[:, 0] + 1e-4 * RNG.normal(size=N)))
    found = _fit(Design((columns,), SCALE, has_intercept=True))
    estimate, _ = refit_without_blocks(_matrix(columns), OUTCOME, WEIGHTS, block_separators(N, 7))
    assert 1e4 < found.condition_number < 1e5
    assert found.estimate == pytest.approx(estimate, rel=1e-5)
