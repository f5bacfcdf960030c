import numpy as np
import pytest

from models.association.design import build_design
from models.association.errors import ScanOptionError
from models.association.scan_filters import REASONS, TESTED, ScanFilters, count_reasons, prepare_block

NO_COVARIATES = np.zeros((20, 0))
NAN = np.nan


def _row(*counts: int) -> np.ndarray:
    """So many people with 0, 1, 2 copies, and missing."""
    return np.repeat(np.array([0.0, 1.0, 2.0, NAN], np.float32), counts)


def _reasons(*rows: np.ndarray, filters: ScanFilters | None = None, basis: np.ndarray = NO_COVARIATES) -> list[str]:
    prepared = prepare_block(np.array(rows, np.float32), basis, filters or ScanFilters())
    return [REASONS.get(int(code), "tested") for code in prepared.reason]


def test_prepare_block__reasons() -> None:
    assert _reasons(
        _row(10, 5, 5, 0),
        _row(0, 0, 0, 20),
        _row(0, 20, 0, 0),
        _row(0, 0, 18, 2),
        _row(9, 5, 4, 2),
        _row(9, 5, 5, 1),
    ) == ["tested", "nobody_seen", "monomorphic", "monomorphic", "missingness", "tested"]


def test_prepare_block__frequency_counts_those_seen() -> None:
    """1 of 38 alleles among 19 people seen is .026; a bar of .03 drops it, whichever allele is counted."""
    rare, common = _row(18, 1, 0, 1), _row(0, 1, 18, 1)
    assert _reasons(rare, common) == ["tested", "tested"]
    assert _reasons(rare, common, filters=ScanFilters(minimum_maf=0.03)) == ["low_frequency", "low_frequency"]
    assert _reasons(rare, filters=ScanFilters(minimum_maf=1 / 38)) == ["tested"]


@pytest.mark.parametrize("value", [-0.1, 2.1, np.inf, -np.inf])
def test_prepare_block__dosages_out_of_range_are_counted(value: float) -> None:
    row = _row(10, 5, 5, 0)
    row[3] = value
    assert _reasons(row) == ["out_of_range"]


def test_prepare_block__fills_centres_and_counts() -> None:
    rows = np.array([_row(10, 5, 4, 1), _row(0, 20, 0, 0), _row(5, 5, 10, 0)], np.float32)
    found = prepare_block(rows.copy(), NO_COVARIATES, ScanFilters())
    assert found.rows.tolist() == [0, 2]
    assert found.n_missing.tolist() == [1, 0, 0]
    np.testing.assert_allclose(found.frequency, [13 / 38, 0.5, 0.625])
    filled = np.where(np.isnan(rows), 13 / 19, rows)[[0, 2]]
    expected = filled - filled.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found.dosages, expected, atol=1e-6)
    np.testing.assert_allclose(found.squares, (expected**2).sum(axis=1), rtol=1e-6)


def test_prepare_block__takes_the_covariates_out() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 3, (3, 20)).astype(np.float32)
    covariates = np.column_stack((rng.normal(size=20), 3.0 * rows[1] + 1.0))
    design = build_design(rng.normal(size=20), covariates)
    found = prepare_block(rows.copy(), design.basis, ScanFilters())
    assert [REASONS.get(int(code), "tested") for code in found.reason] == ["tested", "sum_of_covariates", "tested"]
    fitted = design.covariates @ np.linalg.lstsq(design.covariates, rows.T, rcond=None)[0]
    np.testing.assert_allclose(found.dosages, (rows.T - fitted).T[[0, 2]], atol=1e-6)
    np.testing.assert_allclose(found.squares, ((rows.T - fitted) ** 2).sum(axis=0)[[0, 2]], rtol=1e-5)


def test_prepare_block__bar_of_the_covariates_is_a_share_of_variance() -> None:
    rng = np.random.default_rng(2)
    row = rng.integers(0, 3, 20).astype(np.float32)
    covariate = row + 0.3 * rng.normal(size=20)
    r_squared = np.corrcoef(row, covariate)[0, 1] ** 2
    basis = build_design(rng.normal(size=20), covariate[:, None]).basis
    for bar, expected in ((r_squared + 1e-4, "tested"), (r_squared - 1e-4, "sum_of_covariates")):
        assert _reasons(row, filters=ScanFilters(maximum_r_squared=bar), basis=basis) == [expected]


def test_count_reasons__every_reason_has_a_count() -> None:
    found = count_reasons(np.array([TESTED, TESTED, *REASONS, 1], np.int8))
    assert found == dict.fromkeys(REASONS.values(), 1) | {"nobody_seen": 2}


@pytest.mark.parametrize(
    ("name", "value"), [("minimum_maf", 0.6), ("maximum_missing", -0.1), ("maximum_r_squared", np.nan)]
)
def test_scan_filters__refuse_what_is_no_share(name: str, value: float) -> None:
    with pytest.raises(ScanOptionError, match=f"{name} must lie between 0 and .*: give a share"):
        ScanFilters(**{name: value})
