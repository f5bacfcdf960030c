import numpy as np
from scipy import sparse

from models.pinsage.ld_jump import Place, jump_probabilities


def place(snp, block, position_bp):
    return Place(np.array(snp, np.int32), np.array(block, np.int32), np.array(position_bp, np.int64))


def test_jump_probabilities__hand_worked():
    start = place([0, 1, 5], [0, 0, 1], [1000, 2000, 1000])
    lead = place([0, 1], [0, 0], [1000, 2000])
    jump = jump_probabilities(start, lead, scale_bp=1000.0, minimum=0.01).toarray()
    near, far = 1 / (1 + np.exp(-1)), np.exp(-1) / (1 + np.exp(-1))
    np.testing.assert_allclose(jump, [[near, far], [far, near], [0, 0]], rtol=1e-6)


def test_jump_probabilities__cuts_below_the_minimum():
    start, lead = place([0], [0], [1000]), place([0, 1], [0, 0], [1000, 6000])
    assert jump_probabilities(start, lead, scale_bp=1000.0, minimum=0.01).toarray().tolist() == [[1.0, 0.0]]


def test_jump_probabilities__unknown_position_reaches_only_itself():
    both = place([0, 1], [0, 0], [-1, 50])
    assert jump_probabilities(both, both, scale_bp=1e6, minimum=0.0).toarray().tolist() == [[1, 0], [0, 1]]


def test_jump_probabilities__shared_molecule_counts_at_any_distance():
    start, lead = place([0], [0], [1]), place([7, 8], [0, 0], [10**8, 2 * 10**8])
    shared = sparse.csr_matrix(np.array([[0.0, 0.2]]))
    jump = jump_probabilities(start, lead, scale_bp=1000.0, minimum=0.01, shared=shared)
    assert jump.toarray().tolist() == [[0.0, 1.0]]


def test_jump_probabilities__no_common_block():
    jump = jump_probabilities(place([0], [0], [5]), place([1], [1], [5]), scale_bp=1.0, minimum=0.0)
    assert jump.shape == (1, 1)
    assert jump.nnz == 0
