"""``candidateLoci`` through the web application on a real store."""

from typing import Any

import pytest

from api.gql import candidate_search
from api.gql.candidates import build_candidate, build_candidate_loci
from api.gql.pages import Connection, PageInfo
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


def test_defaults__are_shown_in_the_schema() -> None:
    from api.gql.schema import render_schema

    text = render_schema()
    for part in (f"k: Int! = {candidate_search.DEFAULTS.k}", "pThreshold: Float! = 5e-08", "windowBp: Int! = 1000000"):
        assert part in text
