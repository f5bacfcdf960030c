"""The committed schema is the code's, and no change of it breaks a client unnoticed."""

from graphql import build_schema
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
    assert {argument for _, argument in required} <= {"id", "trait", "text"}
