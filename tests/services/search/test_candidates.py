"""The whole protocol on a real Neo4j, worked by hand."""

import json
import random
from math import log10
from typing import Any

import numpy as np
import pytest

from services.graph.store import Store
from services.search import CandidateOptions, CandidateReport, TraitNotResolved, find_candidates
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import HandMadeModel, World

pytestmark = pytest.mark.store

OPTIONS = CandidateOptions(method="two_hop", n_null_sets=0)


class Case:
    """Query q1 and q2; candidates c1 and c5 testable, c2 absent; c3, c4, c6 excluded for one reason each."""

    def __init__(self, settings: Settings) -> None:
        self.world = world = World(settings)
        world.rows.trait("EFO:1")
        self.q1, self.q1b = world.snp(1, 1.0), world.snp(1, 1.2)
        self.q2 = world.snp(2, 5.5)
        self.h3 = world.snp(5, 20.5)
        self.c1, self.c2 = world.snp(3, 7.0), world.snp(4, 7.0)
        self.c3, self.c4 = world.snp(1, 1.9), world.snp(5, 22.5)
        self.c5 = world.snp(6, 30.0)
        self.c6 = world.snp(9, 50.0)
        world.gene("ENSG1", "GENE1", "9", 51_000_000)
        world.act_all("cg1", dict.fromkeys((self.q1, self.q1b, self.c1, self.c2, self.c3, self.c4), 10.0))
        world.act_all("cg2", dict.fromkeys((self.q2, self.c5, self.c6), 8.0) | {self.c1: 12.0})
        world.hit(self.q1, 20.0)
        world.hit(self.q1b, 15.0)
        world.hit(self.q2, 12.0)
        world.hit(self.h3, 9.0)
        world.hit(world.rows.unplaced_snp("rs99"), 9.0, mapped_genes=["GENE1"])
        world.study("gwas", "gwas", statistics="complete", ancestry="European", p_threshold=5e-8)
        self.p = {self.q1: 20.0, self.q1b: 15.0, self.q2: 12.0, self.h3: 9.0, self.c1: 6.0, self.c3: 7.0,
                  self.c4: 5.0, self.c5: 0.3, self.c6: 7.0}  # fmt: skip

    def write(self, cypher: Cypher) -> None:
        self.world.table("gwas", self.p)
        self.world.write(cypher)


@pytest.fixture
def case(settings: Settings) -> Case:
    return Case(settings)


def _find(store: Store, settings: Settings, options: CandidateOptions = OPTIONS) -> CandidateReport:
    return find_candidates(store, settings, "EFO:1", options=options)


def test_find_candidates__hand_worked(case: Case, store: Store, settings: Settings, cypher: Cypher) -> None:
    case.write(cypher)
    report = _find(store, settings)
    assert report.status == "tested"
    assert report.query_snps == (case.q1, case.q2)
    assert report.n_known_snps == 5
    assert report.n_proposed == 5  # c3 is within 1 Mb of the query itself, so no neighbour of it
    assert report.excluded == {"absent_from_gwas": 1, "near_gene_of_unplaced_snp": 1, "same_ld_block": 1}
    assert report.n_candidates == 2
    assert report.threshold == pytest.approx(-log10(0.05 / 2))
    assert report.p_threshold == "0.025"
    assert [(c.key, c.p_value, c.is_significant, c.novelty) for c in report.candidates] == [
        (case.c1, "1E-6", True, "novel"),
        (case.c5, "0.501187", False, "not significant"),
    ]
    assert [c.is_in_mhc for c in report.candidates] == [False, True]
    assert [(locus.lead, locus.members, locus.p_value) for locus in report.novel_loci] == [
        (case.c1, (case.c1,), "1E-6")
    ]
    assert report.unassessed_loci == ()
    json.dumps(report.to_dict(), allow_nan=False)


