"""``candidateLoci`` through the web application on a real store."""

from dataclasses import replace
from typing import Any

import pytest

from api.gql import candidate_search
from api.gql.candidates import build_candidate, build_candidate_loci
from api.gql.pages import Connection, PageInfo
from services.graph.store import Store
from tests.api.browser import Browser
from tests.api.cli.test_candidates import report_of_a_test
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, SECOND, THIRD

pytestmark = pytest.mark.store

PAGE = """query($after: String) {
  candidateLoci(trait: "Rheumatoid arthritis", method: TWO_HOP, first: 1, after: $after) {
    candidates { nodes { id } pageInfo { hasNextPage endCursor } } } }"""


def test_candidate_loci__shows_status_counts_and_evidence(ask: Ask) -> None:
    answer = ask(
        """{ candidateLoci(trait: "rheumatoid arthritis", method: TWO_HOP) {
             status release trait { id name } nKnownSnps querySnpIds nCandidates threshold pThreshold warnings
             studies { study { id } statistics isTestedOn } excluded { reason count } null { loci } modelRun { id }
             candidates { nodes { id rank pValue novelty isSignificant snp { rsids } querySnp { id }
               paths { weight querySnp { id } molecule { __typename ... on CpG { id } ... on Gene { symbol } }
                 queryEdge { type pValue study { id } snp { id } } candidateEdge { pValue }
                 queryTraitEdge { pValue } candidateTraitEdge { pValue } } } } } }"""
    )
    assert "errors" not in answer, answer
    found = answer["data"]["candidateLoci"]
    assert (found["status"], found["release"], found["querySnpIds"]) == ("untestable", 3, [LEAD])
    assert (found["threshold"], found["null"], found["nCandidates"]) == (None, None, 2)
    assert found["studies"] == [{"study": {"id": "gwas"}, "statistics": "truncated", "isTestedOn": False}]
    first = found["candidates"]["nodes"][0]
    assert (first["id"], first["rank"], first["pValue"], first["isSignificant"]) == (SECOND, 1, None, None)
    assert first["snp"] == {"rsids": ["rs2", "rs22"]}
    path = first["paths"][0]
    assert path["querySnp"] == {"id": LEAD}
    assert path["queryEdge"]["snp"] == {"id": LEAD}
    assert path["candidateTraitEdge"] is None
    assert path["queryTraitEdge"] == {"pValue": "1E-12"}


EVIDENCE = """{ candidateLoci(trait: "Rheumatoid arthritis", method: TWO_HOP, first: %d) { candidates { nodes {
  evidence { measured { inGwas { pValue } paths {
    weight isThroughLd bridge { moleculeName edges { zScore snp { id } } }
    querySnp { id rsids } molecule { __typename ... on CpG { id } ... on Gene { id } }
    queryEdge { zScore pValue weight effectAllele otherAllele study { id } snp { id } }
    candidateEdge { zScore pValue effectAllele study { id } snp { id } }
    queryTraitEdge { pValue study { id } } } }
  predicted { method score rank nCandidates querySnp { id } modelRun { id } walks { path weight } } } } } } }"""


def test_candidate_loci__evidence_keeps_measured_and_predicted_apart(ask: Ask) -> None:
    answer = ask(EVIDENCE % 1)
    assert "errors" not in answer, answer
    (node,) = answer["data"]["candidateLoci"]["candidates"]["nodes"]
    measured, predicted = node["evidence"]["measured"], node["evidence"]["predicted"]
    assert measured["inGwas"] is None  # the GWAS is truncated
    path = measured["paths"][0]
    assert path["querySnp"] == {"id": LEAD, "rsids": ["rs1"]}
    assert (path["queryEdge"]["snp"], path["candidateEdge"]["snp"]) == ({"id": LEAD}, {"id": SECOND})
    assert path["queryEdge"]["study"]["id"] in {"godmc", "eqtl"}
    assert path["bridge"] is None
    assert path["molecule"]["__typename"] in {"CpG", "Gene"}
    assert (predicted["method"], predicted["rank"], predicted["nCandidates"]) == ("two_hop", 1, 2)
    assert (predicted["querySnp"], predicted["modelRun"], predicted["walks"]) == ({"id": LEAD}, None, [])


def test_candidate_loci__evidence_of_many_takes_no_more_queries_than_of_one(ask: Ask, queries: list[str]) -> None:
    """Every kind of node once a request, whatever the number of candidates, paths and edges."""
    ask(EVIDENCE % 1)
    of_one = list(queries)
    queries.clear()
    found = ask(EVIDENCE % 2)["data"]["candidateLoci"]["candidates"]["nodes"]
    assert len(found) == 2
    assert sorted(queries) == sorted(of_one)
    for name in ("graphql/snps", "graphql/studies"):
        assert queries.count(name) == 1


def test_candidate_loci__tests_are_null_where_nothing_was_tested(ask: Ask) -> None:
    found = ask(
        """{ candidateLoci(trait: "Rheumatoid arthritis", method: TWO_HOP) { guarantees familyWise { nRejected }
             falseDiscovery { reason }
             candidates { nodes { familyWise { pAdjusted } falseDiscovery { weight } } } } }"""
    )["data"]["candidateLoci"]
    assert (found["familyWise"], found["falseDiscovery"]) == (None, None)
    assert "never compared" in found["guarantees"]
    assert found["candidates"]["nodes"][0] == {"familyWise": None, "falseDiscovery": None}


