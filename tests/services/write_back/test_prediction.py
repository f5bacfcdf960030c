"""The choice of a target's best loci."""

import numpy as np
import pytest

from services.write_back.prediction import PredictionError, top_loci


def _scores(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def _excluded(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.bool_)


def test_top_loci__takes_the_best_that_are_new() -> None:
    found = top_loci(_scores([5, 1, 4, 3]), _excluded([1, 0, 0, 0]), 2)
    assert found.block.tolist() == [[2, 3]]
    assert found.score.tolist() == [[4.0, 3.0]]


def test_top_loci__gives_ties_to_the_lower_block() -> None:
    assert top_loci(_scores([1, 2, 2, 2]), _excluded([0, 0, 0, 0]), 2).block.tolist() == [[1, 2]]


def test_top_loci__fills_up_with_minus_one() -> None:
    found = top_loci(_scores([1, 2, 3], [1, 2, 3]), _excluded([1, 1, 0], [1, 1, 1]), 2)
    assert found.block.tolist() == [[2, -1], [-1, -1]]
    assert np.isnan(found.score).tolist() == [[False, True], [True, True]]


def test_top_loci__refuses_scores_that_are_not_finite() -> None:
    with pytest.raises(PredictionError, match="1 scores of new loci are not finite"):
        top_loci(_scores([1, np.nan, 3]), _excluded([0, 0, 0]), 2)


def test_top_loci__does_not_mind_what_known_loci_score() -> None:
    assert top_loci(_scores([np.inf, 2, 3]), _excluded([1, 0, 0]), 1).block.tolist() == [[2]]
