"""Whatever the graph's registry holds is in GraphQL, or it is said here why not."""

from collections.abc import Iterator

import pytest
from graphql import build_schema

from graph_schema import EDGES, NODES, Property
from graph_schema.properties import (
    ANNOTATION_SHARES,
    CHROMOSOME_SHARES,
    HERITABILITY,
    MIXED_MODEL,
    SNP_RESULTS,
    VARIANCE,
)
from tests.paths import ROOT

TYPES = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8")).type_map
TYPE_OF_EDGE = {
    "MQTL": "Mqtl",
    "EQTL": "Eqtl",
    "ASSOCIATED_WITH": "Association",
    "EQTM": "Eqtm",
    "NEAR": "NearbyGene",
    "IN_LD_BLOCK": "LDBlock",
    "IN_ANNOTATION": "AnnotationMembership",
    "IN_LD_WITH": "LdPartner",
    "ENRICHED_IN": "Enrichment",
    "GENETIC_CORRELATION": "GeneticCorrelation",
    "PREDICTED_ASSOCIATION": "PredictedAssociation",
}
IN_A_TYPE_OF_ITS_OWN = {
    "Heritability": (HERITABILITY, "heritability_"),
    "MixedModel": (MIXED_MODEL, "lmm_"),
    "RemlEstimate": (VARIANCE, "reml_"),
    "PartitionPart": ((*CHROMOSOME_SHARES, *ANNOTATION_SHARES), "reml_"),
    "MixedModelResult": (SNP_RESULTS, "lmm_"),
}
SHOWN_AS = {
    "edge_key": {"id"},
    "study_id": {"study"},
    "study_ids": {"study", "studies"},
    "run_id": {"run", "modelRun"},
    "model_run_id": {"modelRun"},
    "active_load_id": {"load"},
    "report": {"reasons"},
    "metrics": {"evaluation"},
    "table": {"tableUrl"},
    "model": {"model", "modelRun"},
    "ld_score_run_id": {"ldScoreRun"},
    "expected_heritability_run_ids": {"expectedHeritability"},
    "effect_sizes": {"effectSize"},
    "standard_errors": {"standardError"},
    "neg_log10_ps": {"negLog10P"},
    "run_ids": {"run"},
    "chromosomes": {"name"},
    "annotations": {"name"},
    **{f"{part}_shares": {"share"} for part in ("chromosome", "annotation")},
    **{f"{part}_share_ses": {"shareSe"} for part in ("chromosome", "annotation")},
}
NOT_SHOWN = {
    "load_id": "an edge's id begins with it, and a study leads to its load",
    "load_ids": "of a run: isStale says what a reader needs of them",
    "load_ids_before": "as load_ids",
    "is_superseded": "rows that another one replaces are never shown",
    "staged_ld_score": "on its way",
    "staged_ld_score_run_id": "on its way",
    "table_path": "a place on the server's disk",
    "table_sha256": "of that file",
    "artefact_path": "a place on the server's disk",
    "settings": "of a study: paths of the server's disk; a run's are shown",
    "fingerprint": "the id is its hash",
    "snapshot_fingerprint": "compares runs inside the program",
    "chromosome_run_id": "Partition.run",
    "annotation_run_id": "Partition.run",
    **dict.fromkeys(("inputs", "is_answered", "holder", "expires_at", "not_before"), "the scheduler's own"),
}


def listed() -> Iterator[tuple[str, Property, str]]:
    """Type, property and the name to look for."""
    moved = {}
    for type_name, (properties, prefix) in IN_A_TYPE_OF_ITS_OWN.items():
        moved |= {item.name: (type_name, item.name.removeprefix(prefix)) for item in properties}
    for label, node in NODES.items():
        for item in node.properties:
            if item.name != node.key:
                type_name, name = (
                    moved.get(item.name, (label, item.name)) if label in {"SNP", "Trait"} else (label, item.name)
                )
                yield type_name, item, name
    for kind, edge in EDGES.items():
        for item in edge.properties:
            yield TYPE_OF_EDGE[kind], item, item.name


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


@pytest.mark.parametrize(
    ("type_name", "item", "name"), list(listed()), ids=lambda value: getattr(value, "name", str(value))
)
def test_registry__every_property_is_in_graphql(type_name: str, item: Property, name: str) -> None:
    shown = set(TYPES[type_name].fields)  # type: ignore[attr-defined]
    assert {camel(name), *SHOWN_AS.get(name, ())} & shown or name in NOT_SHOWN, f"{type_name} lacks {item.name}"


def test_registry__what_is_not_shown_exists() -> None:
    assert set(NOT_SHOWN) <= {name for _, _, name in listed()}
