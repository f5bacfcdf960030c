"""Evidence paths and nearest genes."""

import pytest

from services.graph.store import Store
from services.search.evidence import PathEnds, find_paths, read_nearest_genes
from services.search.query_snps import KnownHit
from services.search.report import NearGene
from services.search.snp_table import read_snps
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import World

pytestmark = pytest.mark.store


def test_find_paths__are_the_heaviest_of_all_query_snps(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    first, second, candidate = world.snp(1, 2.0), world.snp(2, 2.0), world.snp(3, 2.0)
    world.act_all("cg1", {first: 6.0, candidate: 5.0})
    world.act_all("cg2", {first: -2.0, candidate: 3.0})
    world.act_all("cg3", {second: 4.0, candidate: 2.0})
    world.rows.evidence("MQTL", first, "cg1", 5.9, study_id="weaker")
    world.write(cypher)
    loads = sorted(world.load_ids)
    hits = {key: KnownHit(key, "gwas", None, 9.0, ()) for key in (first, second)}
    ends = PathEnds({candidate: second}, hits, {}, 2)
    paths = find_paths(store, ends, read_snps(store, [candidate], load_ids=loads, build="GRCh37"), loads)[candidate]
    assert [(path.query_snp, path.molecule, path.query_edge.study_id) for path in paths] == [
        (first, "cg1", "mqtl"),
        (second, "cg3", "mqtl"),
    ]
    assert [path.weight for path in paths] == [pytest.approx(6 / 8 * 5 / 10), pytest.approx(2 / 10)]
    assert paths[0].candidate_trait_edge is None
    assert not paths[0].is_through_ld


def test_find_paths__say_where_a_p_value_is_only_a_bound(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    query, candidate = world.snp(1, 2.0), world.snp(3, 2.0)
    world.act_all("cg1", {candidate: 5.0})
    world.rows.evidence("MQTL", query, "cg1", 9.0, study_id="mqtl", neg_log10_p=323.0, flags=["p_lower_bound"])
    world.write(cypher)
    loads = sorted(world.load_ids)
    hit = KnownHit(query, "gwas", None, 323.0, (), is_p_bound=True)
    snps = read_snps(store, [query, candidate], load_ids=loads, build="GRCh37")
    (path,) = find_paths(store, PathEnds({candidate: query}, {query: hit}, {}, 2), snps, loads)[candidate]
    assert (path.query_edge.p_value, path.query_trait_edge.p_value) == ("<1E-323", "<1E-323")
    assert not path.candidate_edge.p_value.startswith("<")


def test_find_paths__may_be_none(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    query, candidate = world.snp(1, 2.0), world.snp(3, 2.0)
    world.act_all("cg1", {query: 6.0})
    world.act_all("cg2", {candidate: 5.0})
    world.write(cypher)
    loads = sorted(world.load_ids)
    ends = PathEnds({candidate: query}, {query: KnownHit(query, "gwas", None, 9.0, ())}, {}, 2)
    snps = read_snps(store, [query, candidate], load_ids=loads, build="GRCh37")
    assert find_paths(store, ends, snps, loads) == {candidate: ()}


def test_read_nearest_genes__come_by_rank(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    snp = world.snp(1, 2.0)
    for rank, (gene, distance) in enumerate([("ENSG2", 0), ("ENSG1", 500)], start=1):
        world.gene(gene, f"S{gene[-1]}", "1", 2_000_000)
        world.near.append({"snp": snp, "gene": gene, "distance_bp": distance, "rank": rank})
    world.write(cypher)
    found = read_nearest_genes(store, [snp, "rs404"], sorted(world.load_ids))
    assert found == {snp: (NearGene("ENSG2", "S2", 0), NearGene("ENSG1", "S1", 500))}
