"""Predicted edges in GraphQL after a real training: probability, null percentile, champion, methods, evidence."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from models.pinsage.predictors import METHODS
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.releases import current_release
from services.settings import Settings
from services.training import train
from tests.api.browser import Browser, open_browser
from tests.api.conftest import Ask
from tests.conftest import EMPTYING, Cypher
from tests.services.graph_rows import planted_modules
from tests.services.training.test_train import QUICK

pytestmark = [pytest.mark.store, pytest.mark.slow]


@pytest.fixture(scope="module")
def trained(api_settings: Settings, run_cypher: Cypher) -> Iterator[dict[str, Any]]:
    """A graph with planted modules and one training on it."""
    for statement in EMPTYING:
        run_cypher(statement)
    settings = api_settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 3})
    with open_store(settings) as store:
        prepare_database(store, "GRCh37")
        planted_modules().write(run_cypher)
        outcome = train(store, settings, seed=1)
        release = current_release(store)
    yield {"settings": settings, "outcome": outcome, "release": release}
    for statement in EMPTYING:
        run_cypher(statement)


@pytest.fixture(scope="module")
def browser(trained: dict[str, Any]) -> Iterator[Browser]:
    """The web application over it."""
    with open_browser(create_app(trained["settings"])) as opened:
        yield opened


@pytest.fixture
def ask(browser: Browser) -> Ask:
    """Run a GraphQL query."""
    return browser.ask


def _molecule(run_cypher: Cypher, run_id: str) -> str:
    found = run_cypher(
        "MATCH ()-[e:PREDICTED_ASSOCIATION {run_id: $run}]->(c:CpG) RETURN min(c.cpg_id) AS id", run=run_id
    )
    return str(found[0]["id"])


EDGES = """query($id: ID!, $run: String, $method: String) { cpg(id: $id) {
  predictedAssociations(first: 9, run: $run, method: $method) { nodes {
    rank score probability nullPercentile runId method knowledgeLevel snp { id ldBlock { id } }
    modelRun { id method isChampion isCurrent championReason calibration trainingId } } } } }"""


def test_predictions__carry_probability_percentile_run_and_method(
    ask: Ask, trained: dict[str, Any], run_cypher: Cypher
) -> None:
    champion = trained["release"].champion_run_id
    answer = ask(EDGES, id=_molecule(run_cypher, champion))
    edges = answer["data"]["cpg"]["predictedAssociations"]["nodes"]
    assert [edge["rank"] for edge in edges] == [1, 2, 3]
    for edge in edges:
        assert edge["runId"] == edge["modelRun"]["id"] == champion
        assert edge["method"] == edge["modelRun"]["method"]
        assert 0 < edge["probability"] < 1
        assert 0 <= edge["nullPercentile"] <= 100
        assert edge["knowledgeLevel"] == "prediction"
    run = edges[0]["modelRun"]
    assert (run["isChampion"], run["isCurrent"]) == (True, True)
    assert run["championReason"].startswith("the first run")
    assert run["calibration"]["report"]["n_hits"] >= 20


@pytest.mark.parametrize("method", METHODS)
def test_predictions__of_a_method_are_those_of_its_run(
    ask: Ask, trained: dict[str, Any], run_cypher: Cypher, method: str
) -> None:
    molecule = _molecule(run_cypher, trained["release"].champion_run_id)
    edges = ask(EDGES, id=molecule, method=method.upper())["data"]["cpg"]["predictedAssociations"]["nodes"]
    assert {edge["method"] for edge in edges} == {method}
    assert len({edge["runId"] for edge in edges}) == 1
    by_run = ask(EDGES, id=molecule, run=edges[0]["runId"])["data"]["cpg"]["predictedAssociations"]["nodes"]
    assert by_run == edges


def test_predictions__of_traits_have_no_probability(ask: Ask, trained: dict[str, Any]) -> None:
    answer = ask('{ trait(id: "trait-0") { predictedAssociations { nodes { rank probability nullPercentile } } } }')
    edges = answer["data"]["trait"]["predictedAssociations"]["nodes"]
    assert edges
    assert {edge["probability"] for edge in edges} == {None}
    assert all(0 <= edge["nullPercentile"] <= 100 for edge in edges)


def test_evidence__leads_from_a_known_snp_over_shared_molecules_with_their_edges(
    ask: Ask, trained: dict[str, Any]
) -> None:
    answer = ask(
        """{ trait(id: "trait-0") { predictedAssociations(first: 1) { nodes { snp { id } querySnps { id }
          evidence(first: 4) { weight querySnp { id } molecules {
            molecule { __typename ... on CpG { id } ... on Gene { id } } fromSnp { id } toSnp { id }
            fromEdge { zScore study { id } } toEdge { zScore negLog10P } } } } } } }"""
    )
    (edge,) = answer["data"]["trait"]["predictedAssociations"]["nodes"]
    known = {snp["id"] for snp in edge["querySnps"]}
    assert 1 <= len(edge["evidence"]) <= 4
    weights = [path["weight"] for path in edge["evidence"]]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    for path in edge["evidence"]:
        assert path["querySnp"]["id"] in known
        assert len(path["molecules"]) in {1, 2}
        assert path["molecules"][-1]["toSnp"]["id"].split(":")[1] == edge["snp"]["id"].split(":")[1]
        for step in path["molecules"]:
            assert step["molecule"]["id"].startswith("cg" if step["molecule"]["__typename"] == "CpG" else "ENSG")
            assert step["fromEdge"]["zScore"] is not None
            assert step["toEdge"]["negLog10P"] > 7


def test_evidence__of_too_many_paths_is_refused(ask: Ask, trained: dict[str, Any]) -> None:
    answer = ask(
        '{ trait(id: "trait-0") { predictedAssociations(first: 1) { nodes { evidence(first: 51) { weight } } } } }'
    )
    assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"


@pytest.mark.parametrize(
    ("arguments", "code"), [('method: "guess"', "UNKNOWN_ID"), ('method: "PinSage", run: "x"', "BAD_ARGUMENT")]
)
def test_predictions__refuse_what_names_no_run(ask: Ask, trained: dict[str, Any], arguments: str, code: str) -> None:
    answer = ask(f'{{ trait(id: "trait-0") {{ predictedAssociations({arguments}) {{ nodes {{ rank }} }} }} }}')
    assert answer["errors"][0]["extensions"]["code"] == code


def test_model_runs__lists_every_kept_run_and_marks_the_champion(ask: Ask, trained: dict[str, Any]) -> None:
    answer = ask(
        "{ modelRuns { nodes { id method isChampion } } meta { release { championRunId } counts { predicted } } }"
    )
    runs, release = answer["data"]["modelRuns"]["nodes"], trained["release"]
    assert tuple(run["id"] for run in runs) == release.run_ids
    assert {run["method"] for run in runs} == set(METHODS)
    assert [run["id"] for run in runs if run["isChampion"]] == [release.champion_run_id]
    assert answer["data"]["meta"]["release"]["championRunId"] == release.champion_run_id
    assert answer["data"]["meta"]["counts"]["predicted"] == trained["outcome"].n_predictions
