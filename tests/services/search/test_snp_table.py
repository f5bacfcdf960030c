"""SNPs as columns."""

import numpy as np
import pytest

from services.graph.store import Store
from services.search.snp_table import read_molecular_snps, read_snp_pool, read_snps
from services.settings import Settings
from services.summary_statistics import VariantNames
from tests.conftest import Cypher
from tests.services.graph_rows import LOADS
from tests.services.search.tables import snp_table
from tests.services.search.world import World

pytestmark = pytest.mark.store


def test_build_snp_table__sorts_by_key_and_counts_places_of_the_build_only() -> None:
    table = snp_table(
        [{"key": "rs5"}, {"key": "GRCh38:7:9:A:G"}, {"key": "GRCh37:X:9:A:G", "block": "b", "ld_score": 2.0}]
    )
    assert table.keys == ("GRCh37:X:9:A:G", "GRCh38:7:9:A:G", "rs5")
    assert table.chromosome.tolist() == [23, 0, 0]
    assert table.any_chromosome.tolist() == [23, 7, 0]
    assert table.position_bp.tolist() == [9, 0, 0]
    assert table.block.tolist() == ["b", "", ""]
    np.testing.assert_array_equal(table.ld_score, [2.0, np.nan, np.nan])


def test_is_in_mhc__is_chromosome_6_from_25_to_34_mb() -> None:
    keys = ["GRCh37:6:24999999:A:G", "GRCh37:6:25000000:A:G", "GRCh37:6:34000000:A:G", "GRCh37:7:30000000:A:G"]
    table = snp_table([{"key": key} for key in keys])
    assert [key for key, inside in zip(table.keys, table.is_in_mhc, strict=True) if inside] == keys[1:3]


def test_read_molecular_snps__are_those_with_visible_edges_and_the_named(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    world = World(settings)
    seen, hidden, named = world.snp(1, 2.0, reported_ld_score=3.0, rsids=["rs1"]), world.snp(1, 3.0), world.snp(2, 3.0)
    world.act_all("cg1", {seen: 9.0})
    world.act_all("cg2", {seen: 9.0})
    world.rows.evidence("MQTL", hidden, "cg1", 9.0, study_id="mqtl", load_id="staged-load")
    world.write(cypher)
    table = read_molecular_snps(store, [named, "rs404"], load_ids=LOADS, build="GRCh37")
    assert table.keys == (seen, named)
    assert table.degree.tolist() == [2, 0]
    assert table.rsids[0] == ("rs1",)
    assert table.block.tolist() == ["GRCh37:1:1-5000000", "GRCh37:2:1-5000000"]
    assert read_snps(store, [seen], load_ids=LOADS, build="GRCh37").degree.tolist() == [2]
    assert table.rows_of([named, "rs404", seen]).tolist() == [1, 0]


def test_read_snp_pool__named_are_those_that_the_gwas_holds(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    by_key, by_rsid, other, bare = (
        world.snp(1, 2.0),
        world.snp(2, 3.0, rsids=["rs1"]),
        world.snp(3, 3.0),
        world.snp(4, 3.0),
    )
    world.act_all("cg1", dict.fromkeys((by_key, by_rsid, other), 9.0))
    world.rows.evidence("MQTL", bare, "cg1", 9.0, study_id="mqtl", load_id="staged-load")
    world.write(cypher)
    names = VariantNames((by_key, bare), ("rs1",))
    table = read_snp_pool(store, names, ["rs404"], load_ids=LOADS, build="GRCh37")
    assert table.keys == (by_key, by_rsid)  # a SNP without molecular associations is no possible candidate


def test_read_snp_pool__else_is_a_sample_by_position(
    store: Store, settings: Settings, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.snp_table.POOL_SNPS", 3)
    world = World(settings)
    keys = [world.rows.snp(position) for position in (9, 10, 11, 12, 13, 14)]
    world.act_all("cg1", dict.fromkeys(keys, 9.0))
    world.rows.evidence("MQTL", world.rows.snp(15), "cg1", 9.0, study_id="mqtl", load_id="staged-load")
    world.write(cypher)
    table = read_snp_pool(store, None, [keys[1]], load_ids=LOADS, build="GRCh37")
    assert table.position_bp.tolist() == [10, 12, 9]  # every third position, and the one asked for
