"""What scans of people say of SNPs, through the web application on a real store."""

import math
from typing import Any

import pytest

from api import wiring
from api.gql.mixed_model_results import read_results
from services.graph.store import Store
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, SECOND, THIRD, Cypher
from tests.api.mixed_model_rows import ARTHRITIS, HEIGHT, HEIGHT_SCAN, SCAN, write_mixed_models

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("mixed_models")]


@pytest.fixture(scope="module")
def mixed_models(graph: Store, run_cypher: Cypher) -> None:
    write_mixed_models(run_cypher)


QUERY = """query($id: ID!, $trait: String, $first: Int! = 5, $after: String) { snp(id: $id) {
  mixedModelResults(trait: $trait, first: $first, after: $after) {
    nodes { effectSize standardError negLog10P pValue trait { id name } run { id model } }
    pageInfo { hasNextPage endCursor } } } }"""
OF_ARTHRITIS = {
    "effectSize": -0.2,
    "standardError": 0.02,
    "negLog10P": 22.5,
    "pValue": "3.16228E-23",
    "trait": {"id": ARTHRITIS, "name": "rheumatoid arthritis"},
    "run": {"id": SCAN.run_id, "model": "lmm"},
}
OF_HEIGHT = {
    "effectSize": None,
    "standardError": 0.5,
    "negLog10P": 411.4948500216801,
    "pValue": "3.2E-412",
    "trait": {"id": HEIGHT, "name": "body height"},
    "run": {"id": HEIGHT_SCAN.run_id, "model": "lmm"},
}


def results(ask: Ask, **variables: Any) -> Any:
    answer = ask(QUERY, **variables)
    assert "errors" not in answer, answer
    return answer["data"]["snp"]["mixedModelResults"]


def test_mixed_model_results__of_the_releases_runs_smallest_p_first(ask: Ask) -> None:
    assert results(ask, id=LEAD)["nodes"] == [OF_HEIGHT, OF_ARTHRITIS]
    assert [row["run"]["id"] for row in results(ask, id=SECOND)["nodes"]] == [SCAN.run_id]
    assert results(ask, id=THIRD)["nodes"] == []


def test_mixed_model_results__are_paged(ask: Ask) -> None:
    first = results(ask, id=LEAD, first=1)
    second = results(ask, id=LEAD, first=1, after=first["pageInfo"]["endCursor"])
    assert (first["nodes"], second["nodes"]) == ([OF_HEIGHT], [OF_ARTHRITIS])
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert error_of(ask(QUERY, id=SECOND, after=first["pageInfo"]["endCursor"]))["code"] == "CURSOR_INVALID"
    assert error_of(ask(QUERY, id=LEAD, first=0))["code"] == "BAD_ARGUMENT"


@pytest.mark.parametrize("trait", [ARTHRITIS, "efo:0000685", "Rheumatoid arthritis"])
def test_mixed_model_results__of_one_trait_by_id_or_name(ask: Ask, trait: str) -> None:
    assert results(ask, id=LEAD, trait=trait)["nodes"] == [OF_ARTHRITIS]
    assert results(ask, id=LEAD, trait="a/depression")["nodes"] == []


def test_mixed_model_results__a_trait_that_nobody_knows_is_named(ask: Ask) -> None:
    assert error_of(ask(QUERY, id=LEAD, trait="Heigth"))["code"] == "UNKNOWN_ID"
    assert error_of(ask(QUERY, id=LEAD, trait="Depression"))["code"] == "AMBIGUOUS_ID"
    assert error_of(ask(QUERY, id=LEAD, trait=" "))["code"] == "BAD_ARGUMENT"


@pytest.mark.parametrize("trait", ["null", '"EFO:0000685"'])
def test_mixed_model_results__of_many_snps_are_one_query_a_kind(ask: Ask, queries: list[str], trait: str) -> None:
    answer = ask(
        f"""{{ cpg(id: "cg00000000") {{ mqtl {{ nodes {{ snp {{
              mixedModelResults(trait: {trait}) {{ nodes {{ trait {{ id }} run {{ id }} }} }} }} }} }} }} }}"""
    )
    assert "errors" not in answer, answer
    nodes = answer["data"]["cpg"]["mqtl"]["nodes"]
    assert [len(node["snp"]["mixedModelResults"]["nodes"]) for node in nodes] == ([1, 2] if trait == "null" else [1, 1])
    asked = [name for name in queries if name != "releases/read_current"]
    assert sorted(set(asked)) == sorted(asked), "each query once"


def test_mixed_model_results__a_name_is_looked_up_once_for_many_snps(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    resolve = wiring.resolve_trait

    def noted(store: Any, text: str, *, load_ids: Any) -> Any:
        asked.append(text)
        return resolve(store, text, load_ids=load_ids)

    monkeypatch.setattr(wiring, "resolve_trait", noted)
    text = """{ cpg(id: "cg00000000") { mqtl { nodes { snp {
                mixedModelResults(trait: "rheumatoid ARTHRITIS") { nodes { effectSize } } } } } } }"""
    nodes = ask(text)["data"]["cpg"]["mqtl"]["nodes"]
    assert [len(node["snp"]["mixedModelResults"]["nodes"]) for node in nodes] == [1, 1]
    assert asked == ["rheumatoid ARTHRITIS"]


def test_mixed_model_results__cost_as_many_fields_as_their_pages_have(ask: Ask) -> None:
    text = """{ cpg(id: "cg00000000") { mqtl(first: 500) { nodes { snp {
                mixedModelResults(first: 500) { nodes { trait { id } } } } } } } }"""
    assert error_of(ask(text))["code"] == "TOO_COSTLY"


def test_read_results__takes_what_the_runs_wrote() -> None:
    properties = {
        "lmm_run_ids": ["b", "a", "c", "d"],
        "lmm_effect_sizes": [1.0, math.nan, 3.0, 4.0],
        "lmm_standard_errors": [0.1, 0.2, math.nan, 0.4],
        "lmm_neg_log10_ps": [2.0, 2.0, 9.0, math.nan],
    }
    found = read_results(properties, ("a", "b", "d"))
    assert [(row.run_id, row.effect_size, row.standard_error) for row in found] == [("a", None, 0.2), ("b", 1.0, 0.1)]
    assert read_results(properties, ()) == read_results({}, ("a",)) == []
