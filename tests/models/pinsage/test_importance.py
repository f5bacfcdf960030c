from collections import Counter
from dataclasses import replace

import numba
import numpy as np
import pytest
from scipy import stats

from models.pinsage import GraphError, SettingsError, importance
from models.pinsage.adjacency import adjacency_of
from models.pinsage.importance import ImportancePlan, importance_neighbours, neighbour_table, walk_paths
from tests.models.pinsage.planted import make_graph, planted_graph, shuffled_edges

MASK = 2**64 - 1
STARTS = np.arange(0, 400, 9, dtype=np.int32)


@pytest.fixture(scope="module")
def graph():
    return planted_graph().graph


@pytest.fixture(scope="module")
def adjacency(graph):
    return adjacency_of(graph)


def incidence_of(graph):
    counts = np.zeros((graph.n_snps, graph.n_molecules))
    np.add.at(counts, (graph.edge_snp, graph.edge_molecule), 1)
    return counts


def step_law(graph):
    """D_s^-1 A D_c^-1 A', dense; rows of SNPs without edges are 0."""
    counts = incidence_of(graph)
    there = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return there @ (counts / np.maximum(counts.sum(axis=0), 1)).T


def visit_law(graph, plan):
    """E = R sum over t < T of (1 - p)^t P^(t + 1)."""
    step = step_law(graph)
    powers = [np.linalg.matrix_power(step, t + 1) * (1 - plan.restart) ** t for t in range(plan.n_steps)]
    return plan.n_walks * sum(powers)


def visits_of(found, n_snps, n_visits):
    """Visits by (start, SNP) from the weights, where nothing was cut off."""
    visits = np.zeros((found.neighbour.shape[0], n_snps))
    row, place = np.nonzero(found.neighbour >= 0)
    visits[row, found.neighbour[row, place]] = found.weight[row, place]
    return visits * n_visits


def p_values_of_step(seen, law):
    """Chi-square of each start's visits at one step, SNPs expected fewer than 5 times taken together."""
    found = []
    for counts, chances in zip(seen, law, strict=True):
        assert not counts[chances == 0].any()
        often = chances * counts.sum() >= 5
        expected = np.append(chances[often], chances[~often].sum()) * counts.sum()
        observed = np.append(counts[often], counts[~often].sum())
        usable = expected > 0.5
        if usable.sum() >= 2:
            observed, expected = observed[usable], expected[usable]
            found.append(stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue)
    return found


@pytest.mark.parametrize("restart", [0.0, 0.5])
def test_walk_paths__each_step_follows_the_exact_law(graph, adjacency, restart):
    plan = ImportancePlan(4000, 3, 10, restart=restart, seed=11)
    path, law = walk_paths(adjacency, STARTS, plan), step_law(graph)
    has_edges = law[STARTS].sum(axis=1) > 0
    for step in range(plan.n_steps):
        seen = np.zeros((STARTS.size, graph.n_snps))
        row, walk = np.nonzero(path[step] >= 0)
        np.add.at(seen, (row, path[step][row, walk]), 1)
        n_alive, n_taken = int(seen[has_edges].sum()), int(has_edges.sum()) * plan.n_walks
        assert stats.binomtest(n_alive, n_taken, (1 - restart) ** step).pvalue > 1e-3
        p_values = p_values_of_step(seen, np.linalg.matrix_power(law, step + 1)[STARTS])
        assert len(p_values) > 15
        assert stats.kstest(p_values, "uniform").pvalue > 1e-3
        assert min(p_values) > 1e-3 / len(p_values)


@pytest.mark.parametrize("restart", [0.0, 0.5])
def test_importance_neighbours__visits_follow_the_exact_law(graph, adjacency, restart):
    plan = ImportancePlan(20_000, 3, graph.n_snps, restart=restart, seed=12)
    path = walk_paths(adjacency, STARTS, plan)
    n_visits = (path >= 0).sum(axis=(0, 2))[:, None]
    visits = visits_of(importance_neighbours(adjacency, STARTS, plan), graph.n_snps, n_visits)
    law = visit_law(graph, plan)[STARTS]
    spread = np.sqrt(plan.n_steps * np.maximum(law, 1.0))  # the same SNP at several steps: variance <= T x Poisson's
    assert (np.abs(visits - law) < 5 * spread).all()


