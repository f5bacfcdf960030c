import numpy as np
import pytest

from models.pinsage import NotFiniteError, lead_pairs
from models.pinsage.ranking import mean_ranks, rank_targets
from tests.models.pinsage.planted import planted_graph


def test_mean_ranks__leaves_out_known_blocks_and_shares_ties():
    scores = np.array([[5.0, 4.0, 4.0, 4.0, 9.0, 1.0]], np.float32)
    known = np.array([[False, False, False, False, True, False]])
    assert mean_ranks(scores, known, np.array([1])).tolist() == [3.0]  # places 2, 3, 4 are tied
    assert mean_ranks(scores, known, np.array([5])).tolist() == [5.0]


def test_rank_targets__never_counts_nan_as_a_hit():
    pairs = lead_pairs(planted_graph().graph)
    with pytest.raises(NotFiniteError, match="those of 'broken' are not"):
        rank_targets(lambda molecules: np.full((len(molecules), 80), np.nan, np.float32), pairs, pairs, name="broken")
