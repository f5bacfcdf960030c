from models.pinsage import PinSageSettings, lead_pairs
from models.pinsage.walk_graph import build_walk_graph
from tests.models.pinsage.planted import make_graph


def test_build_walk_graph__keeps_only_molecules_of_several_loci():
    graph = make_graph([(0, 0, 6.0), (2, 0, 6.0), (1, 1, 6.0), (3, 2, 6.0), (0, 2, 6.0)], [0, 0, 1, 1], 3)
    walk_graph = build_walk_graph(graph, lead_pairs(graph), PinSageSettings())
    assert walk_graph.lead.snp.tolist() == [0, 2, 3]
    assert walk_graph.lead_degree.tolist() == [2, 1, 1]
    assert (walk_graph.n_leads, walk_graph.n_molecules, walk_graph.n_blocks) == (3, 2, 2)
    assert walk_graph.lead_molecule.tolist() == [0, 1, 0, 1]
    assert walk_graph.molecule_lead.tolist() == [0, 1, 0, 2]


def test_build_walk_graph__may_be_empty():
    graph = make_graph([(0, 0, 6.0)], [0], 1)
    walk_graph = build_walk_graph(graph, lead_pairs(graph), PinSageSettings())
    assert (walk_graph.n_leads, walk_graph.n_molecules) == (0, 0)
