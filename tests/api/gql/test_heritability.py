"""Heritability of traits and SNPs through the web application on a real store."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.gql.heritability import build_heritability, read_ld_score
from services.graph.store import Store
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import LEAD, SECOND, THIRD, Cypher
from tests.api.statistics_rows import ARTHRITIS, HEIGHT, SHA256, write_statistics

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("statistics")]


@pytest.fixture(scope="module")
def statistics(graph: Store, run_cypher: Cypher) -> None:
    write_statistics(run_cypher)


@pytest.fixture
def loaded_anew(run_cypher: Cypher) -> Iterator[None]:
    run_cypher("MATCH (n:ModelRun {run_id: 'h2-1'}) SET n.load_ids = ['gwas-0']")
    yield
    run_cypher("MATCH (n:ModelRun {run_id: 'h2-1'}) SET n.load_ids = ['gwas-1']")


def test_heritability__shows_every_estimate_beside_its_error_study_and_run(ask: Ask) -> None:
    answer = ask(
        """{ trait(id: "EFO:0000685") { heritability {
             h2 h2Se h2Liability h2LiabilitySe samplePrevalence populationPrevalence intercept interceptSe ratio ratioSe
             lambdaGc meanChi2 nSnps flags notes isStale study { id }
             run { id model scope inputs isCurrent isStale evaluation } } } }"""
    )
    assert "errors" not in answer, answer
    found = answer["data"]["trait"]["heritability"]
    notes = found.pop("notes")
    assert found == {
        "h2": 0.25,
        "h2Se": 0.03,
        "h2Liability": 0.14,
        "h2LiabilitySe": 0.017,
        "samplePrevalence": 0.4,
        "populationPrevalence": 0.01,
        "intercept": 1.02,
        "interceptSe": 0.01,
        "ratio": 0.08,
        "ratioSe": 0.04,
        "lambdaGc": 1.11,
        "meanChi2": 1.25,
        "nSnps": 1_100_000,
        "flags": ["negative_h2"],
        "isStale": False,
        "study": {"id": "gwas"},
        "run": {
            "id": "h2-1",
            "model": "ldsc",
            "scope": ARTHRITIS,
            "inputs": [f"gwas={SHA256}", "ld-2=cd"],
            "isCurrent": True,
            "isStale": False,
            "evaluation": {"h2": 0.25},
        },
    }
    assert len(notes) == 1
    assert "do not use it" in notes[0].lower()


@pytest.mark.parametrize("trait", [HEIGHT, "a/depression"])
def test_heritability__of_a_retired_run_or_of_none_is_null(ask: Ask, trait: str) -> None:
    answer = ask("query($id: ID!) { trait(id: $id) { heritability { h2 } } }", id=trait)
    assert answer == {"data": {"trait": {"heritability": None}}}


@pytest.mark.usefixtures("loaded_anew")
def test_heritability__is_stale_when_its_study_was_loaded_anew(ask: Ask) -> None:
    answer = ask('{ trait(id: "EFO:0000685") { heritability { isStale run { isStale isCurrent } } } }')
    assert answer["data"]["trait"]["heritability"] == {"isStale": True, "run": {"isStale": True, "isCurrent": True}}


def test_build_heritability__needs_a_run_of_the_release() -> None:
    properties = {"h2": 0.1, "heritability_run_id": "r"}
    found = build_heritability(properties, ("r",))
    assert found is not None
    assert (found.h2, found.flags, found.h2_se) == (0.1, [], None)
    assert build_heritability(properties, ()) is None
    assert build_heritability({}, ("r",)) is None


@pytest.mark.parametrize(
    ("snp", "expected"),
    [
        (LEAD, {"ldScore": 11.0, "ldScoreRun": {"scope": "panel"}, "reportedLdScore": 12.5}),
        (SECOND, {"ldScore": 20.0, "ldScoreRun": {"scope": "panel"}, "reportedLdScore": None}),
        (THIRD, {"ldScore": None, "ldScoreRun": None, "reportedLdScore": None}),
    ],
    ids=["not moved yet", "beside a staged one", "of a retired run"],
)
def test_ld_score__is_that_of_the_release_in_either_place(ask: Ask, snp: str, expected: dict[str, Any]) -> None:
    answer = ask("query($id: ID!) { snp(id: $id) { ldScore ldScoreRun { scope } reportedLdScore } }", id=snp)
    assert answer == {"data": {"snp": expected}}


def test_read_ld_score__of_nothing() -> None:
    assert read_ld_score({}, ("r",)) is None
    assert read_ld_score({"ld_score": 0.0, "ld_score_run_id": "r"}, ("r",)) == (0.0, "r")


def test_expected_heritability__of_the_releases_runs_largest_first_and_paged(ask: Ask) -> None:
    query = """query($id: ID!, $after: String) { snp(id: $id) { expectedHeritability(first: 1, after: $after) {
               nodes { value trait { id } run { id } } pageInfo { hasNextPage endCursor } } } }"""
    first = ask(query, id=LEAD)["data"]["snp"]["expectedHeritability"]
    second = ask(query, id=LEAD, after=first["pageInfo"]["endCursor"])["data"]["snp"]["expectedHeritability"]
    assert first["nodes"] == [{"value": 2e-7, "trait": {"id": HEIGHT}, "run": {"id": "s-2"}}]
    assert second["nodes"] == [{"value": 1e-7, "trait": {"id": ARTHRITIS}, "run": {"id": "s-1"}}]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


def test_expected_heritability__cursor_of_another_snp_is_refused(ask: Ask) -> None:
    query = """query($id: ID!, $after: String) { snp(id: $id) { expectedHeritability(after: $after) {
               nodes { value } pageInfo { endCursor } } } }"""
    cursor = ask(query, id=LEAD)["data"]["snp"]["expectedHeritability"]["pageInfo"]["endCursor"]
    assert error_of(ask(query, id=SECOND, after=cursor))["code"] == "CURSOR_INVALID"
    assert ask(query, id=SECOND)["data"]["snp"]["expectedHeritability"]["nodes"] == []
    assert error_of(ask(query.replace("after: $after", "after: $after, first: 0"), id=LEAD))["code"] == "BAD_ARGUMENT"
