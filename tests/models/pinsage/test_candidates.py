import numpy as np
import pytest

from models.pinsage import PinSageSettings, lead_pairs
from models.pinsage.candidates import LocusEvidence, find_paths
from models.pinsage.candidates import evidence_of as evidence_of_fit
from models.pinsage.visits import hop_visits, visits_from
from models.pinsage.walk_graph import build_walk_graph
from tests.models.pinsage.planted import make_graph, planted_graph


def evidence_of(graph, scale_bp=1.0):
    pairs = lead_pairs(graph)
    ones = np.ones(len(pairs), np.float32)
    return LocusEvidence(pairs, graph.snp_block, graph.snp_position_bp, scale_bp, 0.01, ones)


def test_find_paths__hand_worked_direct_and_bridged():
    # SNP 0 -m0- SNP 1; SNP 1 -m1- SNP 2: from 0 to 2 only over the bridge locus of SNP 1; from 0 to 1 directly
    graph = make_graph([(0, 0, 6.0), (1, 0, 6.0), (1, 1, 6.0), (2, 1, 6.0)], [0, 1, 2], 2)
    evidence = evidence_of(graph)
    direct = find_paths(evidence, np.array([0], np.int32), 1, n_paths=10)
    assert (direct.query_snp.tolist(), direct.molecule.tolist(), direct.candidate_lead.tolist()) == ([0], [0], [1])
    assert (direct.bridge_lead_in.tolist(), direct.second_molecule.tolist()) == ([-1], [-1])
    assert direct.weight.tolist() == [1.0]
    bridged = find_paths(evidence, np.array([0], np.int32), 2, n_paths=10)
    assert (bridged.molecule.tolist(), bridged.second_molecule.tolist()) == ([0], [1])
    assert (bridged.bridge_lead_in.tolist(), bridged.bridge_lead_out.tolist()) == ([1], [1])
    assert bridged.weight.tolist() == [0.5]  # SNP 1 has two molecules, one of which leads on


def test_find_paths__goes_through_leads_in_ld():
    position = np.array([1000, 2000, 10**6], np.int64)
    graph = make_graph([(0, 0, 9.0), (1, 0, 6.0), (2, 0, 9.0)], [0, 0, 1], 1, snp_position_bp=position)
    paths = find_paths(evidence_of(graph, scale_bp=1000.0), np.array([1], np.int32), 2, n_paths=5)
    assert (paths.query_snp.tolist(), paths.query_lead.tolist()) == ([1], [0])


def test_find_paths__none_inside_one_block_and_none_without_evidence():
    graph = make_graph([(0, 0, 6.0), (1, 0, 6.0), (2, 0, 6.0)], [0, 0, 1, 2], 1)
    assert len(find_paths(evidence_of(graph), np.array([0], np.int32), 1, n_paths=5)) == 0
    assert len(find_paths(evidence_of(graph), np.array([0], np.int32), 3, n_paths=5)) == 0


def test_find_paths__weights_are_the_exact_walk_probabilities():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    # every lead of the planted graph has a molecule elsewhere or is alone, so compare where no dead end dilutes it
    joining = np.bincount(pairs.molecule)[pairs.molecule] >= 2
    settings = PinSageSettings(ld_scale_bp=1.0, cis_weight=0.3)
    places = (graph.snp_block, graph.snp_position_bp, graph.molecule_home_block)
    evidence = evidence_of_fit(pairs.select(joining), *places, settings)
    walk_graph = build_walk_graph(graph, pairs, settings)
    assert (walk_graph.lead_weight < 1).any()
    law = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=1, decay=1.0), walk_graph.lead.block)
    for lead in range(0, walk_graph.n_leads, 10):
        query = walk_graph.lead.snp[lead : lead + 1]
        target = int(np.argmax(law[lead]))
        total = 0.0
        for candidate in walk_graph.lead.snp[walk_graph.lead.block == target]:
            paths = find_paths(evidence, query, int(candidate), n_paths=10_000)
            total += float(paths.weight[paths.second_molecule < 0].sum())
        assert total == pytest.approx(float(law[lead, target]), rel=1e-5)


def test_find_paths__sorts_by_weight_and_cuts():
    graph = planted_graph().graph
    module = planted_graph().module_blocks[0]
    pairs = lead_pairs(graph)
    candidate = int(pairs.lead_snp[pairs.block == module[0]][0])
    query = np.unique(pairs.lead_snp[np.isin(pairs.block, module[1:])]).astype(np.int32)
    many = find_paths(evidence_of(graph, 30_000.0), query, candidate, n_paths=1000)
    few = find_paths(evidence_of(graph, 30_000.0), query, candidate, n_paths=5)
    assert len(few) == 5
    assert (np.diff(many.weight) <= 0).all()
    np.testing.assert_array_equal(few.molecule, many.molecule[:5])


def test_find_paths__bridges_only_the_strongest_ends(monkeypatch):
    graph = make_graph([(0, 0, 6.0), (1, 0, 6.0), (1, 1, 6.0), (2, 1, 6.0)], [0, 1, 2], 2)
    monkeypatch.setattr("models.pinsage.candidates._MOST_BRIDGE_ENDS", 0)
    assert len(find_paths(evidence_of(graph), np.array([0], np.int32), 2, n_paths=10)) == 0
    assert len(find_paths(evidence_of(graph), np.array([0], np.int32), 1, n_paths=10)) == 1
