"""Enrichment of traits in functional categories, from both sides, on a real store."""

from typing import Any

import pytest

from services.graph.errors import StoreUnavailable
from services.graph.store import Store
from tests.api.browser import Browser
from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import Cypher
from tests.api.statistics_rows import ARTHRITIS, HEIGHT, write_statistics

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("statistics")]


@pytest.fixture(scope="module")
def statistics(graph: Store, run_cypher: Cypher) -> None:
    write_statistics(run_cypher)


def categories(ask: Ask, arguments: str) -> list[tuple[str, str]]:
    answer = ask(
        f'{{ trait(id: "{ARTHRITIS}") {{ enrichment{arguments} {{ nodes {{ model annotation {{ name }} }} }} }} }}'
    )
    assert "errors" not in answer, answer
    return [(row["annotation"]["name"], row["model"]) for row in answer["data"]["trait"]["enrichment"]["nodes"]]


def test_enrichment__shows_every_estimate_beside_its_error_and_p(ask: Ask) -> None:
    answer = ask(
        """{ trait(id: "EFO:0000685") { enrichment(first: 1) { nodes {
             id model proportionOfSnps proportionOfH2 proportionOfH2Se enrichment enrichmentSe enrichmentNegLog10P
             enrichmentPValue tau tauSe tauZ tauNegLog10P tauPValue tauStar tauStarSe isContinuous flags notes
             knowledgeLevel trait { id } annotation { id } study { id } run { model scope } } } } }"""
    )
    assert "errors" not in answer, answer
    assert answer["data"]["trait"]["enrichment"]["nodes"] == [
        {
            "id": f"s-1|{ARTHRITIS}|states/Enh|s-ldsc",
            "model": "s-ldsc",
            "proportionOfSnps": 0.1,
            "proportionOfH2": 0.4,
            "proportionOfH2Se": 0.05,
            "enrichment": 4.0,
            "enrichmentSe": 0.5,
            "enrichmentNegLog10P": 411.4948500216801,
            "enrichmentPValue": "3.2E-412",
            "tau": 1e-8,
            "tauSe": 5e-9,
            "tauZ": 2.0,
            "tauNegLog10P": 1.3,
            "tauPValue": "0.0501187",
            "tauStar": 0.5,
            "tauStarSe": 0.2,
            "isContinuous": False,
            "flags": [],
            "notes": [],
            "knowledgeLevel": "statistical_estimate",
            "trait": {"id": ARTHRITIS},
            "annotation": {"id": "states/Enh"},
            "study": {"id": "gwas"},
            "run": {"model": "s-ldsc", "scope": ARTHRITIS},
        }
    ]


ENH, PROM, AGE, CELLS = ("Enh", "s-ldsc"), ("Prom", "s-ldsc"), ("Age", "s-ldsc"), ("Enh", "cell-types")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", [ENH, PROM, CELLS, AGE]),
        ("(orderBy: TAU_P)", [AGE, PROM, CELLS, ENH]),
        ("(orderBy: ENRICHMENT)", [PROM, ENH, CELLS, AGE]),
        ("(orderBy: TAU_STAR)", [AGE, ENH, PROM, CELLS]),
        ("(model: CELL_TYPES)", [CELLS]),
        ("(model: S_LDSC, orderBy: TAU_P)", [AGE, PROM, ENH]),
        ('(annotation: "states/Enh")', [ENH, CELLS]),
        ('(annotation: "states/Enh", model: CELL_TYPES)', [CELLS]),
    ],
)
def test_enrichment__orders_and_filters(ask: Ask, arguments: str, expected: list[tuple[str, str]]) -> None:
    """Rows without the ordering value come last, by their key; a retired run's rows never."""
    assert categories(ask, arguments) == expected


