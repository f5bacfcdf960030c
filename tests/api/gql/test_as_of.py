"""``@asOf``: one operation reads an older release as long as that stays loaded."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, LOAD_IDS, RUN_IDS, Cypher

pytestmark = pytest.mark.store

MQTL = """query($id: ID!) %s { snp(id: $id) { mqtl { nodes { id } } eqtl { nodes { id study { id } } } }
          meta { release { number } } }"""


@pytest.fixture(scope="module")
def keeping(graph: Any, api_settings: Settings, run_cypher: Cypher) -> Iterator[Browser]:
    """The web application that keeps two releases; release 4 lost the eQTL study, whose edges are kept."""
    run_cypher(
        "MATCH (r:Release {number: 3}) SET r.is_current = false "
        "CREATE (:Release {number: 4, is_current: true, load_ids: $loads, run_ids: $runs, created_at: datetime()}) "
        "CREATE (:Load {load_id: 'eqtl-1', study_id: 'eqtl', status: 'retired'})",
        loads=[load for load in LOAD_IDS if load != "eqtl-1"],
        runs=list(RUN_IDS),
    )
    with open_browser(create_app(api_settings.model_copy(update={"kept_releases": 2, "api_answers_mib": 1}))) as opened:
        yield opened
    run_cypher("MATCH (l:Load {load_id: 'eqtl-1'}) DELETE l")
    run_cypher(
        "MATCH (r:Release {number: 4}) DELETE r WITH 1 AS one MATCH (r:Release {number: 3}) SET r.is_current = true"
    )


def test_as_of__shows_the_edges_of_that_release_alone(keeping: Browser) -> None:
    now = keeping.ask(MQTL % "", id=LEAD)["data"]
    then = keeping.ask(MQTL % "@asOf(release: 3)", id=LEAD)["data"]
    assert (now["meta"]["release"]["number"], then["meta"]["release"]["number"]) == (4, 3)
    assert now["snp"]["eqtl"]["nodes"] == []
    assert then["snp"]["eqtl"]["nodes"] == [{"id": "e1", "study": {"id": "eqtl"}}]
    assert now["snp"]["mqtl"] == then["snp"]["mqtl"]
    assert len(then["snp"]["mqtl"]["nodes"]) == 6


def test_as_of__the_current_release_by_its_number_and_by_a_variable(keeping: Browser) -> None:
    query = "query($n: Int!) @asOf(release: $n) { meta { release { number } availableReleases } }"
    for number in (4, 3):
        meta = keeping.ask(query, n=number)["data"]["meta"]
        assert meta == {"release": {"number": number}, "availableReleases": [4, 3]}


def test_as_of__cursors_are_bound_to_their_release(keeping: Browser) -> None:
    query = "query($after: String) %s { snp(id: $id) { mqtl(first: 1, after: $after) { pageInfo { endCursor } } } }"
    query = query.replace("query(", "query($id: ID!, ")
    cursor = keeping.ask(query % "@asOf(release: 3)", id=LEAD)["data"]["snp"]["mqtl"]["pageInfo"]["endCursor"]
    assert keeping.ask(query % "@asOf(release: 3)", id=LEAD, after=cursor)["data"]["snp"] is not None
    error = error_of(keeping.ask(query % "", id=LEAD, after=cursor))
    assert (error["code"], error["cursorRelease"], error["currentRelease"]) == ("CURSOR_OF_OTHER_RELEASE", 3, 4)


@pytest.mark.parametrize("number", [2, 5, -1])
def test_as_of__another_release_names_those_available(keeping: Browser, number: int) -> None:
    error = error_of(keeping.ask(f"query @asOf(release: {number}) {{ meta {{ counts {{ snps }} }} }}"))
    assert (error["code"], error["availableReleases"]) == ("RELEASE_NOT_LOADED", [4, 3])
    assert "the available ones are 4, 3" in error["message"]


def test_as_of__an_older_one_is_away_where_only_the_current_is_kept(keeping: Browser, ask: Ask) -> None:
    error = error_of(ask("query @asOf(release: 3) { studies { nodes { id } } }"))
    assert (error["code"], error["availableReleases"]) == ("RELEASE_NOT_LOADED", [4])


def test_as_of__what_is_computed_now_is_refused(keeping: Browser) -> None:
    error = error_of(keeping.ask('query @asOf(release: 3) { candidateLoci(trait: "Height") { status } }'))
    assert (error["code"], error["release"]) == ("RELEASE_NOT_LOADED", 3)


def test_as_of__without_a_number_is_a_bad_query(keeping: Browser) -> None:
    assert error_of(keeping.ask("query @asOf { meta { version } }"))["code"] == "BAD_QUERY"


def test_meta__names_every_version(ask: Ask) -> None:
    from api.versions import product_version
    from graph_schema import SCHEMA_VERSION

    query = (
        """{ meta { versions { program graphSchema storedSchema referenceBuild neo4j neo4jEdition modelRunId } } }"""
    )
    versions = ask(query)["data"]["meta"]["versions"]
    assert versions.pop("neo4j").split(".")[0].isdecimal()
    assert versions == {
        "program": product_version(),
        "graphSchema": SCHEMA_VERSION,
        "storedSchema": SCHEMA_VERSION,
        "referenceBuild": "GRCh37",
        "neo4jEdition": "community",
        "modelRunId": "run-2",
    }


def test_as_of__is_read_once_while_the_release_stays_loaded(keeping: Browser, queries: list[str]) -> None:
    keeping.ask(MQTL % "@asOf(release: 3)", id=LEAD)
    assert queries.count("graphql/mqtl_of_snps") == 1
    assert queries.count("releases/list_loaded") == 2
