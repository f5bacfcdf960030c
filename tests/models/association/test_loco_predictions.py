"""Predictions without one chromosome."""

import numpy as np
import pytest

from models.association.errors import AssociationError, TraitError
from models.association.loco_predictions import LocoPredictions

PREDICTIONS = LocoPredictions(("1", "X"), np.arange(12.0).reshape(2, 2, 3))


def test_of__gives_those_without_the_chromosome() -> None:
    np.testing.assert_array_equal(PREDICTIONS.of("X"), [[6.0, 7.0, 8.0], [9.0, 10.0, 11.0]])
    np.testing.assert_array_equal(PREDICTIONS.checked("1", 2, 3), PREDICTIONS.of("1"))


def test_of__refuses_a_chromosome_that_none_leave_out() -> None:
    with pytest.raises(AssociationError, match=r"no predictions leave out chromosome 3 \(there are 1, X\)"):
        PREDICTIONS.of("3")


def test_checked__refuses_other_people() -> None:
    with pytest.raises(TraitError, match=r"shape \(2, 3\), 0 of them missing; wanted \[2 traits, 4 people\]"):
        PREDICTIONS.checked("1", 2, 4)