@pytest.mark.parametrize("restart", [0.0, 0.5])
def test_importance_neighbours__agree_with_dgl(graph, adjacency, restart):
    dgl = pytest.importorskip("models.pinsage.backend").dgl
    import torch

    snp, molecule = torch.tensor(graph.edge_snp), torch.tensor(graph.edge_molecule)
    nodes = {"snp": graph.n_snps, "molecule": graph.n_molecules}
    edges = {("snp", "has", "molecule"): (snp, molecule), ("molecule", "of", "snp"): (molecule, snp)}
    plan = ImportancePlan(20_000, 2, graph.n_snps, restart=restart, seed=5)
    dgl.seed(7)
    sampler = dgl.sampling.PinSAGESampler(
        dgl.heterograph(edges, nodes), "snp", "molecule", plan.n_steps, restart, plan.n_walks, plan.n_keep
    )
    connected = np.flatnonzero(incidence_of(graph).sum(axis=1))[::6].astype(np.int32)
    drawn = sampler(torch.tensor(connected))
    peer = np.zeros((graph.n_snps, graph.n_snps))
    neighbour, start = (ends.numpy() for ends in drawn.edges())
    peer[start, neighbour] = drawn.edata["weights"].numpy()
    peer = peer[connected]
    n_visits = (walk_paths(adjacency, connected, plan) >= 0).sum(axis=(0, 2))[:, None]
    ours = visits_of(importance_neighbours(adjacency, connected, plan), graph.n_snps, n_visits)
    spread = np.sqrt(2 * plan.n_steps * np.maximum((ours + peer) / 2, 1.0))
    assert (np.abs(ours - peer) < 5 * spread).all()
    assert abs(ours.sum() / peer.sum() - 1) < 0.005


def slow_mixed(state):
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def slow_neighbours(graph, start, plan):
    """One start in plain Python, walk by walk, with the same random numbers."""
    molecules, snps = {}, {}
    for snp, molecule in sorted(zip(graph.edge_snp.tolist(), graph.edge_molecule.tolist(), strict=True)):
        molecules.setdefault(snp, []).append(molecule)
        snps.setdefault(molecule, []).append(snp)
    key = slow_mixed((slow_mixed((plan.seed + 0x632BE59BD9B4E019) & MASK) + start) & MASK)
    visits = Counter()
    for walk in range(plan.n_walks if start in molecules else 0):
        here = start
        for step in range(plan.n_steps):
            numbers = [
                slow_mixed((key + ((walk << 16) + 2 * step + place + 1) * 0x9E3779B97F4A7C15) & MASK)
                for place in (0, 1)
            ]
            if step > 0 and (numbers[1] >> 11) / 2**53 < plan.restart:
                break
            choices = molecules[here]
            choices = snps[choices[(numbers[0] >> 32) * len(choices) >> 32]]
            here = choices[(numbers[0] & 0xFFFFFFFF) * len(choices) >> 32]
            visits[here] += 1
    if not plan.counts_start:
        visits.pop(start, None)
    kept = sorted(visits.items(), key=lambda item: (-item[1], item[0]))[: plan.n_keep]
    total = sum(count for _, count in kept)
    return [snp for snp, _ in kept], [count / total for _, count in kept]


@pytest.mark.parametrize("plan", [ImportancePlan(50, 2, 10), ImportancePlan(37, 4, 5, 0.3, counts_start=False, seed=9)])
def test_neighbour_table__matches_the_slow_twin(graph, plan):
    found = neighbour_table(graph, plan)
    for start in range(0, graph.n_snps, 3):
        expected, weight = slow_neighbours(graph, start, plan)
        padding = [-1] * (plan.n_keep - len(expected))
        assert found.neighbour[start].tolist() == expected + padding
        np.testing.assert_allclose(found.weight[start, : len(weight)], weight, rtol=1e-6)
        assert not found.weight[start, len(weight) :].any()


def test_neighbour_table__bits_depend_on_neither_threads_chunks_batches_nor_order_of_edges(graph, monkeypatch):
    plan = ImportancePlan(50, 2, 10, restart=0.3, seed=4)
    expected = neighbour_table(graph, plan)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        others = [neighbour_table(graph, plan), neighbour_table(shuffled_edges(graph, 1), plan, chunk_starts=7)]
    finally:
        numba.set_num_threads(before)
    monkeypatch.setattr(importance, "_BATCH_WALKS", 150)
    others.append(neighbour_table(graph, plan))
    for other in others:
        np.testing.assert_array_equal(other.neighbour, expected.neighbour)
        np.testing.assert_array_equal(other.weight, expected.weight)


def test_importance_neighbours__a_row_depends_on_its_start_alone(graph, adjacency):
    plan = ImportancePlan(10, 2, 3, seed=2)
    table = neighbour_table(graph, plan)
    some = np.random.default_rng(0).permutation(graph.n_snps)[:57].astype(np.int32)
    found = importance_neighbours(adjacency, some, plan)
    np.testing.assert_array_equal(found.neighbour, table.neighbour[some])
    np.testing.assert_array_equal(found.weight, table.weight[some])
    assert not np.array_equal(neighbour_table(graph, replace(plan, seed=3)).neighbour, table.neighbour)


