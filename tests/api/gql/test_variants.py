"""The SNP type on a real store."""

import pytest

from tests.api.conftest import Ask
from tests.api.graph_rows import LEAD, SECOND

pytestmark = pytest.mark.store


def test_snp__shows_node_and_edges_of_the_release_only(ask: Ask) -> None:
    answer = ask(
        """query($id: ID!) { snp(id: $id) {
             id rsids chromosome positionBp allele1 minorAlleleFrequency
             ldBlock { id startBp } nearestGenes { rank distanceBp gene { symbol } }
             annotations { nodes { id name tissue } }
             mqtl { nodes { id cpg { id } pValue study { id build tissue } cisTrans } }
             eqtl { nodes { gene { symbol } snp { id } } }
             associations { nodes { trait { id name } reportedTrait mappedGenes } } } }""",
        id=LEAD,
    )
    assert "errors" not in answer, answer
    snp = answer["data"]["snp"]
    assert (snp["id"], snp["rsids"], snp["positionBp"], snp["allele1"]) == (LEAD, ["rs1"], 1000, "A")
    assert snp["ldBlock"] == {"id": "GRCh37:1:1-1000000", "startBp": 1}
    assert [near["gene"]["symbol"] for near in snp["nearestGenes"]] == ["TP53", "TWIN"]
    assert snp["annotations"]["nodes"] == [{"id": "states/Enh", "name": "Enh", "tissue": "liver"}]
    assert [edge["id"] for edge in snp["mqtl"]["nodes"]] == ["m4", "m5", "m3", "m2", "m1", "m0"]
    assert snp["mqtl"]["nodes"][0]["study"] == {"id": "godmc", "build": "GRCh37", "tissue": "whole blood"}
    assert snp["eqtl"]["nodes"] == [{"gene": {"symbol": "TP53"}, "snp": {"id": LEAD}}]
    assert {edge["trait"]["id"] for edge in snp["associations"]["nodes"]} == {
        "EFO:0000685",
        "a/depression",
        "b/depression",
    }


def test_snp__p_values_are_exact_text(ask: Ask) -> None:
    answer = ask(
        "query($id: ID!) { snp(id: $id) { mqtl { nodes { negLog10P pValue zScore effectAllele } } } }", id=SECOND
    )
    assert answer["data"]["snp"]["mqtl"]["nodes"] == [
        {"negLog10P": 411.4948500216801, "pValue": "3.2E-412", "zScore": -43.2, "effectAllele": "C"},
        {"negLog10P": 323.0, "pValue": "<1E-323", "zScore": None, "effectAllele": None},
    ]


def test_snp__filters_by_study_p_and_cis_trans(ask: Ask) -> None:
    answer = ask(
        """query($id: ID!) { snp(id: $id) {
             strong: mqtl(pMax: 1e-13) { nodes { id } }
             trans: mqtl(cisTrans: TRANS) { nodes { id } }
             godmc: mqtl(study: "godmc", first: 2) { nodes { id } }
             eqtl: mqtl(study: "eqtl") { nodes { id } } } }""",
        id=LEAD,
    )
    found = {name: [node["id"] for node in page["nodes"]] for name, page in answer["data"]["snp"].items()}
    assert found == {"strong": ["m4", "m5", "m3"], "trans": ["m0"], "godmc": ["m4", "m5"], "eqtl": []}


def test_snp__predictions_stand_apart_from_measurements(ask: Ask) -> None:
    answer = ask(
        """query($id: ID!) { snp(id: $id) { predictedAssociations(maxRank: 3) { nodes {
             rank score knowledgeLevel modelRun { id hitAt50 isCurrent evaluation } querySnps { id }
             target { __typename ... on Trait { name } ... on CpG { id } } } } } }""",
        id=SECOND,
    )
    first, second = answer["data"]["snp"]["predictedAssociations"]["nodes"]
    assert first["target"] == {"__typename": "Trait", "name": "rheumatoid arthritis"}
    assert second["target"] == {"__typename": "CpG", "id": "cg00000003"}
    assert first["modelRun"] == {
        "id": "run-2",
        "hitAt50": 0.64,
        "isCurrent": True,
        "evaluation": {"pinsage": {"hit@50": 0.64}},
    }
    assert (first["rank"], first["knowledgeLevel"], first["querySnps"]) == (1, "prediction", [{"id": LEAD}])
