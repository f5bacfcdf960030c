"""Associations as columns, in JSON and Arrow, through the web application on a real store."""

from typing import Any

import orjson
import pyarrow as pa
import pytest

from api.app import create_app
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.graph_rows import LEAD, SECOND, Cypher

pytestmark = pytest.mark.store

ARROW = "application/vnd.apache.arrow.stream"


@pytest.fixture(scope="module", autouse=True)
def aligned(graph: Store, run_cypher: Cypher) -> None:
    """Signs for two edges: one aligned to the SNP's first allele, and one whose strand is not known."""
    run_cypher(
        "MATCH ()-[e:MQTL {edge_key: 'm1'}]->() SET e.aligned_z_score = -7.5, e.z_score = 7.5, e.effect_allele = 'G'"
    )
    run_cypher("MATCH ()-[e:EQTL {edge_key: 'e1'}]->() SET e.z_score = 9.25, e.effect_allele = 'A'")


def columns(browser: Browser, path: str, **parameters: Any) -> dict[str, Any]:
    answer = browser.get(f"/columns/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert {len(values) for values in found["columns"].values()} == {found["metadata"]["n_rows"]}
    return found


def refusal(browser: Browser, path: str, **parameters: Any) -> tuple[int, str, str]:
    answer = browser.get(f"/columns/{path}", params=parameters)
    error = answer.json()["errors"][0]
    return answer.status_code, error["extensions"]["code"], error["message"]


def test_region__has_the_active_edges_of_its_snps_in_order(browser: Browser) -> None:
    found = columns(browser, "region", region="2:1-5000", build="grch37")
    assert found["columns"]["snp"] == [SECOND] * 4
    assert found["columns"]["target"] == ["cg00000000", "cg00000001", "ENSG00000000001", "EFO:0004339"]
    assert found["columns"]["kind"] == ["MQTL", "MQTL", "EQTL", "ASSOCIATED_WITH"]
    assert found["columns"]["neg_log10_p"][0] == 411.4948500216801
    assert found["columns"]["effect_allele"][0] == "C"
    metadata = found["metadata"]
    assert (metadata["release"], metadata["build"], metadata["effect_allele_column"]) == (3, "GRCh37", "effect_allele")
    assert metadata["units"]["position_bp"] == "bp"


def test_region__filters_kind_study_and_strength(browser: Browser) -> None:
    assert columns(browser, "region", region="1:1-2000", kinds="eqtl")["columns"]["target"] == ["ENSG00000000001"]
    strong = columns(browser, "region", region="1:1-2000", kinds="mqtl,gwas", min_neg_log10_p=13.5)
    assert strong["columns"]["target"] == ["cg00000004", "cg00000005"]
    assert columns(browser, "region", region="1:1-2000", study="gwas")["metadata"]["n_rows"] == 2
    assert columns(browser, "region", region="9:1-2000")["metadata"]["n_rows"] == 0


def test_manhattan__of_a_trait_and_of_a_study(browser: Browser) -> None:
    of_trait = columns(browser, "manhattan", trait="Rheumatoid arthritis")
    assert (of_trait["columns"]["snp"], of_trait["columns"]["neg_log10_p"]) == ([LEAD], [12.0])
    assert of_trait["metadata"]["trait"] == "EFO:0000685"
    of_study = columns(browser, "manhattan", study="gwas")
    assert of_study["columns"]["trait"] == ["EFO:0000685", "a/depression"]


def test_manhattan__thinning_keeps_the_strong_ones_and_is_said(browser: Browser) -> None:
    thinned = columns(browser, "manhattan", study="gwas", thin_below=10, thin_one_in=1000)
    assert thinned["columns"]["neg_log10_p"] == [12.0]
    assert thinned["metadata"]["thinning"] == {"below_neg_log10_p": 10.0, "kept_one_in": 1000}
    assert columns(browser, "manhattan", study="gwas")["metadata"]["thinning"] is None


def test_phewas__lists_the_traits_of_a_snp_strongest_first(browser: Browser) -> None:
    found = columns(browser, "phewas", snp="RS1")
    assert found["columns"]["trait"] == ["EFO:0000685", "a/depression", "b/depression"]
    assert found["columns"]["trait_name"][1] == "Depression"
    assert found["metadata"]["snp"] == LEAD


def test_matrix__long_has_a_row_a_pair(browser: Browser) -> None:
    found = columns(browser, "matrix", snps="rs1,rs2", targets="CG00000001,ENSG00000000001")
    pairs = list(zip(found["columns"]["snp"], found["columns"]["target"], strict=True))
    assert pairs == [(snp, target) for snp in (LEAD, SECOND) for target in ("cg00000001", "ENSG00000000001")]
    assert found["columns"]["aligned_z_score"] == [-7.5, None, None, None]
    assert found["columns"]["aligned_allele"] == ["A", "A", None, None]


def test_matrix__wide_has_a_column_a_target_by_post_too(browser: Browser) -> None:
    body = {"snps": ["rs2", LEAD, "rs1"], "targets": ["ENSG00000000001", "cg00000001"], "shape": "wide"}
    found = browser.post("/columns/matrix", json=body).json()
    assert found["columns"] == {
        "snp": [SECOND, LEAD],
        "aligned_allele": [None, "A"],
        "ENSG00000000001": [None, None],
        "cg00000001": [None, -7.5],
    }
    assert found["metadata"]["effect_allele_column"] == "aligned_allele"


@pytest.mark.parametrize("options", [{"headers": {"accept": ARROW}}, {"params": {"format": "arrow"}}])
def test_arrow__has_the_same_numbers_types_and_metadata(browser: Browser, options: dict[str, Any]) -> None:
    parameters = {"region": "2:1-5000", **options.pop("params", {})}
    answer = browser.get("/columns/region", params=parameters, **options)
    assert (answer.headers["content-type"], answer.headers["x-row-count"]) == (ARROW, "4")
    table = pa.ipc.open_stream(answer.content).read_all()
    plain = columns(browser, "region", region="2:1-5000")
    assert table.to_pydict() == plain["columns"]
    assert orjson.loads(table.schema.metadata[b"locusgraph"]) == plain["metadata"]
    assert table.schema.field("neg_log10_p").type == pa.float64()
    assert table.schema.field("position_bp").metadata[b"unit"] == b"bp"


def test_answer__is_bound_to_the_release(browser: Browser) -> None:
    first = browser.get("/columns/phewas", params={"snp": "rs1"})
    again = browser.get("/columns/phewas", params={"snp": "rs1"}, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = browser.get("/columns/phewas", params={"snp": "rs2"})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("region", {"region": "10"}, (400, "BAD_ARGUMENT", "must be like 10:100000-200000, not '10'")),
        ("region", {"region": "1:9-2"}, (400, "BAD_ARGUMENT", "swap its ends")),
        ("region", {"region": "1:1-2", "build": "GRCh38"}, (400, "WRONG_BUILD", "this graph is of GRCh37")),
        ("region", {"region": "1:1-2", "kinds": "ld"}, (400, "BAD_ARGUMENT", "may hold mqtl, eqtl, gwas, not 'ld'")),
        ("region", {"region": "1:1-2", "study": "gone?"}, (404, "UNKNOWN_ID", "no Study is called 'gone?'")),
        ("region", {"region": "1:1-2", "colour": "red"}, (400, "BAD_ARGUMENT", "'colour' is not one of them")),
        ("manhattan", {}, (400, "BAD_ARGUMENT", "say `trait` or `study`")),
        ("manhattan", {"trait": "rheumatoid artritis"}, (404, "UNKNOWN_ID", "Did you mean")),
        ("manhattan", {"study": "gwas", "thin_one_in": 9999}, (400, "BAD_ARGUMENT", "must be 1 to 1000")),
        ("phewas", {}, (400, "BAD_ARGUMENT", "`snp` is missing")),
        ("phewas", {"snp": "rs22"}, (409, "AMBIGUOUS_ID", "names 2 of kind SNP")),
        ("matrix", {"snps": "rs1"}, (400, "BAD_ARGUMENT", "`targets` is missing")),
        ("matrix", {"snps": "rs1", "targets": "cg1"}, (404, "UNKNOWN_ID", "'cg1'")),
        ("matrix", {"snps": "rs1", "targets": "x", "shape": "round"}, (400, "BAD_ARGUMENT", "must be long or wide")),
        ("phewas", {"snp": "rs1", "format": "csv"}, (400, "BAD_ARGUMENT", "`format` must be json or arrow")),
    ],
)
def test_refusals__name_the_cause(
    browser: Browser, path: str, parameters: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    status, code, message = refusal(browser, path, **parameters)
    assert (status, code) == expected[:2]
    assert expected[2] in message


@pytest.mark.parametrize("body", ["[]", "{"])
def test_matrix__a_body_that_is_no_object_is_refused(browser: Browser, body: str) -> None:
    answer = browser.post("/columns/matrix", content=body)
    assert "the body must be a JSON object" in answer.json()["errors"][0]["message"]


def test_limits__are_said_before_and_after_reading(graph: Store, api_settings: Settings) -> None:
    tight = api_settings.model_copy(update={"api_column_row_limit": 3})
    with open_browser(create_app(tight)) as browser:
        seen = refusal(browser, "region", region="1:1-2000")
        assert (seen[:2], "more than 3 rows" in seen[2]) == ((400, "TOO_COSTLY"), True)
        seen = refusal(browser, "matrix", snps="rs1,rs2", targets="cg00000000,cg00000001")
        assert (seen[:2], "has 4 cells; at most 3" in seen[2]) == ((400, "TOO_COSTLY"), True)
        assert columns(browser, "phewas", snp="rs1")["metadata"]["n_rows"] == 3


def test_outage__is_503_and_no_empty_table(
    graph: Store, api_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.graph import opening
    from services.graph.connections import Address

    dead = Address("bolt://127.0.0.1:1", "neo4j", api_settings.read_password(), "neo4j", "start it")
    real = opening.AsyncStore
    monkeypatch.setattr(opening, "AsyncStore", lambda _address, settings: real(dead, settings))
    with open_browser(create_app(api_settings.model_copy(update={"api_retry_seconds": 0.1}))) as browser:
        assert refusal(browser, "phewas", snp="rs1")[:2] == (503, "OUTAGE")
        error = browser.ask('{ snp(id: "rs1") { mqtl { nodes { id } } } }')["errors"][0]
        assert error["extensions"]["code"] == "OUTAGE"
        linked = browser.get("/graphql", params={"documentId": "any"})
        assert linked.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_QUERY"
