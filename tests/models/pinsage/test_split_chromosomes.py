import numpy as np
import pytest

from models.pinsage import SettingsError, lead_pairs
from models.pinsage.split_chromosomes import (
    blocks_on_chromosomes,
    chance_level,
    chromosome_of_blocks,
    edges_on_chromosomes,
    held_out_chromosomes,
)
from tests.models.pinsage.planted import make_graph, planted_graph


def test_held_out_chromosomes__hold_the_share_and_leave_some():
    graph = planted_graph().graph
    for seed in range(5):
        chosen = held_out_chromosomes(graph, share=0.2, seed=seed)
        share = edges_on_chromosomes(graph, chosen).mean()
        assert 0.2 <= share < 0.5
        assert 0 < chosen.size < np.unique(graph.snp_chromosome).size


def test_held_out_chromosomes__depend_on_the_seed_alone():
    graph = planted_graph().graph
    draws = [tuple(held_out_chromosomes(graph, share=0.2, seed=seed)) for seed in (0, 0, 1, 2, 3)]
    assert draws[0] == draws[1]
    assert len(set(draws)) > 1


def test_edges_on_chromosomes__leave_no_pair_of_theirs():
    graph = planted_graph().graph
    chosen = held_out_chromosomes(graph, share=0.2, seed=0)
    left = lead_pairs(graph.without_edges(edges_on_chromosomes(graph, chosen)))
    assert not np.isin(chromosome_of_blocks(graph)[left.block], chosen).any()


def test_blocks_on_chromosomes__are_those_of_their_snps():
    graph = make_graph([(0, 0, 6.0), (2, 0, 6.0)], [0, 0, 1, 2], 1, snp_chromosome=np.array([3, 3, 4, 4], np.int16))
    assert chromosome_of_blocks(graph).tolist() == [3, 4, 4]
    assert blocks_on_chromosomes(graph, np.array([4], np.int16)).tolist() == [False, True, True]
    assert edges_on_chromosomes(graph, np.array([4], np.int16)).tolist() == [False, True]


def test_chromosome_of_blocks__is_unknown_without_a_snp():
    graph = make_graph([(0, 0, 6.0)], [0], 1, molecule_home_block=np.array([2], np.int32))
    assert chromosome_of_blocks(graph).tolist() == [1, -1, -1]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_held_out_chromosomes__refuse_impossible_shares(share):
    with pytest.raises(SettingsError, match=r"held-out share must lie in \(0, 1\)"):
        held_out_chromosomes(planted_graph().graph, share=share, seed=0)


def test_held_out_chromosomes__refuse_a_single_chromosome():
    graph = make_graph([(0, 0, 6.0), (1, 0, 6.0)], [0, 1], 1)
    with pytest.raises(SettingsError, match="at least 2 of them, this graph has 1"):
        held_out_chromosomes(graph, share=0.1, seed=0)


def test_chance_level__agrees_with_random_orders():
    ranks = np.random.default_rng(0).integers(1, 81, 200_000)
    level = chance_level(80)
    assert (ranks <= 10).mean() == pytest.approx(level.recall_10, abs=0.005)
    assert (ranks <= 50).mean() == pytest.approx(level.recall_50, abs=0.005)
    assert level.recall_100 == 1.0
    assert (1 / ranks).mean() == pytest.approx(level.reciprocal_rank, abs=0.002)
