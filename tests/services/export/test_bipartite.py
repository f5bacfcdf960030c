"""The exported snapshot on a real store: numbering, places, what stays outside, the fingerprint."""

from typing import Any

import neo4j
import pytest

from services.export import Snapshot, export_bipartite
from services.graph.query_files import read_query
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows, write_release

pytestmark = pytest.mark.store


def _small() -> GraphRows:
    rows = GraphRows()
    far = rows.block(5, chromosome="2")
    near = rows.block(0)
    pseudo = rows.block(7, chromosome="X", is_pseudo=True)
    rows.block(9, chromosome="3")
    second = rows.snp(5_000_100, chromosome="2", block=far, reported_ld_score=3.0, minor_allele_frequency=0.2)
    first = rows.snp(2000, block=near)
    third = rows.snp(7_000_001, chromosome="X")
    rows.edge("IN_LD_BLOCK", third, pseudo, load_id="", study_id="")
    lost = rows.unplaced_snp("rs9")
    cpg_b, cpg_a = rows.cpg("cgB", 10_000), rows.cpg("cgA", 5_000_500, chromosome="2")
    cpg_c, gene = rows.cpg("cgC", 5_003_000, chromosome="2"), rows.gene("ENSG1", 9_500_000, chromosome="3")
    rows.evidence("MQTL", first, cpg_b, 9.0)
    rows.evidence("MQTL", second, cpg_b, 8.0)
    rows.evidence("MQTL", second, cpg_a, -8.5)
    rows.evidence("MQTL", third, cpg_c, 7.5)
    rows.evidence("MQTL", lost, rows.cpg("cgD"), 7.5)
    rows.evidence("EQTL", first, gene, 10.0)
    rows.evidence("EQTM", cpg_b, gene, 5.0)
    return rows


def _export(rows: GraphRows, cypher: Cypher, store: Store, settings: Settings) -> Snapshot:
    rows.write(cypher)
    return export_bipartite(store, settings)


def test_export_bipartite__numbers_nodes_in_genomic_and_name_order(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    found = _export(_small(), cypher, store, settings)
    assert found.snp_keys.tolist() == ["GRCh37:1:2000:A:G", "GRCh37:2:5000100:A:G", "GRCh37:X:7000001:A:G"]
    assert found.molecule_ids.tolist() == ["cgA", "cgB", "cgC", "ENSG1"]
    graph = found.graph
    assert graph.edge_snp.tolist() == [0, 0, 1, 1, 2]
    assert graph.edge_molecule.tolist() == [1, 3, 0, 1, 2]
    assert graph.edge_abs_z.tolist() == [9.0, 10.0, 8.5, 8.0, 7.5]
    assert graph.snp_chromosome.tolist() == [1, 2, 23]
    assert graph.snp_position_bp.tolist() == [2000, 5_000_100, 7_000_001]
    assert graph.molecule_is_gene.tolist() == [False, False, False, True]


def test_export_bipartite__gives_snps_and_molecules_their_blocks(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    found = _export(_small(), cypher, store, settings)
    blocks = [found.block_ids[block] for block in found.graph.snp_block]
    assert blocks == ["GRCh37:1:1-1000000", "GRCh37:2:5000001-6000000", "GRCh37:X:7000001-8000000"]
    homes = [found.block_ids[block] if block >= 0 else None for block in found.graph.molecule_home_block]
    assert homes == [
        "GRCh37:2:5000001-6000000", "GRCh37:1:1-1000000", "GRCh37:2:5000001-6000000", "GRCh37:3:9000001-10000000",
    ]  # fmt: skip


def test_export_bipartite__hides_near_cpgs_and_eqtm_genes_together(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    cluster = _export(_small(), cypher, store, settings).graph.molecule_cluster.tolist()
    assert cluster == [0, 1, 0, 1]


def test_export_bipartite__counts_what_stays_outside(store: Store, settings: Settings, cypher: Cypher) -> None:
    counts = _export(_small(), cypher, store, settings).counts
    assert (counts.n_edges_read, counts.n_edges, counts.n_edges_outside) == (6, 5, 1)
    assert (counts.n_snps, counts.n_snps_outside, counts.share_outside) == (3, 1, 0.25)
    assert (counts.n_cpgs, counts.n_genes, counts.n_blocks) == (3, 1, 3)


def test_export_bipartite__features_follow_the_snps(store: Store, settings: Settings, cypher: Cypher) -> None:
    found = _export(_small(), cypher, store, settings)
    missing = found.graph.snp_features[:, found.feature_names.index("log_ld_score_is_missing")]
    assert missing.tolist() == [1.0, 0.0, 1.0]


def test_export_bipartite__fingerprint_does_not_depend_on_the_order_of_loads(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    first = _export(_small(), cypher, store, settings)
    cypher("MATCH (n) WHERE NOT n:SchemaVersion DETACH DELETE n")
    turned = _small()
    for listed in (*turned.nodes.values(), *turned.edges.values()):
        listed.reverse()
    assert _export(turned, cypher, store, settings).fingerprint == first.fingerprint


def test_export_bipartite__fingerprint_changes_with_one_edge(store: Store, settings: Settings, cypher: Cypher) -> None:
    first = _export(_small(), cypher, store, settings)
    cypher("MATCH ()-[e:MQTL {z_score: 9.0}]->() SET e.z_score = 9.5")
    assert export_bipartite(store, settings).fingerprint != first.fingerprint


def test_export_bipartite__does_not_see_loads_outside_the_release(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _small().write(cypher)
    write_release(cypher, ["blocks-load", "mqtl-load"])
    found = export_bipartite(store, settings)
    assert found.load_ids == ("blocks-load", "mqtl-load")
    assert found.counts.n_genes == 0


def test_export_bipartite__of_an_empty_graph_is_empty(store: Store, settings: Settings) -> None:
    found = export_bipartite(store, settings)
    assert (found.counts.n_edges, found.graph.n_snps, found.release_number) == (0, 0, 0)


def test_export_bipartite__reports_progress(store: Store, settings: Settings) -> None:
    seen: list[int] = []
    export_bipartite(store, settings, lambda done, _total, _text: seen.append(done))
    assert seen == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["mqtl_edges", "eqtl_edges", "placed_snps", "snp_annotations"])
def test_queries__expand_from_each_row_even_when_planned_on_an_empty_graph(
    store: Store, raw_driver: neo4j.Driver, name: str
) -> None:
    """A lookup of a whole load by its index for every row exported 1,000 edges a second, expansion 190,000."""
    with raw_driver.session(database=store.address.database) as session:
        plan = session.run("EXPLAIN " + read_query(f"export/{name}").text).consume().plan  # type: ignore[arg-type]
    operators = _operators(plan)
    assert any(operator.startswith("Expand") for operator in operators)
    assert not [operator for operator in operators if "RelationshipIndex" in operator]


def _operators(plan: Any) -> list[str]:
    below = [name for child in plan.get("children", []) for name in _operators(child)]
    return [plan["operatorType"], *below]
