"""Root fields, pages, errors and outages through the web application on a real store."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.app import create_app
from api.gql.context import Desk
from api.gql.kinds import KINDS
from services.graph.errors import StoreUnavailable
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.conftest import Ask
from tests.api.graph_rows import HIDDEN, LEAD, SECOND, Cypher, write_release

pytestmark = pytest.mark.store


def error_of(answer: dict[str, Any]) -> dict[str, Any]:
    assert len(answer["errors"]) == 1, answer
    error = answer["errors"][0]
    return {"message": error["message"], **error["extensions"]}


@pytest.mark.parametrize("text", ["rs1", "RS1", LEAD, LEAD.lower()])
def test_snp__is_found_by_key_and_rsid_in_any_case(ask: Ask, text: str) -> None:
    assert ask("query($id: ID!) { snp(id: $id) { id } }", id=text)["data"]["snp"] == {"id": LEAD}


def test_snp__rsid_of_several_variants_lists_them(ask: Ask) -> None:
    answer = ask('{ snp(id: "rs22") { id } }')
    error = error_of(answer)
    assert answer["data"] == {"snp": None}
    assert error["code"] == "AMBIGUOUS_ID"
    assert [match["id"] for match in error["matches"]] == [SECOND, "GRCh37:3:7000:A:T"]


@pytest.mark.parametrize("text", [HIDDEN, "rs4"])
def test_snp__of_a_load_that_is_not_active_is_unknown(ask: Ask, text: str) -> None:
    answer = ask("query($id: ID!) { snp(id: $id) { id } }", id=text)
    assert (answer["data"], error_of(answer)["code"]) == ({"snp": None}, "UNKNOWN_ID")


def test_gene__is_found_by_id_with_version_and_by_symbol(ask: Ask) -> None:
    answer = ask('{ a: gene(id: "ensg00000000001.7") { symbol } b: gene(id: "tp53") { id biotype } }')
    assert answer["data"] == {"a": {"symbol": "TP53"}, "b": {"id": "ENSG00000000001", "biotype": "protein_coding"}}


def test_gene__symbol_of_two_genes_lists_them(ask: Ask) -> None:
    assert [match["id"] for match in error_of(ask('{ gene(id: "TWIN") { id } }'))["matches"]] == [
        "ENSG00000000002",
        "ENSG00000000003",
    ]


def test_gene__edges_from_its_side(ask: Ask) -> None:
    answer = ask(
        """{ gene(id: "TP53") { eqtl(cisTrans: CIS) { nodes { snp { id } study { id } } }
             eqtm { nodes { cpg { id } absZScore pValue } } predictedAssociations { nodes { rank } } } }"""
    )
    assert answer["data"]["gene"] == {
        "eqtl": {"nodes": [{"snp": {"id": LEAD}, "study": {"id": "eqtl"}}]},
        "eqtm": {"nodes": [{"cpg": {"id": "cg00000000"}, "absZScore": 6.0, "pValue": "1E-8"}]},
        "predictedAssociations": {"nodes": []},
    }


def test_cpg__edges_from_its_side(ask: Ask) -> None:
    answer = ask(
        """{ cpg(id: "CG00000000") { positionBp mqtl { nodes { snp { id } } } eqtm { nodes { gene { symbol } } }
             nearestGenes { rank } ldBlock { id } predictedAssociations { nodes { id } } } }"""
    )
    cpg = answer["data"]["cpg"]
    assert [edge["snp"]["id"] for edge in cpg["mqtl"]["nodes"]] == [SECOND, LEAD]
    assert (cpg["eqtm"]["nodes"], cpg["ldBlock"], cpg["nearestGenes"]) == ([{"gene": {"symbol": "TP53"}}], None, [])


@pytest.mark.parametrize("text", ["EFO:0000685", "efo:0000685", "Rheumatoid arthritis"])
def test_trait__is_found_by_id_and_name(ask: Ask, text: str) -> None:
    query = """query($id: ID!) { trait(id: $id) { id associations { nodes { snp { id } } }
               predictedAssociations { nodes { rank snp { id } modelRun { model seed } } } } }"""
    trait = ask(query, id=text)["data"]["trait"]
    assert trait["id"] == "EFO:0000685"
    assert trait["associations"]["nodes"] == [{"snp": {"id": LEAD}}]
    assert [edge["rank"] for edge in trait["predictedAssociations"]["nodes"]] == [1, 2]


def test_trait__misspelt_gets_the_nearest_names(ask: Ask) -> None:
    error = error_of(ask('{ trait(id: "rheumatoid artritis") { id } }'))
    assert error["code"] == "UNKNOWN_ID"
    assert error["didYouMean"] == ["rheumatoid arthritis (EFO:0000685)"]
    assert "Did you mean" in error["message"]


def test_trait__name_of_two_traits_lists_them(ask: Ask) -> None:
    error = error_of(ask('{ trait(id: "Depression") { id } }'))
    assert (error["code"], [match["id"] for match in error["matches"]]) == (
        "AMBIGUOUS_ID",
        ["a/depression", "b/depression"],
    )


def test_study__shows_the_report_of_its_load(ask: Ask) -> None:
    query = "{ study(id: $id) { citation load { nRead nRefused reasons { outcome reason rows } } } }"
    study = ask(f"query($id: ID!) {query}", id="GODMC")["data"]["study"]
    assert study["load"]["reasons"] == [
        {"outcome": "skipped", "reason": "below_threshold", "rows": 3},
        {"outcome": "refused", "reason": "bad_p", "rows": 1},
    ]
    assert (study["citation"], study["load"]["nRead"]) == ("Min 2021", 10)


def test_study__that_is_not_in_the_release_is_unknown(ask: Ask) -> None:
    assert error_of(ask('{ study(id: "gone") { id } }'))["code"] == "UNKNOWN_ID"


def test_studies__are_paged_by_id(ask: Ask) -> None:
    query = "query($after: String) { studies(first: 3, after: $after) { nodes { id } pageInfo { endCursor } } }"
    first = ask(query)["data"]["studies"]
    second = ask(query, after=first["pageInfo"]["endCursor"])["data"]["studies"]
    assert [study["id"] for study in first["nodes"] + second["nodes"]] == ["eqtl", "godmc", "gwas", "height"]


def test_model_run_annotation_and_block__are_found_by_id(ask: Ask) -> None:
    answer = ask(
        """{ modelRun(id: "run-2") { model hitAt50 isCurrent }
             annotation(id: "states/enh") { id }
             states: annotation(id: "states/Enh") { name study { id } snps { nodes { id } } }
             ldBlock(id: "GRCh37:1:1-1000000") { endBp study { id } } }"""
    )
    assert answer["data"] == {
        "modelRun": {"model": "pinsage", "hitAt50": 0.64, "isCurrent": True},
        "annotation": None,
        "states": {"name": "Enh", "study": None, "snps": {"nodes": [{"id": LEAD}]}},
        "ldBlock": {"endBp": 1_000_000, "study": None},
    }


def test_search__finds_several_kinds_and_loads_them(ask: Ask) -> None:
    answer = ask('{ search(text: "stature") { kind id name node { ... on Trait { synonyms } } } }')
    assert answer["data"]["search"] == [
        {"kind": "Trait", "id": "EFO:0004339", "name": "body height", "node": {"synonyms": ["stature"]}}
    ]


def test_search__unknown_kind_is_refused(ask: Ask) -> None:
    error = error_of(ask('{ search(text: "x", kinds: ["Protein"]) { id } }'))
    assert error["code"] == "BAD_ARGUMENT"
    assert "not Protein" in error["message"]


def test_meta__counts_what_readers_see(ask: Ask) -> None:
    answer = ask("{ meta { release { number createdAt runIds } counts { snps mqtl predicted } } }")
    meta = answer["data"]["meta"]
    assert meta["release"]["number"] == 3
    assert meta["release"]["createdAt"].startswith("2025-01-02T03:04:05")
    assert meta["counts"] == {"snps": 3, "mqtl": 9, "predicted": 4}


def test_pages__walk_through_ties_once_each_and_in_order(ask: Ask) -> None:
    query = """query($id: ID!, $after: String) { snp(id: $id) { mqtl(first: 2, after: $after) {
               edges { node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
    seen, after, more = [], None, True
    while more:
        page = ask(query, id=LEAD, after=after)["data"]["snp"]["mqtl"]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == ["m4", "m5", "m3", "m2", "m1", "m0"]


def test_pages__cursor_of_another_release_is_refused_by_name(ask: Ask, run_cypher: Cypher) -> None:
    query = """query($after: String) { trait(id: "EFO:0000685") { predictedAssociations(first: 1, after: $after) {
               pageInfo { endCursor } } } }"""
    cursor = ask(query)["data"]["trait"]["predictedAssociations"]["pageInfo"]["endCursor"]
    write_release(run_cypher, 4)
    try:
        error = error_of(ask(query, after=cursor))
    finally:
        run_cypher("MATCH (r:Release {number: 4}) DELETE r")
        write_release(run_cypher, 3)
    assert (error["code"], error["cursorRelease"], error["currentRelease"]) == ("CURSOR_OF_OTHER_RELEASE", 3, 4)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("mqtl(first: 0)", "BAD_ARGUMENT"),
        ("mqtl(first: 501)", "BAD_ARGUMENT"),
        ("mqtl(pMax: 0)", "BAD_ARGUMENT"),
        ("mqtl(pMax: 1.5)", "BAD_ARGUMENT"),
        ('mqtl(study: "nobody")', "UNKNOWN_ID"),
        ('mqtl(after: "xyz")', "CURSOR_INVALID"),
        ("mqtl(unknown: 1)", "BAD_QUERY"),
    ],
)
def test_pages__wrong_arguments_are_named(ask: Ask, field: str, code: str) -> None:
    answer = ask(f"query($id: ID!) {{ snp(id: $id) {{ {field} {{ nodes {{ id }} }} }} }}", id=LEAD)
    assert error_of(answer)["code"] == code


@pytest.mark.parametrize("text", ["", " ", "x" * 201])
def test_ids__empty_and_endless_ones_are_refused(ask: Ask, text: str) -> None:
    error = error_of(ask("query($id: ID!) { snp(id: $id) { id } }", id=text))
    assert error["code"] == "BAD_ARGUMENT"
    assert "must have 1 to 200 characters" in error["message"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{" * 20 + "snp" + "}" * 20, "BAD_QUERY"),
        ("{ " + " ".join(f"a{i}: meta {{ version }}" for i in range(31)) + " }", "TOO_MANY_ALIASES"),
        ("{ meta { version " + "version " * 2000 + "} }", "TOO_MANY_TOKENS"),
        (
            '{ trait(id: "x") { associations(first: 500) { nodes { snp { mqtl(first: 500) { nodes { id } } } } } } }',
            "TOO_COSTLY",
        ),
        (
            '{ snp(id: "x") '
            + "{ mqtl(first: 1) { nodes { cpg { mqtl(first: 1) { nodes { snp " * 2
            + "{ id }"
            + " } } } } } }" * 2
            + " }",
            "TOO_DEEP",
        ),
    ],
)
def test_limits__are_kept_before_anything_is_read(ask: Ask, query: str, code: str) -> None:
    answer = ask(query)
    assert (answer["data"], error_of(answer)["code"]) == (None, code)


def test_data_loaders__one_query_for_each_kind(ask: Ask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.graph.async_store import AsyncStore

    asked: list[str] = []
    read = AsyncStore.read

    async def counted(self: AsyncStore, name: str, /, **parameters: Any) -> Any:
        asked.append(name.removeprefix("graphql/"))
        return await read(self, name, **parameters)

    monkeypatch.setattr(AsyncStore, "read", counted)
    answer = ask(
        """query($id: ID!) { snp(id: $id) { mqtl { nodes { study { id }
           cpg { id mqtl(first: 3) { nodes { snp { id } } } } } } } }""",
        id=LEAD,
    )
    assert len(answer["data"]["snp"]["mqtl"]["nodes"]) == 6
    assert sorted(asked) == sorted(
        [
            *("releases/read_current", "releases/read_current"),
            *("snps", "mqtl_of_snps", "cpgs", "studies", "mqtl_of_cpgs", "snps"),
        ]
    )


class AwayStore:
    """A store that nobody reaches."""

    async def read(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        raise StoreUnavailable("the graph at bolt://127.0.0.1:1 does not answer: start it")


@pytest.fixture(scope="module")
def away() -> Iterator[Browser]:
    """The web application while its store is away."""

    def refuse(*arguments: Any) -> Any:
        raise StoreUnavailable("away")

    @asynccontextmanager
    async def opened() -> Any:
        yield Desk(
            AwayStore(),
            find_candidates=refuse,
            resolve_trait=refuse,
            search=refuse,
            explain=refuse,
            scans=refuse,
            kinds=KINDS,
        )

    with open_browser(create_app(Settings(), desk=opened)) as browser:
        yield browser


@pytest.mark.parametrize(
    "field",
    [
        'snp(id: "rs1") { id }',
        'trait(id: "Height") { id }',
        'search(text: "height") { id }',
        'candidateLoci(trait: "Height") { status }',
        "meta { counts { snps } }",
        "studies { nodes { id } }",
        'trait(id: "Height") { heritability { h2 } enrichment { nodes { tau } } }',
        'annotation(id: "states/Enh") { enrichedTraits { nodes { tau } } }',
    ],
)
def test_outage__is_an_error_and_never_an_empty_list(away: Browser, field: str) -> None:
    answer = away.ask(f"{{ {field} }}")
    assert answer["data"] is None or list(answer["data"].values()) == [None]
    error = error_of(answer)
    assert error["code"] == "OUTAGE"
    assert "does not answer" in error["message"]


def test_outage__the_process_lives_but_is_not_ready(away: Browser) -> None:
    assert away.get("/health/live").status_code == 200
    ready = away.get("/health/ready")
    assert ready.status_code == 503
    assert "does not answer" in ready.json()["reason"]
