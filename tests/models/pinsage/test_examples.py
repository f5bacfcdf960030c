import numpy as np

from models.pinsage import lead_pairs
from models.pinsage.examples import make_batch, make_examples, ranges, rows_of_molecules
from models.pinsage.messages import fit_standardiser
from models.pinsage.split import assign_folds, hiding_keys
from models.pinsage.views import build_view, is_predictable
from tests.models.pinsage.planted import SMALL, planted_graph


def test_ranges__hand_worked():
    start, values = ranges(np.array([2, 5, 7]), np.array([4, 5, 8]))
    assert start.tolist() == [0, 2, 2, 3]
    assert values.tolist() == [2, 3, 7]


def test_rows_of_molecules__hand_worked():
    start, rows = rows_of_molecules(np.array([0, 0, 2, 2, 2], np.int32), np.array([2, 1, 0], np.int32))
    assert start.tolist() == [0, 3, 3, 5]
    assert rows.tolist() == [2, 3, 4, 0, 1]


def test_make_examples__queries_are_the_visible_leads_and_known_are_all_of_the_molecule():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    is_hidden = assign_folds(keys, 4, seed=0) == 0
    view = build_view(graph, pairs, np.unique(keys[is_hidden]), SMALL, seed=0)
    is_target = is_predictable(pairs, is_hidden, graph.n_blocks, graph.n_molecules)
    examples = make_examples(graph, pairs, view, is_target, SMALL)
    assert len(examples) == is_target.sum() > 20
    chosen = np.arange(0, len(examples), 3)
    batch = make_batch(examples, chosen, fit_standardiser(view.blocks, examples.snps))
    for row, number in enumerate(chosen):
        molecule = examples.target.molecule[number]
        query = examples.query_snp[examples.query_snp_start[number] : examples.query_snp_start[number + 1]]
        home = graph.molecule_home_block[molecule]
        expected = pairs.lead_snp[(pairs.molecule == molecule) & (pairs.block != home) & ~is_hidden]
        assert batch.inputs.query_home[row] == home
        assert sorted(examples.snps.node[query]) == sorted(expected)
        known = set(pairs.block[pairs.molecule == molecule].tolist())
        assert set(np.flatnonzero(batch.is_known[row]).tolist()) == known
        assert batch.target[row] == examples.target.block[number]
    assert batch.inputs.query_edges.n_nodes == chosen.size
