"""The shared-molecule score."""

import numpy as np
import pytest

from models.association import WeightedEdges, best_of_row, two_hop_scores


def _edges(rows: list[tuple[int, int, float]]) -> WeightedEdges:
    snp, molecule, weight = zip(*rows, strict=True)
    return WeightedEdges(np.array(snp), np.array(molecule), np.array(weight, dtype=np.float64))


def test_two_hop_scores__hand_worked() -> None:
    away = _edges([(0, 0, 6.0), (0, 1, 2.0)])
    back = _edges([(0, 0, 6.0), (1, 0, 3.0), (2, 0, 3.0), (0, 1, 2.0), (2, 1, 6.0)])
    scores = two_hop_scores(away, back, n_queries=1, n_molecules=2, n_snps=3).toarray()[0]
    # 6/8 over molecule 0 (shares 6/12, 3/12, 3/12), 2/8 over molecule 1 (shares 2/8, 0, 6/8)
    assert scores == pytest.approx([0.75 * 0.5 + 0.25 * 0.25, 0.75 * 0.25, 0.75 * 0.25 + 0.25 * 0.75])


def test_two_hop_scores__of_two_edges_of_a_pair_the_heavier_counts() -> None:
    away = _edges([(0, 0, 5.0), (0, 0, 1.0), (0, 1, 5.0)])
    back = _edges([(1, 0, 2.0), (2, 1, 2.0)])
    scores = two_hop_scores(away, back, n_queries=1, n_molecules=2, n_snps=3).toarray()[0]
    assert scores == pytest.approx([0.0, 0.5, 0.5])


def test_two_hop_scores__does_not_depend_on_the_order_of_edges() -> None:
    generator = np.random.default_rng(1)
    away = [(int(q), int(m), float(w)) for q, m, w in zip(generator.integers(0, 3, 30), generator.integers(0, 6, 30),
                                                          generator.random(30), strict=True)]  # fmt: skip
    back = [(int(s), int(m), float(w)) for s, m, w in zip(generator.integers(0, 9, 80), generator.integers(0, 6, 80),
                                                          generator.random(80), strict=True)]  # fmt: skip
    sizes = {"n_queries": 3, "n_molecules": 6, "n_snps": 9}
    first = two_hop_scores(_edges(away), _edges(back), **sizes).toarray()
    second = two_hop_scores(_edges(away[::-1]), _edges(back[::-1]), **sizes).toarray()
    np.testing.assert_allclose(first, second)


def test_best_of_row__keeps_the_largest_allowed_ties_by_number() -> None:
    scores = two_hop_scores(
        _edges([(0, 0, 1.0)]), _edges([(0, 0, 4.0), (1, 0, 1.0), (2, 0, 2.0), (3, 0, 2.0)]),
        n_queries=1, n_molecules=1, n_snps=4,
    )  # fmt: skip
    allowed = np.array([False, True, True, True])
    found, values = best_of_row(scores, 0, 2, allowed)
    assert found.tolist() == [2, 3]
    assert values == pytest.approx([2 / 9, 2 / 9])
