from dataclasses import replace

import numpy as np

from models.pinsage import PinSageSettings, lead_pairs
from models.pinsage.visits import ExpectedVisits, hop_visits, visits_from
from models.pinsage.walk_graph import build_walk_graph
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph

SETTINGS = PinSageSettings(ld_scale_bp=15_000.0)


def slow_visits(walk_graph, n_hops, decay):
    """Multiply out the law with dense matrices: sum_t decay^t L (T L)^t T, own block dropped at the end."""
    n_leads, n_molecules = walk_graph.n_leads, walk_graph.n_molecules
    incidence = np.zeros((n_leads, n_molecules))
    for lead in range(n_leads):
        entries = slice(walk_graph.lead_start[lead], walk_graph.lead_start[lead + 1])
        incidence[lead, walk_graph.lead_molecule[entries]] = walk_graph.lead_weight[entries]
    step = np.zeros((n_leads, n_leads))
    for here in range(n_leads):
        for molecule in np.flatnonzero(incidence[here]):
            others = [lead for lead in np.flatnonzero(incidence[:, molecule]) if lead != here]
            for there in others:
                weight = incidence[here, molecule] * incidence[there, molecule]
                step[here, there] += weight / incidence[here].sum() / len(others)
    jump, block = walk_graph.jump.toarray(), walk_graph.lead.block
    visits = np.zeros((n_leads, walk_graph.n_blocks))
    arrived = jump @ step
    for hop in range(n_hops):
        for lead in range(n_leads):
            visits[:, block[lead]] += decay**hop * arrived[:, lead]
        arrived = arrived @ jump @ step
    visits[np.arange(n_leads), block] = 0
    return visits


def test_hop_visits__hand_worked():
    graph = make_graph([(0, 0, 6.0), (1, 0, 6.0), (2, 0, 6.0), (2, 1, 6.0), (3, 1, 6.0)], [0, 1, 2, 3], 2)
    walk_graph = build_walk_graph(graph, lead_pairs(graph), SETTINGS)
    one_hop = hop_visits(walk_graph, n_hops=1, decay=0.7)
    np.testing.assert_allclose(one_hop, [[0, 0.5, 0.5, 0], [0.5, 0, 0.5, 0], [0.25, 0.25, 0, 0.5], [0, 0, 1, 0]])


def test_hop_visits__a_molecule_at_home_weighs_less():
    """Molecule 0 lies in block 0 and joins blocks 0, 1, 2; molecule 1 joins blocks 0 and 3."""
    edges = [(0, 0, 6.0), (1, 0, 6.0), (2, 0, 6.0), (0, 1, 6.0), (3, 1, 6.0)]
    graph = make_graph(edges, [0, 1, 2, 3], 2, molecule_home_block=np.array([0, -1], np.int32))
    walk_graph = build_walk_graph(graph, lead_pairs(graph), replace(SETTINGS, cis_weight=0.5))
    one_hop = hop_visits(walk_graph, n_hops=1, decay=0.7)
    from_home = [0, 0.5 / 1.5 / 2, 0.5 / 1.5 / 2, 1 / 1.5]
    np.testing.assert_allclose(one_hop, [from_home, [0.25, 0, 0.5, 0], [0.25, 0.5, 0, 0], [1, 0, 0, 0]], rtol=1e-6)


def test_visits__match_the_slow_twin():
    graph = planted_graph().graph
    walk_graph = build_walk_graph(graph, lead_pairs(graph), SETTINGS)
    for n_hops in (1, 2, 3):
        fast = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=n_hops, decay=0.7), walk_graph.lead.block)
        np.testing.assert_allclose(fast, slow_visits(walk_graph, n_hops, 0.7), atol=2e-6)


def test_visits__are_a_probability_a_hop_and_never_the_own_block():
    graph = planted_graph().graph
    walk_graph = build_walk_graph(graph, lead_pairs(graph), replace(SETTINGS, cis_weight=1.0))
    visits = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=1, decay=0.7), walk_graph.lead.block)
    np.testing.assert_allclose(visits.sum(axis=1), 1.0, rtol=1e-5)
    assert not visits[np.arange(walk_graph.n_leads), walk_graph.lead.block].any()


def test_expected_visits__forgotten_come_back_the_same():
    graph = planted_graph().graph
    walk_graph = build_walk_graph(graph, lead_pairs(graph), SMALL)
    visit = ExpectedVisits(walk_graph, n_hops=2, decay=0.7)
    before = visit(walk_graph.lead, walk_graph.jump)
    assert visit.table_bytes == before.nbytes
    visit.forget()
    np.testing.assert_array_equal(visit(walk_graph.lead, walk_graph.jump), before)


def test_hop_visits__does_not_depend_on_how_many_blocks_are_taken_at_a_time(monkeypatch):
    graph = planted_graph().graph
    walk_graph = build_walk_graph(graph, lead_pairs(graph), SMALL)
    whole = hop_visits(walk_graph, n_hops=3, decay=0.7)
    monkeypatch.setattr("models.pinsage.visits._CHUNK_BLOCKS", 7)
    np.testing.assert_array_equal(hop_visits(walk_graph, n_hops=3, decay=0.7), whole)
