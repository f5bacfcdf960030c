"""``mapIds`` and ``search`` on a real store: what resolves, how, and what is suggested for the rest."""

import pytest

from tests.api.conftest import Ask
from tests.api.gql.test_query import error_of
from tests.api.graph_rows import HIDDEN, LEAD, SECOND, THIRD

pytestmark = pytest.mark.store

MAP = """query($ids: [String!]!, $kinds: [String!]) {
  mapIds(ids: $ids, kinds: $kinds) {
  resolved { text matches { kind id matchedBy } } unresolved { text didYouMean } } }"""


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("RS1", [("SNP", LEAD, "rsid")]),
        ("rs22", [("SNP", SECOND, "rsid"), ("SNP", THIRD, "rsid")]),
        (LEAD.lower(), [("SNP", LEAD, "id")]),
        ("CG00000003", [("CpG", "cg00000003", "id")]),
        ("ensg00000000001.12", [("Gene", "ENSG00000000001", "id")]),
        ("tp53", [("Gene", "ENSG00000000001", "symbol")]),
        ("tWiN", [("Gene", "ENSG00000000002", "symbol"), ("Gene", "ENSG00000000003", "symbol")]),
        ("efo:0000685", [("Trait", "EFO:0000685", "id")]),
        ("RHEUMATOID  arthritis", [("Trait", "EFO:0000685", "name")]),
        ("Stature", [("Trait", "EFO:0004339", "synonym")]),
        ("enh", [("Annotation", "states/Enh", "name")]),
        ("GODMC", [("Study", "godmc", "id")]),
    ],
)
def test_map_ids__resolves_every_form(ask: Ask, text: str, matches: list[tuple[str, str, str]]) -> None:
    found = ask(MAP, ids=[text])["data"]["mapIds"]
    assert found["unresolved"] == []
    (entry,) = found["resolved"]
    assert [(match["kind"], match["id"], match["matchedBy"]) for match in entry["matches"]] == matches


def test_map_ids__lists_what_names_nothing_with_suggestions(ask: Ask) -> None:
    ids = ["tp53", "rheumatoid artritis", "gone", HIDDEN, "TP5", 'x" OR symbol:*', "?!", "tp53"]
    found = ask(MAP, ids=ids)["data"]["mapIds"]
    assert [entry["text"] for entry in found["resolved"]] == ["tp53"]
    lost = {entry["text"]: entry["didYouMean"] for entry in found["unresolved"]}
    assert list(lost) == ["rheumatoid artritis", "gone", HIDDEN, "TP5", 'x" OR symbol:*', "?!"]
    assert lost["rheumatoid artritis"][0].lower() == "rheumatoid arthritis (efo:0000685)"
    assert lost["TP5"][0] == "TP53 (ENSG00000000001)"
    assert lost["?!"] == []


def test_map_ids__asks_the_store_once_a_kind(ask: Ask, queries: list[str]) -> None:
    ask(MAP, ids=["rs1", "rs2", "tp53", "cg00000001", "Height", "unknown one", "unknown two"])
    mapped = [name for name in queries if name.startswith("graphql/")]
    assert sorted(mapped) == sorted(
        [
            *(f"graphql/map_{kind}" for kind in ("snps", "cpgs", "genes", "traits", "annotations", "studies")),
            *["graphql/suggest_ids"] * 6,
        ]
    )


def test_map_ids__keeps_to_kinds_and_loads_nodes(ask: Ask) -> None:
    query = """{ mapIds(ids: ["tp53", "rs1"], kinds: ["gene"]) { unresolved { text }
                 resolved { matches { node { ... on Gene { symbol } } } } } }"""
    assert ask(query)["data"]["mapIds"] == {
        "resolved": [{"matches": [{"node": {"symbol": "TP53"}}]}],
        "unresolved": [{"text": "rs1"}],
    }


@pytest.mark.parametrize(
    ("ids", "part"),
    [
        ([f"rs{n}" for n in range(501)], "`ids` may hold 500 ids at once, not 501"),
        ([" "], "must have 1 to 200 characters, not 0"),
        (["x" * 201], "must have 1 to 200 characters, not 201"),
    ],
)
def test_map_ids__wrong_arguments_are_named(ask: Ask, ids: list[str], part: str) -> None:
    error = error_of(ask("query($ids: [String!]!) { mapIds(ids: $ids) { unresolved { text } } }", ids=ids))
    assert error["code"] == "BAD_ARGUMENT"
    assert part in error["message"]


@pytest.mark.parametrize(
    ("text", "kind", "match", "matched", "key"),
    [
        ("height", "Trait", "EXACT", "Height", "EFO:0004339"),
        ("STATURE", "Trait", "EXACT", "stature", "EFO:0004339"),
        ("rheum", "Trait", "PREFIX", "rheumatoid arthritis", "EFO:0000685"),
        ("arthritis", "Trait", "WORDS", "rheumatoid arthritis", "EFO:0000685"),
        ("artritis", "Trait", "FUZZY", "EFO:0000685", "EFO:0000685"),
        ("tp53", "Gene", "EXACT", "TP53", "ENSG00000000001"),
        ("cg0000000", "CpG", "PREFIX", "cg00000000", "cg00000000"),
        ("cg10000000", "CpG", "FUZZY", "cg00000000", "cg00000000"),
        ("1:900-1100", "SNP", "REGION", "1:900-1100", LEAD),
    ],
)
def test_search__says_how_it_matched(ask: Ask, text: str, kind: str, match: str, matched: str, key: str) -> None:
    query = "query($text: String!, $kinds: [String!]) { search(text: $text, kinds: $kinds) { id match matchedText } }"
    first = ask(query, text=text, kinds=[kind])["data"]["search"][0]
    assert first == {"id": key, "match": match, "matchedText": matched}


def test_search__exact_matches_come_before_prefixes_and_typos(ask: Ask) -> None:
    found = ask('{ search(text: "rs2", kinds: ["SNP"]) { id match } }')["data"]["search"]
    assert [hit["match"] for hit in found] == sorted(
        (hit["match"] for hit in found), key=["EXACT", "PREFIX", "FUZZY"].index
    )
    assert (found[0]["id"], found[0]["match"]) == (SECOND, "EXACT")
    assert {hit["match"] for hit in found} == {"EXACT", "PREFIX", "FUZZY"}


@pytest.mark.parametrize("text", ['"', "\\", "a AND (b", "title:*", "~2", "[1 TO 2]", "/.*/"])
def test_search__text_of_the_caller_is_never_an_operator(ask: Ask, text: str) -> None:
    answer = ask("query($text: String!) { search(text: $text) { id } }", text=text)
    assert "errors" not in answer, answer
