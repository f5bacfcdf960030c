"""The degree-preserving null."""

import numpy as np

from models.pinsage.bipartite import lead_pairs
from models.pinsage.null_graph import rewire_pairs
from tests.models.pinsage.planted import Planted, make_graph


def test_rewire_pairs__keeps_the_degrees_of_blocks_and_molecules(planted: Planted) -> None:
    graph = planted.graph
    before, after = lead_pairs(graph), lead_pairs(rewire_pairs(graph, seed=1))
    assert len(before) == len(after)
    for side in ("block", "molecule"):
        assert (np.bincount(getattr(before, side)) == np.bincount(getattr(after, side))).all()


def test_rewire_pairs__leaves_the_snps_their_edges(planted: Planted) -> None:
    graph = planted.graph
    null = rewire_pairs(graph, seed=1)
    assert (null.edge_snp == graph.edge_snp).all()
    assert (null.edge_abs_z == graph.edge_abs_z).all()


def test_rewire_pairs__breaks_what_was_planted(planted: Planted) -> None:
    pairs = lead_pairs(planted.graph)
    null = lead_pairs(rewire_pairs(planted.graph, seed=1))
    before = set(zip(pairs.block.tolist(), pairs.molecule.tolist(), strict=True))
    after = set(zip(null.block.tolist(), null.molecule.tolist(), strict=True))
    assert len(after) == len(pairs)
    module = planted.molecule_module
    inside = [
        np.mean([block in planted.module_blocks[module[m]] for block, m in s if module[m] >= 0])
        for s in (before, after)
    ]
    assert inside[0] > 0.7
    assert inside[1] < 0.3


def test_rewire_pairs__is_decided_by_the_seed(planted: Planted) -> None:
    one, same, other = (rewire_pairs(planted.graph, seed=seed).edge_molecule for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_rewire_pairs__where_nothing_can_be_exchanged_changes_nothing() -> None:
    full = make_graph([(0, 0, 9.0), (0, 1, 9.0), (1, 0, 9.0), (1, 1, 9.0)], [0, 1], 2)
    assert (rewire_pairs(full, seed=1).edge_molecule == full.edge_molecule).all()


def test_rewire_pairs__leaves_edges_outside_blocks(planted: Planted) -> None:
    graph = make_graph([(0, 0, 9.0), (1, 1, 9.0), (2, 2, 9.0), (2, 0, 9.0)], [0, 1, -1], 3)
    null = rewire_pairs(graph, seed=3)
    assert null.edge_molecule[2:].tolist() == [2, 0]
    assert sorted(null.edge_molecule[:2].tolist()) == [0, 1]
