"""Evidence paths over two molecules."""

import pytest

from services.graph.store import Store
from services.search import CandidateOptions, find_candidates
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import HandMadeModel, World

pytestmark = pytest.mark.store

QUERY, BRIDGE, CANDIDATE = (f"GRCh37:{chromosome}:2000000:A:G" for chromosome in (1, 2, 3))


@pytest.fixture
def world(settings: Settings) -> World:
    """Query acts on cg1, the bridge on cg1 and cg2, the candidate on cg2; no molecule is shared."""
    built = World(settings)
    built.rows.trait("EFO:1")
    built.study("gwas", "gwas", statistics="truncated")
    for chromosome in (1, 2, 3):
        built.snp(chromosome, 2.0)
    built.act_all("cg1", {QUERY: 6.0, BRIDGE: 5.0})
    built.act_all("cg2", {BRIDGE: 15.0, CANDIDATE: -7.0})
    built.hit(QUERY, 9.0)
    return built


def _find(store: Store, settings: Settings, walk: tuple[str, ...]):
    model = HandMadeModel({QUERY: [(CANDIDATE, 0.5)], BRIDGE: []}, molecules=("cg1", "cg2"), walks={CANDIDATE: [walk]})
    (found,) = find_candidates(
        store, settings, "EFO:1", options=CandidateOptions(n_null_sets=0), model=model
    ).candidates
    return found.paths


def test_find_bridged_paths__name_every_measured_edge(
    world: World, store: Store, settings: Settings, cypher: Cypher
) -> None:
    world.write(cypher)
    walk = (QUERY, QUERY, "cg1", BRIDGE, BRIDGE, "cg2", CANDIDATE)
    (path,) = _find(store, settings, walk)
    assert (path.molecule, path.second_molecule) == ("cg1", "cg2")
    assert [edge.snp for edge in path.bridge_edges] == [BRIDGE, BRIDGE]
    assert [edge.z_score for edge in (path.query_edge, *path.bridge_edges, path.candidate_edge)] == [
        6.0,
        5.0,
        15.0,
        -7.0,
    ]
    assert path.weight == pytest.approx(1.0 * 0.25 * 0.75 * 1.0)
    assert not path.is_through_ld


def test_find_bridged_paths__leave_out_a_walk_whose_edges_are_gone(
    world: World, store: Store, settings: Settings, cypher: Cypher
) -> None:
    world.write(cypher)
    walk = (QUERY, QUERY, "cg2", BRIDGE, BRIDGE, "cg1", CANDIDATE)
    assert _find(store, settings, walk) == ()
