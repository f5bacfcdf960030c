"""Shares, and pairs drawn as predictions are."""

import numpy as np
import pytest

from models.pinsage.bipartite import lead_pairs
from models.pinsage.pair_scores import best_shares, log_shares, sample_pairs
from models.pinsage.split import held_out_edges
from tests.models.pinsage.planted import Planted


def test_log_shares__hand_worked() -> None:
    scores = np.log(np.array([[1.0, 2.0, 5.0, 9.0]]))
    found = log_shares(scores, np.array([[True, True, True, False]]))
    assert np.exp(found[0, :3]) == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert found[0, 3] == -np.inf


def test_log_shares__do_not_change_with_the_rows_level_and_survive_large_scores() -> None:
    scores = np.array([[1.0, 2.0, 3.0], [2001.0, 2002.0, 2003.0]])
    found = log_shares(scores, np.ones((2, 3), dtype=np.bool_))
    assert found[0] == pytest.approx(found[1])


def test_log_shares__of_a_row_without_open_loci_are_none() -> None:
    assert (log_shares(np.ones((1, 3)), np.zeros((1, 3), dtype=np.bool_)) == -np.inf).all()


def test_sample_pairs__stands_for_every_candidate_of_every_molecule(planted: Planted) -> None:
    graph = planted.graph
    is_held_out = held_out_edges(graph, share=0.1, seed=1)
    training, held_out = graph.without_edges(is_held_out), lead_pairs(graph.without_edges(~is_held_out))
    known = lead_pairs(training)
    generator = np.random.default_rng(1)
    score = generator.normal(size=(graph.n_molecules, graph.n_blocks)).astype(np.float32)
    sample = sample_pairs(lambda m: score[m], training, held_out, minimum_known=2, top=3, seed=1)
    n_known = np.bincount(known.molecule, minlength=graph.n_molecules)
    eligible = np.flatnonzero(n_known >= 2)
    candidates = (graph.n_blocks - n_known[eligible]).sum()
    assert sample.weight.sum() == pytest.approx(candidates, rel=0.05)
    wanted = np.isin(held_out.molecule, eligible)
    assert sample.is_hit.sum() == wanted.sum() > 0
    assert (sample.weight[sample.is_hit] == 1.0).all()
    assert (sample.rank <= 3).sum() == 3 * eligible.size
    assert sample.rank.min() == 1


def test_sample_pairs__counts_degrees_of_the_training_part_only(planted: Planted) -> None:
    graph = planted.graph
    is_held_out = held_out_edges(graph, share=0.3, seed=1)
    training, held_out = graph.without_edges(is_held_out), lead_pairs(graph.without_edges(~is_held_out))
    known = lead_pairs(training)
    sample = sample_pairs(
        lambda m: np.zeros((m.size, graph.n_blocks), np.float32), training, held_out, minimum_known=1, top=2, seed=1
    )
    largest = np.log(np.bincount(known.block).max() + 0.5) + np.log(np.bincount(known.molecule).max())
    assert sample.log_expected.max() <= largest + 1e-9


def test_best_shares__are_the_largest_of_each_molecule(planted: Planted) -> None:
    pairs, n_blocks = lead_pairs(planted.graph), planted.graph.n_blocks
    score = np.random.default_rng(2).normal(size=(planted.graph.n_molecules, n_blocks)).astype(np.float32)
    molecules = np.array([0, 5, 9], dtype=np.int32)
    found = best_shares(lambda m: score[m], pairs, molecules, n_blocks=n_blocks, top=4)
    expected = []
    for molecule in molecules:
        is_open = np.ones(n_blocks, dtype=np.bool_)
        is_open[pairs.block[pairs.molecule == molecule]] = False
        shares = np.exp(score[molecule][is_open].astype(np.float64))
        expected.append(np.sort(np.log(shares / shares.sum()))[-4:])
    assert found == pytest.approx(np.sort(np.concatenate(expected)))
