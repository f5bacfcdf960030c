"""The committed schema is the code's, and no change of it breaks a client unnoticed."""

from typing import Any

import pytest
from graphql import build_schema, get_named_type
from graphql.pyutils import Undefined
from graphql.utilities import find_breaking_changes

from api.gql.schema import render_schema
from graph_schema import EDGES, NODES
from tests.paths import ROOT

COMMITTED = (ROOT / "schema.graphql").read_text(encoding="utf-8")


def test_schema__is_the_committed_one() -> None:
    assert render_schema() == COMMITTED, "run `make docs` and look at what changed"


def test_schema__breaks_no_client() -> None:
    changes = find_breaking_changes(build_schema(COMMITTED), build_schema(render_schema()))
    assert [change.description for change in changes] == []


def test_schema__has_a_type_for_every_kind_of_node_and_edge() -> None:
    types = build_schema(COMMITTED).type_map
    of_edges = {
        "MQTL": "Mqtl",
        "EQTL": "Eqtl",
        "ASSOCIATED_WITH": "Association",
        "EQTM": "Eqtm",
        "NEAR": "NearbyGene",
        "IN_LD_BLOCK": "LDBlock",
        "IN_ANNOTATION": "Annotation",
        "PREDICTED_ASSOCIATION": "PredictedAssociation",
        "IN_LD_WITH": "LdPartner",
        "ENRICHED_IN": "Enrichment",
        "GENETIC_CORRELATION": "GeneticCorrelation",
    }
    assert set(NODES) <= set(types)
    assert set(EDGES) == set(of_edges)
    assert set(of_edges.values()) <= set(types)


REACHED_FROM = {
    "MQTL": {"SNP.mqtl", "CpG.mqtl", "Query.qtls"},
    "EQTL": {"SNP.eqtl", "Gene.eqtl", "Query.qtls"},
    "ASSOCIATED_WITH": {"SNP.associations", "Trait.associations", "Query.associations"},
    "EQTM": {"CpG.eqtm", "Gene.eqtm"},
    "NEAR": {"SNP.nearestGenes", "CpG.nearestGenes", "Gene.nearbySnps", "Gene.nearbyCpgs"},
    "IN_LD_BLOCK": {"SNP.ldBlock", "CpG.ldBlock", "LDBlock.snps", "LDBlock.cpgs"},
    "IN_ANNOTATION": {"SNP.annotationMemberships", "Annotation.memberships"},
    "IN_LD_WITH": {"SNP.ldPartners"},
    "ENRICHED_IN": {"Trait.enrichment", "Annotation.enrichedTraits"},
    "GENETIC_CORRELATION": {"Trait.geneticCorrelations"},
    "PREDICTED_ASSOCIATION": {
        *(f"{label}.predictedAssociations" for label in ("SNP", "CpG", "Gene", "Trait", "Query")),
    },
}
ROOTS = {
    "SNP": {"snp", "snps"},
    "CpG": {"cpg", "cpgs"},
    "Gene": {"gene", "genes"},
    "Trait": {"trait", "traits"},
    "Annotation": {"annotation", "annotations"},
    "LDBlock": {"ldBlock"},
    "Study": {"study", "studies"},
    "Release": {"release", "releases"},
    "Load": {"load", "loads"},
    "ModelRun": {"modelRun", "modelRuns", "runHistory"},
    "ScheduledRun": {"scheduledRun", "scheduledRuns"},
}


def fields_of(name: str) -> dict[str, Any]:
    return build_schema(COMMITTED).type_map[name].fields  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("edge", EDGES)
def test_schema__every_kind_of_edge_is_reached_from_both_its_ends(edge: str) -> None:
    places = REACHED_FROM[edge]
    for place in places:
        type_name, _, field = place.partition(".")
        assert field in fields_of(type_name), place
    ends = {*EDGES[edge].sources, *EDGES[edge].targets}
    assert ends <= {place.partition(".")[0] for place in places}


@pytest.mark.parametrize("label", NODES)
def test_schema__every_kind_of_node_has_a_root(label: str) -> None:
    assert ROOTS[label] <= set(fields_of("Query"))


@pytest.mark.parametrize("label", NODES)
def test_schema__every_list_of_many_is_a_connection(label: str) -> None:
    """A page of Relay with a cursor, where a node may have many; lists are short by nature."""
    short = {"nearestGenes"}
    for name, field in fields_of(label).items():
        if get_named_type(field.type).name.endswith("Connection"):
            assert {"first", "after"} <= set(field.args), f"{label}.{name}"
        elif name in short:
            assert "first" not in field.args


def test_schema__every_argument_but_the_thing_asked_for_has_a_default() -> None:
    types = build_schema(COMMITTED).type_map
    required = {
        (name, argument)
        for type_ in types.values()
        if not type_.name.startswith("__")
        for name, field in getattr(type_, "fields", {}).items()
        for argument, definition in getattr(field, "args", {}).items()
        if definition.default is None and definition.default_value is Undefined
    }
    assert {argument for _, argument in required} <= {"id", "ids", "trait", "text"}
