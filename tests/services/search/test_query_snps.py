"""Known SNPs of a trait, and the ones that ask."""

import numpy as np
import pytest

from services.graph.store import Store
from services.search.linkage import Linkage
from services.search.query_snps import KnownHit, choose_query_snps, clump_rows, read_known_hits
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.tables import snp_table
from tests.services.search.world import World

pytestmark = pytest.mark.store


def _key(chromosome: int, position: int) -> str:
    return f"GRCh37:{chromosome}:{position}:A:G"


def _hit(key: str, neg_log10_p: float) -> KnownHit:
    return KnownHit(key, "gwas", None, neg_log10_p, ())


def test_read_known_hits__keeps_the_strongest_study_of_each_snp(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    world = World(settings)
    world.rows.trait("EFO:1")
    first, second, weak = world.snp(1, 2.0), world.snp(2, 2.0), world.snp(3, 2.0)
    for study in ("gwas", "other"):
        world.study(study, "gwas", statistics="truncated")
    world.hit(first, 9.0, mapped_genes=["B"])
    world.hit(first, 11.0, study="other", mapped_genes=["A"])
    world.hit(second, 9.0, study="other")
    world.hit(second, 9.0, flags=["p_lower_bound"])
    world.hit(weak, 7.3)
    world.hit(weak, 20.0, study="staged")
    world.rows.evidence("ASSOCIATED_WITH", weak, "EFO:1", 9.0, neg_log10_p=20.0, study_id="gwas", is_superseded=True)
    world.write(cypher)
    hits = read_known_hits(store, "EFO:1", neg_log10_p=7.3, load_ids=sorted(world.load_ids))
    assert hits == (
        KnownHit(first, "other", 6.0, 11.0, ("A", "B")),
        KnownHit(second, "gwas", 6.0, 9.0, (), is_p_bound=True),
    )


def test_choose_query_snps__are_leads_with_place_and_molecules_strongest_first() -> None:
    lead, near, other, lonely = _key(1, 5_000_000), _key(1, 5_400_000), _key(2, 7), _key(3, 7)
    snps = snp_table([{"key": lead}, {"key": near}, {"key": other}, {"key": lonely, "degree": 0}, {"key": "rs1"}])
    hits = [
        _hit(lead, 9.0),
        _hit(near, 8.0),
        _hit(other, 30.0),
        _hit(lonely, 99.0),
        _hit("rs1", 50.0),
        _hit("rs2", 9.0),
    ]
    linkage = Linkage(snps, r_squared=0.1, window_bp=1_000_000)
    assert choose_query_snps(hits, snps, linkage) == (other, lead)
    assert choose_query_snps(hits[::-1], snps, linkage) == (other, lead)


def test_clump_rows__answers_places_not_rows() -> None:
    snps = snp_table([{"key": _key(1, position)} for position in (1_000, 2_000, 9_000_000)])
    linkage = Linkage(snps, r_squared=0.1, window_bp=1_000_000)
    assert clump_rows(np.array([2, 0, 1]), np.array([1.0, 2.0, 3.0]), linkage).tolist() == [0, 2, 2]


@pytest.mark.parametrize("n", [0, 1])
def test_choose_query_snps__of_few(n: int) -> None:
    snps = snp_table([{"key": _key(1, 5)}][:n])
    linkage = Linkage(snps, r_squared=0.1, window_bp=1_000_000)
    assert len(choose_query_snps([_hit(_key(1, 5), 9.0)], snps, linkage)) == n