def test_find_candidates__evidence_path_names_each_edge(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.write(cypher)
    best = _find(store, settings).candidates[0]
    path = best.paths[0]
    assert (path.query_snp, path.molecule, path.candidate_snp) == (case.q2, "cg2", case.c1)
    assert (path.query_edge.study_id, path.query_edge.z_score, path.query_edge.cis_trans) == ("mqtl", 8.0, "trans")
    assert path.query_edge.weight == 1.0
    assert path.candidate_edge.weight == pytest.approx(12 / 22)
    assert path.weight == pytest.approx(12 / 22)
    assert path.query_trait_edge.p_value == "1E-12"
    assert path.candidate_trait_edge is not None
    assert (path.candidate_trait_edge.p_value, path.candidate_trait_edge.study_id) == ("1E-6", "gwas")
    assert [p.query_snp for p in best.paths] == [case.q2, case.q1]
    assert best.ld_source == "LD block"
    # q2's walk: 12 of the 36 at cg2; q1's: 10 of the 60 at cg1
    assert best.score == pytest.approx(12 / 36)
    assert best.query_snp == case.q2


def test_find_candidates__in_a_truncated_gwas_are_listed_without_p(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.world.studies[0]["statistics"] = "truncated"
    case.write(cypher)
    report = _find(store, settings)
    assert report.status == "untestable"
    assert {c.key for c in report.candidates} == {case.c1, case.c2, case.c5}
    assert report.n_candidates == 3
    assert all(c.neg_log10_p is None and c.p_value is None and c.novelty == "not tested" for c in report.candidates)
    assert (report.threshold, report.null, report.novel_loci) == (None, None, ())
    assert any("only hits are published" in warning for warning in report.warnings)


def test_find_candidates__number_is_fixed_before_p_is_seen(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.write(cypher)
    before = _find(store, settings)
    case.world.table("gwas", dict.fromkeys(case.p, 0.01))
    after = _find(store, settings)
    assert (after.n_candidates, after.threshold) == (before.n_candidates, before.threshold)
    assert {c.key for c in after.candidates} == {c.key for c in before.candidates}
    assert after.n_significant == 0


def test_find_candidates__reads_no_p_of_candidates_before_they_are_fixed(
    case: Case, store: Store, settings: Settings, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.search import gwas

    asked: list[tuple[tuple[str, ...], int]] = []

    def spy(table, target, snps, columns=()):
        asked.append((tuple(columns), len(snps)))
        return real(table, target, snps, columns)

    real = gwas.read_by_snps
    monkeypatch.setattr(gwas, "read_by_snps", spy)
    case.write(cypher)
    _find(store, settings)
    assert [columns for columns, _ in asked] == [(), gwas._TESTED_COLUMNS]
    assert asked[1][1] == 2


def test_find_candidates__unplaced_hit_without_a_gene_leaves_novelty_unassessed(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.world.hit(case.world.rows.unplaced_snp("rs77"), 9.0, mapped_genes=["NOWHERE"])
    case.write(cypher)
    report = _find(store, settings)
    assert report.candidates[0].novelty == "not assessed"
    assert report.novel_loci == ()
    assert [locus.lead for locus in report.unassessed_loci] == [case.c1]
    assert any("rs77" in warning and "anywhere" in warning for warning in report.warnings)


def test_find_candidates__unplaced_hit_of_known_chromosome_spoils_only_that(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    node = {"key": "GRCh38:7:5:A:G", "rsids": [], "build": "GRCh38", "chromosome": "7", "position_bp": 5}
    case.world.rows.nodes["SNP"].append(node)
    case.world.hit(node["key"], 9.0)
    case.write(cypher)
    assert _find(store, settings).candidates[0].novelty == "novel"


def test_find_candidates__does_not_depend_on_the_order_of_rows(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.write(cypher)
    first = _find(store, settings).to_dict()
    for statement in ("MATCH ()-[e]->() DELETE e", "MATCH (n) WHERE NOT n:SchemaVersion DELETE n"):
        cypher(statement)
    shuffle = random.Random(5).shuffle
    for listed in (*case.world.rows.nodes.values(), *case.world.rows.edges.values()):
        shuffle(listed)
    keys = list(case.p)
    shuffle(keys)
    case.p = {key: case.p[key] for key in keys}
    case.write(cypher)
    assert _find(store, settings).to_dict() == first


@pytest.mark.parametrize("how", [{"load_id": "staged-load"}, {"is_superseded": True}])
def test_find_candidates__ignores_edges_that_readers_do_not_see(
    case: Case, store: Store, settings: Settings, cypher: Cypher, how: dict[str, Any]
) -> None:
    case.write(cypher)
    before = _find(store, settings).to_dict()
    edge = {"load_id": "mqtl-load", "is_superseded": False, "z_score": 30.0, "neg_log10_p": 99.0, **how}
    for snp, cpg in [(case.h3, "cg1"), (case.q1, "cg2"), (case.q2, "cg1"), (case.c5, "cg1")]:
        cypher(
            "MATCH (s:SNP {key: $snp}), (c:CpG {cpg_id: $cpg}) CREATE (s)-[e:MQTL]->(c) SET e = $edge",
            snp=snp, cpg=cpg, edge={**edge, "edge_key": f"{snp}{cpg}", "study_id": "mqtl"},
        )  # fmt: skip
    hit = {**edge, "edge_key": "hit", "study_id": "gwas", "load_id": how.get("load_id", "gwas-load")}
    cypher(
        "MATCH (s:SNP {key: $snp}), (t:Trait {trait_id: 'EFO:1'}) CREATE (s)-[e:ASSOCIATED_WITH]->(t) SET e = $hit",
        snp=case.c1, hit=hit,
    )  # fmt: skip
    assert _find(store, settings).to_dict() == before


def test_find_candidates__panel_decides_inside_a_block_and_warns_of_foreign_ancestry(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    generator = np.random.default_rng(1)
    counts = {key: generator.integers(0, 3, 80).astype(np.int8) for key in (case.h3, case.c4, case.q2)}
    far = case.world.snp(2, 9.9)  # in q2's block: correlated with it in the panel
    case.world.act_all("cg1", {far: 9.0})
    case.p[far] = 7.0
    case.world.panel(counts | {far: counts[case.q2].copy()}, ancestry="African")
    case.write(cypher)
    report = _find(store, settings)
    assert {c.key for c in report.candidates} == {case.c1, case.c4, case.c5}  # c4 is not correlated with h3
    assert report.excluded["correlated_with_known_snp"] == 1
    source = {c.key: c.ld_source for c in report.candidates}
    assert source[case.c4] == "r² of panel panel where it has both SNPs, else LD block"
    assert source[case.c1] == "LD block"
    assert "LD panel panel is African, GWAS gwas is European: r² may differ" in report.warnings


def test_find_candidates__with_a_model(case: Case, store: Store, settings: Settings, cypher: Cypher) -> None:
    case.write(cypher)
    model = HandMadeModel({
        case.q1: [(case.c5, 0.9), (case.c1, 0.8), ("GRCh37:8:1:A:G", 0.7)],
        case.q2: [(case.c1, 0.95), (case.c4, 0.2)],
    })  # fmt: skip
    options = CandidateOptions(n_null_sets=0)
    report = find_candidates(store, settings, "EFO:1", options=options, model=model)
    assert (report.status, report.run_id) == ("tested", "run1")
    assert report.excluded == {"not_in_graph": 1, "same_ld_block": 1}
    assert [(c.key, c.rank, c.query_snp) for c in report.candidates] == [(case.c1, 1, case.q2), (case.c5, 2, case.q1)]
    assert report.candidates[1].paths[0].query_snp == case.q2  # shares cg2 with q2, nothing with q1


def test_find_candidates__path_through_ld_blocks_where_nothing_is_shared(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    far = case.world.snp(12, 8.0)
    neighbour = case.world.snp(12, 8.1)
    case.world.act_all("cg9", {far: 7.0})
    case.world.act_all("cg1", {neighbour: 9.0})
    case.p[far] = 2.0
    case.write(cypher)
    model = HandMadeModel({case.q1: [(far, 0.9)]})
    report = find_candidates(store, settings, "EFO:1", options=CandidateOptions(n_null_sets=0), model=model)
    path = report.candidates[0].paths[0]
    assert path.is_through_ld
    assert (path.candidate_snp, path.candidate_edge.snp, path.molecule) == (far, neighbour, "cg1")


def test_find_candidates__without_a_model_says_so(case: Case, store: Store, settings: Settings, cypher: Cypher) -> None:
    case.write(cypher)
    report = find_candidates(store, settings, "EFO:1")
    assert (report.status, report.candidates) == ("no_model", ())
    assert [study.study_id for study in report.studies] == ["gwas"]


def test_find_candidates__without_query_snps_says_so(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.world.rows.trait("EFO:2")
    case.write(cypher)
    report = find_candidates(store, settings, "EFO:2", options=OPTIONS)
    assert (report.status, report.n_known_snps, report.query_snps) == ("no_query_snps", 0, ())


def test_find_candidates__refuses_an_unresolved_text(case: Case, store: Store, settings: Settings) -> None:
    with pytest.raises(TraitNotResolved, match="no trait is called 'nothing'"):
        find_candidates(store, settings, "nothing", options=OPTIONS)


def test_find_candidates__tests_on_the_complete_gwas_with_most_candidates(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.world.study("larger", "gwas", statistics="complete", ancestry="European")
    case.world.table("larger", {case.c1: 0.1, case.c2: 9.0, case.c5: 0.2})
    case.write(cypher)
    report = _find(store, settings)
    assert [study.study_id for study in report.studies if study.is_tested_on] == ["larger"]
    assert report.n_candidates == 3
    assert any("tested on larger alone" in warning for warning in report.warnings)


def test_find_candidates__limit_never_hides_a_significant_one(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.write(cypher)
    report = _find(store, settings, CandidateOptions(method="two_hop", n_null_sets=0, limit=0))
    assert [c.key for c in report.candidates] == [case.c1]
    assert report.n_candidates == 2


def test_find_candidates__stands_beside_its_null(case: Case, store: Store, settings: Settings, cypher: Cypher) -> None:
    others = [case.world.snp(chromosome, 12.0) for chromosome in range(10, 22)]
    for at, key in enumerate(others):
        case.world.act_all(f"cg{at + 10}", {key: 9.0})
        case.p[key] = 3.0 if at < 3 else 0.1
    case.write(cypher)
    report = _find(store, settings, CandidateOptions(method="two_hop", n_null_sets=100, seed=3))
    null = report.null
    assert null is not None
    assert (null.n_sets, null.n_pool) == (100, 14)  # 12 others, c1 and c5
    assert (null.observed_survivors, null.observed_loci) == (1, 1)
    assert 0.0 < null.survivors < 2.0
    assert null == _find(store, settings, CandidateOptions(method="two_hop", n_null_sets=100, seed=3)).null