def test_candidate_loci__pages_through_one_search(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask(PAGE)["data"]["candidateLoci"]["candidates"]
    second = ask(PAGE, after=first["pageInfo"]["endCursor"])["data"]["candidateLoci"]["candidates"]
    assert [node["id"] for node in first["nodes"] + second["nodes"]] == [SECOND, THIRD]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


def test_candidate_loci__is_computed_once_for_arguments_and_release(
    ask: Ask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import wiring

    calls: list[Any] = []
    find = wiring.find_candidates

    def counted(*arguments: Any) -> Any:
        calls.append(arguments)
        return find(*arguments)

    monkeypatch.setattr(wiring, "find_candidates", counted)
    query = '{ candidateLoci(trait: "EFO:0000685", method: TWO_HOP, k: %d) { status } }'
    for k in (7, 7, 8, 7):
        assert ask(query % k)["data"]["candidateLoci"] == {"status": "untestable"}
    assert len(calls) == 2


def test_candidate_loci__cursor_of_other_arguments_is_refused(ask: Ask) -> None:
    cursor = ask(PAGE)["data"]["candidateLoci"]["candidates"]["pageInfo"]["endCursor"]
    answer = ask(PAGE.replace("first: 1", "first: 1, k: 9"), after=cursor)
    assert error_of(answer)["code"] == "CURSOR_INVALID"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("k: 1001", "`k` may be at most 1,000, not 1,001"),
        ("nNullSets: 100000", "`nNullSets` may be at most 1,000"),
        ("k: 0", "candidate option k is 0"),
        ("alpha: 2", "candidate option alpha is 2"),
        ("first: 0", "`first` must be 1 to 500"),
    ],
)
def test_candidate_loci__impossible_arguments_are_named(ask: Ask, arguments: str, message: str) -> None:
    error = error_of(ask(f'{{ candidateLoci(trait: "Height", {arguments}) {{ status }} }}'))
    assert error["code"] == "BAD_ARGUMENT"
    assert message in error["message"]


def test_candidate_loci__unknown_trait_gets_the_nearest_names(ask: Ask) -> None:
    error = error_of(ask('{ candidateLoci(trait: "rheumatoid artritis") { status } }'))
    assert (error["code"], error["didYouMean"]) == ("UNKNOWN_ID", ["rheumatoid arthritis (EFO:0000685)"])


def test_build_candidate_loci__takes_every_field_of_a_tested_report() -> None:
    report = report_of_a_test()
    candidate = build_candidate(report.candidates[0], report)
    info = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
    found = build_candidate_loci(report, Connection(edges=[], nodes=[candidate], page_info=info))
    assert candidate.p_value == "3.2E-412"
    assert candidate.nearest_genes[0].symbol == "TP53"
    assert (found.threshold, found.p_threshold, found.null and found.null.n_sets) == (4.4, "4.05E-5", 100)
    assert found.novel_loci[0].lead_id == SECOND
    assert [(row.reason, row.count) for row in found.excluded] == [("near_known", 11_111)]
    assert found.family_wise is not None
    assert (found.family_wise.n_rejected, found.family_wise.n_loci) == (1, 1)
    tested = found.false_discovery
    assert tested is not None
    assert tested.weighted is not None
    assert (tested.unweighted.n_candidates, tested.weighted.n_candidates) == (7, 9)
    assert (tested.bins[0].number, tested.checks[0].interval) == (1, [-0.1, 0.06])
    assert candidate.family_wise is not None
    assert candidate.family_wise.p_adjusted == "3.9E-409"
    assert candidate.false_discovery is not None
    assert (candidate.false_discovery.weight, candidate.false_discovery.is_weighted_discovery) == (1.75, True)


def test_build_candidate__shows_bridge_walks_and_the_gwas() -> None:
    report = report_of_a_test()
    first = report.candidates[0]
    edge = first.paths[0].query_edge
    path = replace(first.paths[0], second_molecule="cg2", second_molecule_name="cg2", bridge_edges=(edge, edge),
                   walk_weight=0.125)  # fmt: skip
    found = build_candidate(replace(first, paths=(path,)), report).evidence
    assert found.measured.in_gwas is not None
    assert (found.measured.in_gwas.p_value, found.measured.in_gwas.study_id) == ("3.2E-412", "height")
    (shown,) = found.measured.paths
    assert shown.bridge is not None
    assert (shown.bridge.molecule_id, shown.bridge.molecule_kind, len(shown.bridge.edges)) == ("cg2", "CpG", 2)
    assert shown.bridge.edges[0].effect_allele == "A"
    assert [(walk.path, walk.weight) for walk in found.predicted.walks] == [(1, 0.125)]


def test_defaults__are_shown_in_the_schema() -> None:
    from api.gql.schema import render_schema

    text = render_schema()
    for part in (f"k: Int! = {candidate_search.DEFAULTS.k}", "pThreshold: Float! = 5e-08", "windowBp: Int! = 1000000"):
        assert part in text


def test_candidate_loci__asked_again_read_the_release_alone(
    ask: Ask, queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = 'trait: "RHEUMATOID arthritis", method: TWO_HOP, k: 49'
    text = f"{{ candidateLoci({arguments}) {{ candidates {{ nodes {{ id rank }} }} }} }}"
    first = ask(text)
    assert len(first["data"]["candidateLoci"]["candidates"]["nodes"]) == 2
    read, sent = Store.read, list[str]()

    def noted(store: Store, name: str, /, **parameters: Any) -> Any:
        sent.append(name)
        return read(store, name, **parameters)

    monkeypatch.setattr(Store, "read", noted)
    queries.clear()
    assert ask(text) == first
    assert (queries, sent) == (["releases/read_current"], [])