@pytest.mark.parametrize("order", ["ENRICHMENT_P", "TAU_P", "ENRICHMENT", "TAU_STAR"])
def test_enrichment__pages_join_to_the_whole(ask: Ask, order: str) -> None:
    query = f"""query($after: String) {{ trait(id: "{ARTHRITIS}") {{
                enrichment(first: 1, after: $after, orderBy: {order}) {{
                nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
    seen: list[str] = []
    after, more = None, True
    while more:
        page = ask(query, after=after)["data"]["trait"]["enrichment"]
        seen += [row["id"] for row in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    whole = ask(f'{{ trait(id: "{ARTHRITIS}") {{ enrichment(orderBy: {order}) {{ nodes {{ id }} }} }} }}')
    assert seen == [row["id"] for row in whole["data"]["trait"]["enrichment"]["nodes"]]
    assert len(seen) == 4


def test_enriched_traits__are_seen_from_the_category(ask: Ask) -> None:
    query = """{ annotation(id: "states/Enh") { enrichedTraits%s { nodes { model enrichment trait { id } } } } }"""
    rows = ask(query % "")["data"]["annotation"]["enrichedTraits"]["nodes"]
    assert rows == [
        {"model": "s-ldsc", "enrichment": 4.0, "trait": {"id": ARTHRITIS}},
        {"model": "s-ldsc", "enrichment": 1.5, "trait": {"id": HEIGHT}},
        {"model": "cell-types", "enrichment": None, "trait": {"id": ARTHRITIS}},
    ]
    rows = ask(query % "(first: 1, orderBy: TAU_P, model: CELL_TYPES)")["data"]["annotation"]["enrichedTraits"]["nodes"]
    assert [row["model"] for row in rows] == ["cell-types"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("first: 0", "BAD_ARGUMENT", "`first` must be 1 to 500"),
        ('annotation: "nothing"', "UNKNOWN_ID", "no Annotation is called 'nothing'"),
        ('annotation: " "', "BAD_ARGUMENT", "`annotation` must have 1 to 200 characters"),
        ("orderBy: BEST", "BAD_QUERY", "BEST"),
        ("model: REML", "BAD_QUERY", "REML"),
        ('after: "x"', "CURSOR_INVALID", "is no cursor"),
    ],
)
def test_enrichment__wrong_arguments_are_named(ask: Ask, arguments: str, code: str, message: str) -> None:
    error = error_of(ask(f'{{ trait(id: "{ARTHRITIS}") {{ enrichment({arguments}) {{ nodes {{ id }} }} }} }}'))
    assert error["code"] == code
    assert message in error["message"]


def test_enrichment__cursor_of_another_order_is_refused(ask: Ask) -> None:
    query = """query($after: String) { trait(id: "EFO:0000685") { enrichment(first: 1, after: $after, orderBy: %s) {
               pageInfo { endCursor } } } }"""
    cursor = ask(query % "TAU_P")["data"]["trait"]["enrichment"]["pageInfo"]["endCursor"]
    assert error_of(ask(query % "ENRICHMENT", after=cursor))["code"] == "CURSOR_INVALID"


def test_enrichment__price_multiplies_by_the_pages(ask: Ask) -> None:
    inner = "enrichedTraits(first: 500) { nodes { id } }"
    query = f'{{ trait(id: "x") {{ enrichment(first: 500) {{ nodes {{ annotation {{ {inner} }} }} }} }} }}'
    assert error_of(ask(query))["code"] == "TOO_COSTLY"


def test_enrichment__many_traits_and_categories_are_one_query_each(
    ask: Ask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.graph.async_store import AsyncStore

    asked: list[str] = []
    read = AsyncStore.read

    async def counted(self: AsyncStore, name: str, /, **parameters: Any) -> Any:
        asked.append(name.removeprefix("graphql/"))
        return await read(self, name, **parameters)

    monkeypatch.setattr(AsyncStore, "read", counted)
    answer = ask(
        """{ a: trait(id: "EFO:0000685") { ...e } b: trait(id: "EFO:0004339") { ...e } }
           fragment e on Trait { enrichment { nodes { annotation { enrichedTraits { nodes { id } } } run { id } } } }"""
    )
    assert "errors" not in answer, answer
    assert len(answer["data"]["a"]["enrichment"]["nodes"]) == 4
    assert len(answer["data"]["b"]["enrichment"]["nodes"]) == 1
    kinds = ("traits", "enrichments_of_traits", "annotations", "enrichments_of_annotations", "model_runs")
    assert set(asked) == {"releases/read_current", *kinds}
    assert asked.count("enrichments_of_traits") == 1
    assert asked.count("enrichments_of_annotations") == 1


@pytest.mark.parametrize("query", ["enrichments_of_traits", "genetic_correlations_of_traits"])
def test_outage__in_the_middle_is_an_error_and_never_an_empty_list(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    from services.graph.async_store import AsyncStore

    read = AsyncStore.read

    async def away(self: AsyncStore, name: str, /, **parameters: Any) -> Any:
        if name == f"graphql/{query}":
            raise StoreUnavailable("the graph does not answer: start it")
        return await read(self, name, **parameters)

    monkeypatch.setattr(AsyncStore, "read", away)
    field = "enrichment" if query.startswith("enr") else "geneticCorrelations"
    answer = ask(f'{{ trait(id: "{ARTHRITIS}") {{ {field} {{ nodes {{ id }} }} }} }}')
    assert answer["data"] == {"trait": None}
    assert error_of(answer)["code"] == "OUTAGE"


def test_meta__counts_the_statistics_that_readers_see(ask: Ask) -> None:
    answer = ask("{ meta { counts { ldPairs enrichments geneticCorrelations } } }")
    assert answer["data"]["meta"]["counts"] == {"ldPairs": 2, "enrichments": 5, "geneticCorrelations": 4}
