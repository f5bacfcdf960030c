"""Loading manifests into a real graph: what is written, when it is seen, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from loaders.errors import LoadError
from services.graph.store import Store
from services.ingest import (
    ForeignStore,
    IngestBusy,
    StateDamaged,
    WrongBuild,
    check_manifest,
    ingest_manifest,
    list_studies,
    remove_study,
)
from services.ingest.state import StateFolder, locked
from services.releases import current_release
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump, evidence, ingest, site, write_manifest, write_study

pytestmark = pytest.mark.store

VISIBLE = (
    "MATCH ()-[e:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE e.load_id IN $load_ids AND NOT e.is_superseded "
    "RETURN e.study_id AS study, sum(e.effect_size) AS total, count(e) AS n ORDER BY study"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def _mqtl(files: Path, n: int = 5, beta: float = 0.5, **keys: object) -> str:
    rows = [evidence(f"rs{i}", f"1:{1000 + i}", "A/G", f"cg{i % 3:08d}", beta=beta) for i in range(n)]
    return write_study(files, "blood", "mqtl", rows, **keys)


def test_ingest_manifest__second_time_writes_nothing(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    entry = _mqtl(files)
    first = ingest(store, settings, files, entry)
    before = dump(cypher)
    second = ingest(store, settings, files, entry)
    assert [(load.status, load.written) for load in first.loads] == [("loaded", 5)]
    assert [(load.status, load.written) for load in second.loads] == [("unchanged", 0)]
    assert second.release == first.release
    assert dump(cypher) == before


def test_ingest_manifest__readers_never_see_half_a_replacement(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    ingest(store, settings, files, _mqtl(files, n=4, beta=0.5))
    seen: list[tuple[int, Any]] = []

    def look(_done: int, _total: int, _text: str) -> None:
        release = current_release(store)
        seen.append((release.number, cypher(VISIBLE, load_ids=list(release.load_ids))))

    manifest = write_manifest(files, _mqtl(files, n=6, beta=0.25))
    report = ingest_manifest(store, settings, manifest, on_progress=look)
    look(0, 0, "")
    expected = {
        1: [{"study": "blood", "total": 2.0, "n": 4}],
        2: [{"study": "blood", "total": 1.5, "n": 6}],
    }
    assert {number for number, _ in seen} == {1, 2}
    assert all(rows == expected[number] for number, rows in seen)
    assert report.loads[0].status == "replaced"
    assert cypher("MATCH ()-[e:MQTL]->() RETURN count(e) AS n") == [{"n": 6}]
    assert [load["status"] for load in cypher("MATCH (l:Load) RETURN l.status AS status")] == ["active"]


def test_ingest_manifest__replaced_equals_loaded_afresh(
    store: Store, settings: Settings, cypher: Cypher, files: Path, tmp_path: Path
) -> None:
    ingest(store, settings, files, _mqtl(files, n=9))
    ingest(store, settings, files, _mqtl(files, n=4, beta=-0.3))
    replaced = dump(cypher)
    remove_study(store, settings, "blood")
    ingest(store, settings, files, _mqtl(files, n=4, beta=-0.3))
    assert dump(cypher) == replaced


def test_ingest_manifest__writes_what_the_references_say(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    genes = [
        {"gene": "ENSG00000000001", "symbol": "AAA", "chr": "1", "start": 5000, "end": 6000, "strand": "-"},
        {"gene": "ENSG00000000002", "symbol": "BBB", "chr": "1", "start": 900_000, "end": 901_000, "strand": "+"},
    ]
    cpgs = [{"cpg": "cg00000001", "chr": "1", "pos": 4000}, {"cpg": "cg00000002", "chr": "2", "pos": 7}]
    (files).mkdir()
    (files / "blocks.bed").write_text("chr1\t0\t2000\nchr1\t2000\t9000\n")
    (files / "states.bed").write_text("chr1\t999\t1001\tEnhancer\nchr1\t1000\t1001\tEnhancer\nchr2\t1\t9\tOther\n")
    eqtm = [{"cpg": "cg00000001", "gene": "ENSG00000000001", "z": "-6", "p": "1e-9"}]
    entries = [
        write_study(files, "genes", "genes", genes),
        write_study(files, "array", "cpgs", cpgs, only_if_used=True, array="450k"),
        '[[study]]\nid = "blocks"\nkind = "ld_blocks"\npath = "blocks.bed"\nbuild = "GRCh37"',
        '[[study]]\nid = "states"\nkind = "annotation"\npath = "states.bed"\nbuild = "GRCh37"\nname_from = "name"',
        write_study(files, "eqtm", "eqtm", eqtm, build=None),
        write_study(
            files,
            "blood",
            "mqtl",
            [
                evidence("rs1", "1:1001", "A/G", "cg00000001"),
                evidence("rs2", "X:5", "A/G", "cg00000001"),
                evidence("rs3", alleles="A/C", target="cg00000001"),
            ],
        ),
    ]
    report = ingest(store, settings, files, *entries)
    assert (report.n_snps, report.n_snps_unplaced) == (3, 1)
    snp = cypher("MATCH (s:SNP {key: 'GRCh37:1:1001:A:G'})-[e]->(b) RETURN type(e) AS type, e{.*} AS e, b{.*} AS b")
    found = {
        (row["type"], row["b"].get("gene_id") or row["b"].get("block_id") or row["b"].get("name")): row for row in snp
    }
    near = found["NEAR", "ENSG00000000001"]["e"]
    assert (near["distance_bp"], near["rank"], near["study_id"]) == (3999, 1, "genes")
    assert ("NEAR", "ENSG00000000002") not in found
    assert found["IN_LD_BLOCK", "GRCh37:1:0-2000"]["b"]["is_pseudo"] is False
    states = found["IN_ANNOTATION", "Enhancer"]["b"]
    assert (states["annotation_id"], states["n_intervals"], states["covered_bp"]) == ("states/Enhancer", 2, 2)
    assert [row["e"]["cis_trans"] for row in snp if row["type"] == "MQTL"] == ["cis"]
    pseudo = cypher(
        "MATCH (:SNP {key: 'GRCh37:X:5:A:G'})-[:IN_LD_BLOCK]->(b) RETURN b.block_id AS id, b.is_pseudo AS p"
    )
    assert pseudo == [{"id": "pseudo:GRCh37:X:1-2000000", "p": True}]
    assert cypher("MATCH (:SNP {key: 'rs3'})-[e]->() RETURN type(e) AS type") == [{"type": "MQTL"}]
    assert cypher("MATCH (c:CpG) RETURN c.cpg_id AS id, c.array AS a") == [{"id": "cg00000001", "a": "450k"}]
    gene = cypher("MATCH (:CpG)-[e:EQTM]->(g:Gene) RETURN e.z_score AS z, e.is_superseded AS s, g.tss_bp AS tss")
    assert gene == [{"z": -6.0, "s": False, "tss": 6000}]
    study = cypher("MATCH (s:Study {study_id: 'blood'}) RETURN s{.*} AS s")[0]["s"]
    assert (settings.home / study["table_path"]).exists()
    assert study["active_load_id"] in current_release(store).load_ids


def test_ingest_manifest__later_positions_rename_the_node_and_keep_its_edges(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    ingest(store, settings, files, write_study(files, "gwas", "gwas", [evidence("rs1"), evidence("rs1", target="T2")]))
    node = cypher("MATCH (s:SNP {key: 'rs1'}) SET s.seen = true RETURN elementId(s) AS id")
    cypher("MATCH (s:SNP), (t:Trait) CREATE (s)-[:PREDICTED_ASSOCIATION {edge_key: t.trait_id, run_id: 'r'}]->(t)")
    ingest(store, settings, files, write_study(files, "places", "positions", [site("rs1", "1:77")]))
    found = cypher("MATCH (s:SNP) RETURN s.key AS key, elementId(s) AS id, s.flags AS flags, s.position_bp AS bp")
    assert found == [{"key": "GRCh37:1:77:A:G", "id": node[0]["id"], "flags": None, "bp": 77}]
    assert cypher("MATCH (:SNP)-[e]->(:Trait) RETURN count(e) AS n") == [{"n": 4}]


def test_ingest_manifest__colliding_nodes_merge_with_all_their_edges(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    one = write_study(files, "one", "gwas", [evidence("rs1", target="T1"), evidence("rs1", target="T2")])
    two = write_study(files, "two", "gwas", [evidence("", "1:77", "C/T", "T1")])
    ingest(store, settings, files, one, two)
    before = dump(cypher)
    cypher(
        "MATCH (s:SNP), (t:Trait) CREATE (s)-[:PREDICTED_ASSOCIATION {edge_key: s.key + t.trait_id, run_id: 'r'}]->(t)"
    )
    ingest(store, settings, files, write_study(files, "places", "positions", [site("rs1", "1:77")]))
    assert cypher("MATCH (s:SNP) RETURN s.key AS key, s.rsids AS rsids") == [
        {"key": "GRCh37:1:77:A:G", "rsids": ["rs1"]}
    ]
    found = cypher("MATCH (:SNP)-[e]->(t:Trait) RETURN type(e) AS type, count(e) AS n ORDER BY type")
    assert found == [{"type": "ASSOCIATED_WITH", "n": 3}, {"type": "PREDICTED_ASSOCIATION", "n": 3}]
    cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() DELETE e")
    remove_study(store, settings, "places")
    assert dump(cypher) == before


def test_ingest_manifest__failing_study_leaves_everything_as_it_was(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    ingest(store, settings, files, _mqtl(files))
    before = dump(cypher)
    rows = [evidence("rs1", p=2.0), evidence("rs2", p=3.0)]
    bad = write_study(files, "zz-bad", "gwas", rows)
    with pytest.raises(LoadError, match="no more than 50% of a study's rows may be refused"):
        ingest(store, settings, files, _mqtl(files, n=7), bad)
    assert dump(cypher) == before
    ingest(store, settings, files, _mqtl(files, n=5))
    assert dump(cypher) == before
    assert len(list((settings.home / "loads").iterdir())) == 1


def test_ingest_manifest__positions_of_another_build_are_refused(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    places = write_study(files, "places", "positions", [site(f"rs{i}", f"1:{1000 + i}") for i in range(60)])
    moved = [evidence(f"rs{i}", f"1:{9000 + i}") for i in range(60)]
    message = r"study gwas: its positions are not those of GRCh37: 60 of 60 rsids .* places .* key build"
    entries = [places, write_study(files, "gwas", "gwas", moved)]
    with pytest.raises(WrongBuild, match=message):
        ingest(store, settings, files, *entries)
    with pytest.raises(WrongBuild, match=message):
        check_manifest(None, settings, write_manifest(files, *entries))
    assert not cypher("MATCH (n:Load|Study|SNP) RETURN n")


def test_check_manifest__counts_and_writes_nothing(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    report = check_manifest(store, settings, write_manifest(files, _mqtl(files)))
    assert [(load.status, load.written, load.report.written) for load in report.loads] == [("checked", 0, 5)]
    assert report.to_dict()["loads"][0]["read"] == 5
    assert not (settings.home / "loads").exists()
    assert not cypher("MATCH (n:Load|Study|SNP) RETURN n")


def test_ingest_manifest__one_process_works_the_other_says_so(store: Store, settings: Settings, files: Path) -> None:
    entry = _mqtl(files)
    message = r"process \d+ \(loading other.toml\) is at it"
    with locked(StateFolder(settings.home), "loading other.toml"), pytest.raises(IngestBusy, match=message):
        ingest(store, settings, files, entry)
    assert ingest(store, settings, files, entry).loads[0].status == "loaded"


def test_ingest_manifest__foreign_graph_is_refused(store: Store, settings: Settings, files: Path) -> None:
    ingest(store, settings, files, _mqtl(files))
    stranger = settings.model_copy(update={"home": settings.home / "other"})
    with pytest.raises(ForeignStore, match="do not belong together: set LOCUSGRAPH_HOME"):
        ingest(store, stranger, files, _mqtl(files))


def test_ingest_manifest__graph_of_another_time_is_refused(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    ingest(store, settings, files, _mqtl(files))
    cypher("MATCH (r:Release) SET r.load_ids = ['0000']")
    with pytest.raises(ForeignStore, match="restored from an older copy"):
        ingest(store, settings, files, _mqtl(files))


def test_ingest_manifest__missing_load_folder_is_named_and_made_again(
    store: Store, settings: Settings, cypher: Cypher, files: Path
) -> None:
    entry = _mqtl(files)
    load_id = ingest(store, settings, files, entry).loads[0].load_id
    before = dump(cypher)
    for path in (settings.home / "loads" / load_id).iterdir():
        path.unlink()
    (settings.home / "loads" / load_id).rmdir()
    with pytest.raises(StateDamaged, match=f"needs the files of load {load_id}"):
        remove_study(store, settings, "blood")
    ingest(store, settings, files, entry)
    assert dump(cypher) == before
    remove_study(store, settings, "blood")


def test_list_studies__names_the_active_ones(store: Store, settings: Settings, files: Path) -> None:
    ingest(store, settings, files, _mqtl(files, citation="Someone 2020"))
    found = [study.to_dict() for study in list_studies(store)]
    assert [(row["study_id"], row["n_written"], row["citation"]) for row in found] == [("blood", 5, "Someone 2020")]
