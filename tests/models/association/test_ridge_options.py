"""Penalties and folds."""

import numpy as np
import pytest

from models.association.errors import ScanOptionError
from models.association.ridge_options import RidgeOptions, check_options, fold_people, shrinkages


def test_shrinkages__stand_for_heritabilities() -> None:
    np.testing.assert_allclose(shrinkages((0.5, 0.8), 100), [100.0, 25.0])


def test_fold_people__gives_the_rest_to_the_last_fold() -> None:
    folds = fold_people(14, RidgeOptions(n_folds=4))
    assert folds.runs == (slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 14))
    assert folds.order is None
    assert fold_people(14, RidgeOptions(validation="one")).runs == ()


def test_folds__undo_their_order() -> None:
    folds = fold_people(14, RidgeOptions(seed=3))
    assert folds.order is not None
    assert sorted(folds.order) == list(range(14))
    values = np.arange(28.0).reshape(2, 14)
    np.testing.assert_array_equal(folds.undo(values[:, folds.order]), values)


@pytest.mark.parametrize(
    "options, message",
    [
        (
            RidgeOptions(level0_heritability=(0.5, 1.0)),
            r"level0_heritability is \(0\.5, 1\.0\): give shares above 0 and below 1",
        ),
        (RidgeOptions(level1_heritability=()), r"level1_heritability is \(\): give shares"),
        (RidgeOptions(block_snps=0), "block_snps is 0 and n_folds 5: they must be at least 1 and 2"),
        (RidgeOptions(validation="auto"), "validation is 'auto': choose fold or one"),  # type: ignore[arg-type]
    ],
)
def test_check_options__refuses_what_cannot_be_used(options: RidgeOptions, message: str) -> None:
    with pytest.raises(ScanOptionError, match=message):
        check_options(options)


def test_fold_people__refuses_more_folds_than_people() -> None:
    with pytest.raises(ScanOptionError, match="3 people cannot be cut into 5 folds: ask for fewer"):
        fold_people(3, RidgeOptions())