def test_walk_paths__more_walks_and_steps_leave_the_first_ones_as_they_were(adjacency):
    few = walk_paths(adjacency, STARTS, ImportancePlan(5, 2, 1, restart=0.3, seed=8))
    many = walk_paths(adjacency, STARTS, ImportancePlan(9, 4, 1, restart=0.3, seed=8))
    np.testing.assert_array_equal(many[:2, :, :5], few)


def test_neighbour_table__isolated_snps_have_no_neighbours():
    graph = make_graph([(1, 0, 1.0), (2, 0, 1.0)], [0, 1, 2, 3], 2)
    found = neighbour_table(graph, ImportancePlan(10, 2, 2))
    assert found.neighbour[[0, 3]].tolist() == [[-1, -1], [-1, -1]]
    assert found.weight[[0, 3]].tolist() == [[0, 0], [0, 0]]
    assert set(found.neighbour[1].tolist()) == {1, 2}


def test_neighbour_table__a_snp_alone_at_its_molecule_sees_only_itself():
    graph = make_graph([(0, 0, 1.0)], [0], 1)
    assert neighbour_table(graph, ImportancePlan(10, 2, 2)).neighbour.tolist() == [[0, -1]]
    found = neighbour_table(graph, ImportancePlan(10, 2, 2, counts_start=False))
    assert (found.neighbour.tolist(), found.weight.tolist()) == ([[-1, -1]], [[0, 0]])


def test_neighbour_table__a_repeated_edge_is_taken_as_often_as_it_is_given():
    graph = make_graph([(0, 0, 1.0), (1, 0, 1.0), (1, 0, 2.0), (1, 0, 3.0)], [0, 1], 1)
    plan = ImportancePlan(10_000, 1, 2)
    found = neighbour_table(graph, plan)
    assert found.neighbour[0].tolist() == [1, 0]
    n_taken = round(float(found.weight[0, 0]) * plan.n_walks)
    assert stats.binomtest(n_taken, plan.n_walks, 0.75).pvalue > 1e-3


def test_neighbour_table__ties_go_to_the_smaller_id():
    graph = make_graph([(snp, 0, 1.0) for snp in range(40)], [0] * 40, 1)
    plan = ImportancePlan(6, 1, 6)
    whole, few = neighbour_table(graph, plan), neighbour_table(graph, replace(plan, n_keep=2))
    n_tied = 0
    for row in range(40):
        ranked = zip(whole.neighbour[row], whole.weight[row], strict=True)
        pairs = [(-weight, snp) for snp, weight in ranked if snp >= 0]
        assert pairs == sorted(pairs)
        n_tied += len(pairs) > len({weight for weight, _ in pairs})
        assert few.neighbour[row].tolist() == [snp for _, snp in pairs[:2]]
    assert n_tied > 20


def test_neighbour_table__says_how_far_it_is(graph):
    told = []
    neighbour_table(graph, ImportancePlan(2, 1, 1), chunk_starts=150, on_progress=lambda *seen: told.append(seen))
    assert told == [(150, 400), (300, 400), (400, 400)]


def test_adjacency_of__is_sorted_both_ways(graph, adjacency):
    for start, column, counts in (
        (adjacency.snp_start, adjacency.snp_molecule, incidence_of(graph)),
        (adjacency.molecule_start, adjacency.molecule_snp, incidence_of(graph).T),
    ):
        row, expected = np.nonzero(counts)
        np.testing.assert_array_equal(column, expected)
        np.testing.assert_array_equal(np.diff(start), np.bincount(row, minlength=counts.shape[0]))
        assert (start.dtype, column.dtype) == (np.int32, np.int32)


def test_adjacency_of__refuses_more_edges_than_int32_counts(graph, monkeypatch):
    monkeypatch.setattr("models.pinsage.adjacency.MOST_EDGES", 10)
    with pytest.raises(GraphError, match="at most 10 edges, got"):
        adjacency_of(graph)


@pytest.mark.parametrize(
    ("name", "value"), [("n_walks", 0), ("n_steps", 1001), ("n_keep", 0), ("restart", 1.5), ("seed", -1)]
)
def test_importance_plan__refuses_values_outside_their_range(name, value):
    with pytest.raises(SettingsError, match=f"ImportancePlan.{name} must lie in .*, got {value}; change it"):
        ImportancePlan(**{"n_walks": 1, "n_steps": 1, "n_keep": 1, name: value})


@pytest.mark.parametrize("start", [[-1], [0, 400]])
def test_importance_neighbours__refuse_a_start_outside_the_graph(adjacency, start):
    with pytest.raises(GraphError, match=r"starts from a SNP in \[0, 399\]"):
        importance_neighbours(adjacency, np.array(start), ImportancePlan(1, 1, 1))
    with pytest.raises(GraphError, match=r"starts from a SNP in \[0, 399\]"):
        walk_paths(adjacency, np.array(start), ImportancePlan(1, 1, 1))
