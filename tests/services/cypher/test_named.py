"""The library of named queries: each on a small graph whose answers are known."""

from typing import Any

import pytest

from services.cypher.check import check_query
from services.cypher.errors import CypherRefused
from services.cypher.named import FOLDER, find_named, list_named
from services.cypher.running import CypherRunner, Question
from tests.api.graph_rows import LEAD, SECOND, THIRD

pytestmark = pytest.mark.store

EXPECTED: dict[str, list[list[Any]]] = {
    "snp-neighbourhood": [
        [LEAD, "EQTL", "TP53", "eqtl", None, 20.0],
        [LEAD, "MQTL", "cg00000004", "godmc", None, 14.0],
        [LEAD, "MQTL", "cg00000005", "godmc", None, 14.0],
        [LEAD, "MQTL", "cg00000003", "godmc", None, 13.0],
        [LEAD, "MQTL", "cg00000002", "godmc", None, 12.0],
    ],
    "snp-genes": [[LEAD, "ENSG00000000001", "TP53", 0, True], [LEAD, "ENSG00000000002", "TWIN", 500, False]],
    "snp-ld-partners": [[LEAD, THIRD, ["rs22"], 0.8], [LEAD, SECOND, ["rs2", "rs22"], 0.4]],
    "region": [[LEAD, ["rs1"], 1000, 6, 1, 3]],
    "trait-hits": [[LEAD, ["rs1"], "gwas", None, None, 12.0]],
    "trait-molecules": [
        ["ENSG00000000001", "Gene", "TP53", 1, 20.0],
        ["cg00000004", "CpG", None, 1, 14.0],
        ["cg00000005", "CpG", None, 1, 14.0],
        ["cg00000003", "CpG", None, 1, 13.0],
        ["cg00000002", "CpG", None, 1, 12.0],
        ["cg00000001", "CpG", None, 1, 11.0],
        ["cg00000000", "CpG", None, 1, 10.0],
    ],
    "shared-loci": [[LEAD, 12.0, 9.0, None]],
    "trans-hubs": [[SECOND, ["rs2", "rs22"], 1, 21.0], [LEAD, ["rs1"], 1, 10.0]],
    "molecule-snps": [
        [SECOND, ["rs2", "rs22"], None, "godmc", None, 411.4948500216801],
        [LEAD, ["rs1"], "trans", "godmc", None, 10.0],
    ],
    "gene-methylation": [["cg00000000", 8.0, 2, [LEAD, SECOND]]],
    "candidates": [
        [1, SECOND, ["rs2", "rs22"], 1.0, None, 3],
        [2, THIRD, ["rs22"], 0.5, None, 1],
    ],
    "predictions-of-snp": [
        [SECOND, "Trait", "EFO:0000685", "rheumatoid arthritis", 1, None],
        [SECOND, "CpG", "cg00000003", None, 3, None],
        [SECOND, "Gene", "ENSG00000000003", "TWIN", 4, None],
    ],
    "enrichment": [
        ["states/Enh", "s-ldsc", 4.0, 0.5, 411.4948500216801, 0.5, 1.3],
        ["states/Prom", "s-ldsc", 6.0, 2.0, 3.0, -0.5, 2.0],
        ["states/Age", "s-ldsc", None, None, None, 0.9, 9.0],
        ["states/Enh", "cell-types", None, None, None, None, 1.5],
    ],
    "genetic-correlations": [
        ["EFO:0004339", "body height", "genetic-correlation", 0.5, 0.1, 6.24, []],
        ["a/depression", "Depression", "genetic-correlation", -0.2, 0.1, 1.3, []],
        ["b/depression", "Depression", "genetic-correlation", None, None, None, ["negative_h2"]],
    ],
    "heritabilities": [
        ["EFO:0000685", "rheumatoid arthritis", 0.25, 0.03, 1.02, 1.11, "gwas", ["negative_h2"]],
    ],
    "study-quality": [["godmc", "mqtl", 10, 6, 3, 1, 10.0]],
    "evidence-flags": [["godmc", "p_lower_bound", 1], ["godmc", "superseded", 1]],
    "ld-blocks": [["GRCh37:1:1-1000000", 1, 3, 7]],
    "annotated-snps": [[LEAD, 10, 20.0]],
    "find-trait": [["EFO:0000685", "rheumatoid arthritis", 1]],
}


def test_library__has_a_test_and_an_example_for_every_query() -> None:
    assert len(list_named()) >= 15
    assert {query.name for query in list_named()} == set(EXPECTED) == {path.stem for path in FOLDER.glob("*.cypher")}
    assert all(query.meaning.endswith(".") and query.fill(query.example) is not None for query in list_named())


@pytest.mark.parametrize("name", EXPECTED)
def test_named_query__gives_what_readers_see(name: str, runner: CypherRunner, graph: object) -> None:
    query = find_named(name)
    with runner.ask(Question(query.text, query.fill(query.example), "a test", is_unsettled=True)) as answer:
        rows = list(answer.rows())
        assert not answer.notes
    if name == "find-trait":
        rows = [[trait, found, n] for trait, found, _, n in rows]
    if name == "gene-methylation":
        rows = [[*row[:3], sorted(row[3])] for row in rows]
    assert rows == EXPECTED[name]


@pytest.mark.parametrize("query", list_named(), ids=[query.name for query in list_named()])
def test_named_query__passes_the_check_and_filters_on_the_release(query: Any) -> None:
    check_query(query.text, query.fill(query.example))
    assert "_ids" in query.text


def test_find_named__suggests_the_nearest() -> None:
    with pytest.raises(CypherRefused, match="did you mean trait-hits"):
        find_named("trait-hit")
    with pytest.raises(CypherRefused, match="locusgraph query lists them"):
        find_named("zzzz")


def test_fill__names_what_is_missing_and_unknown() -> None:
    with pytest.raises(CypherRefused, match="missing: trait; unknown: trial; for example: locusgraph query trait-hits"):
        find_named("trait-hits").fill({"trial": 1})
