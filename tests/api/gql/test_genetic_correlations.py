"""Genetic correlations from either trait, on a real store."""

import pytest

from services.graph.store import Store
from services.mixed_models.flags import REML_MEANINGS
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import Cypher
from tests.api.statistics_rows import ARTHRITIS, HEIGHT, write_statistics

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("statistics")]


@pytest.fixture(scope="module")
def statistics(graph: Store, run_cypher: Cypher) -> None:
    write_statistics(run_cypher)


QUERY = """query($id: ID!, $first: Int!, $after: String) { trait(id: $id) { geneticCorrelations(
  first: $first, after: $after) { nodes {
    id rg rgSe rgZ rgNegLog10P rgPValue geneticCovariance geneticCovarianceSe covarianceIntercept covarianceInterceptSe
    nSnps nPeople model flags notes knowledgeLevel otherTrait { id name } study { id } otherStudy { id } run { scope } }
  pageInfo { hasNextPage endCursor } } } }"""


def test_genetic_correlations__are_seen_from_both_ends(ask: Ask) -> None:
    answer = ask(QUERY, id=HEIGHT, first=5)
    assert "errors" not in answer, answer
    row, _ = answer["data"]["trait"]["geneticCorrelations"]["nodes"]
    assert row == {
        "id": f"rg-1|{ARTHRITIS}|{HEIGHT}",
        "rg": 0.5,
        "rgSe": 0.1,
        "rgZ": 5.0,
        "rgNegLog10P": 6.24,
        "rgPValue": "5.7544E-7",
        "geneticCovariance": 0.1,
        "geneticCovarianceSe": 0.02,
        "covarianceIntercept": 0.03,
        "covarianceInterceptSe": 0.01,
        "nSnps": 1_000_000,
        "nPeople": None,
        "model": "genetic-correlation",
        "flags": [],
        "notes": [],
        "knowledgeLevel": "statistical_estimate",
        "otherTrait": {"id": ARTHRITIS, "name": "rheumatoid arthritis"},
        "study": {"id": "height"},
        "otherStudy": {"id": "gwas"},
        "run": {"scope": f"{ARTHRITIS}|{HEIGHT}"},
    }
    other = ask(QUERY, id=ARTHRITIS, first=1)["data"]["trait"]["geneticCorrelations"]["nodes"][0]
    assert (other["otherTrait"]["id"], other["study"], other["otherStudy"]) == (
        HEIGHT,
        {"id": "gwas"},
        {"id": "height"},
    )


def test_genetic_correlations__of_people_have_no_study_and_no_intercept(ask: Ask) -> None:
    answer = ask(QUERY, id="a/depression", first=1)
    assert "errors" not in answer, answer
    (row,) = answer["data"]["trait"]["geneticCorrelations"]["nodes"]
    shown = ("model", "rg", "rgSe", "geneticCovariance", "nPeople", "otherTrait")
    assert [row[name] for name in shown] == [
        "reml-correlation",
        1.1,
        0.3,
        0.1,
        1_940,
        {"id": HEIGHT, "name": "body height"},
    ]
    absent = ("study", "otherStudy", "covarianceIntercept", "covarianceInterceptSe", "nSnps")
    assert {row[name] for name in absent} == {None}
    assert row["notes"] == [REML_MEANINGS["rg_out_of_bounds"]]


def test_genetic_correlations__smallest_p_first_and_undefined_ones_last(ask: Ask) -> None:
    seen: list[tuple[str, str | None]] = []
    after, more = None, True
    while more:
        page = ask(QUERY, id=ARTHRITIS, first=1, after=after)["data"]["trait"]["geneticCorrelations"]
        seen += [(row["otherTrait"]["id"], row["rgPValue"]) for row in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [(HEIGHT, "5.7544E-7"), ("a/depression", "0.0501187"), ("b/depression", None)]


def test_genetic_correlations__wrong_page_is_named(ask: Ask) -> None:
    assert error_of(ask(QUERY, id=HEIGHT, first=501))["code"] == "BAD_ARGUMENT"
    assert error_of(ask(QUERY, id=HEIGHT, first=5, after="x"))["code"] == "CURSOR_INVALID"
