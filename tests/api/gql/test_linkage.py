"""SNPs in linkage disequilibrium, from either SNP, on a real store."""

import pytest

from services.graph.store import Store
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, SECOND, THIRD, Cypher
from tests.api.statistics_rows import write_statistics

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("statistics")]


@pytest.fixture(scope="module")
def statistics(graph: Store, run_cypher: Cypher) -> None:
    write_statistics(run_cypher)


QUERY = """query($id: ID!, $minimum: Float! = 0, $first: Int! = 25, $after: String) { snp(id: $id) {
  ldPartners(minRSquared: $minimum, first: $first, after: $after) {
    nodes { rSquared snp { id } run { scope } } pageInfo { endCursor } } } }"""


def test_ld_partners__largest_r_squared_first_from_either_snp(ask: Ask) -> None:
    first = ask(QUERY, id=LEAD, first=1)["data"]["snp"]["ldPartners"]
    second = ask(QUERY, id=LEAD, after=first["pageInfo"]["endCursor"])["data"]["snp"]["ldPartners"]
    assert first["nodes"] == [{"rSquared": 0.8, "snp": {"id": THIRD}, "run": {"scope": "panel"}}]
    assert [row["snp"]["id"] for row in second["nodes"]] == [SECOND]
    assert [row["snp"]["id"] for row in ask(QUERY, id=SECOND)["data"]["snp"]["ldPartners"]["nodes"]] == [LEAD]


def test_ld_partners__keep_a_smallest_r_squared(ask: Ask) -> None:
    rows = ask(QUERY, id=LEAD, minimum=0.5)["data"]["snp"]["ldPartners"]["nodes"]
    assert [row["rSquared"] for row in rows] == [0.8]


@pytest.mark.parametrize("minimum", [-0.1, 1.5])
def test_ld_partners__impossible_r_squared_is_named(ask: Ask, minimum: float) -> None:
    error = error_of(ask(QUERY, id=LEAD, minimum=minimum))
    assert (error["code"], error["argument"]) == ("BAD_ARGUMENT", "minRSquared")
    assert "must be 0 to 1" in error["message"]
