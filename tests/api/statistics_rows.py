"""Statistics on the small graph, written as the services would leave them: some shown, some staged, some retired."""

import json
from typing import Any

from tests.api.graph_rows import LEAD, LOAD_IDS, RUN_IDS, SECOND, THIRD, Cypher

ARTHRITIS, HEIGHT = "EFO:0000685", "EFO:0004339"
STATISTICS_RUN_IDS = ("h2-1", "s-1", "s-2", "ct-1", "rg-1", "rg-2", "rg-3", "ld-2", "reml-1")
SHA256 = "ab" * 32
INPUTS = [f"gwas={SHA256}", "ld-2=cd"]

_RUNS: list[dict[str, Any]] = [
    {"run_id": run_id, "model": model, "scope": scope, "status": "finished", "fingerprint": run_id, **more}
    for run_id, model, scope, more in (
        ("h2-1", "ldsc", ARTHRITIS, {"inputs": INPUTS, "load_ids": ["gwas-1"], "metrics": json.dumps({"h2": 0.25})}),
        ("h2-0", "ldsc", HEIGHT, {}),
        ("s-1", "s-ldsc", ARTHRITIS, {}),
        ("s-2", "s-ldsc", HEIGHT, {}),
        ("ct-1", "cell-types", ARTHRITIS, {}),
        ("rg-1", "genetic-correlation", f"{ARTHRITIS}|{HEIGHT}", {}),
        ("ld-2", "ld-scores", "panel", {}),
    )
]
_HERITABILITY: dict[str, dict[str, Any]] = {
    ARTHRITIS: {
        "h2": 0.25,
        "h2_se": 0.03,
        "h2_liability": 0.14,
        "h2_liability_se": 0.017,
        "sample_prevalence": 0.4,
        "population_prevalence": 0.01,
        "intercept": 1.02,
        "intercept_se": 0.01,
        "ratio": 0.08,
        "ratio_se": 0.04,
        "lambda_gc": 1.11,
        "mean_chi2": 1.25,
        "n_snps": 1_100_000,
        "heritability_flags": ["negative_h2"],
        "heritability_study_id": "gwas",
        "heritability_run_id": "h2-1",
    },
    HEIGHT: {"h2": 0.9, "h2_se": 0.1, "heritability_run_id": "h2-0", "heritability_study_id": "height"},
}
_SNPS: dict[str, dict[str, Any]] = {
    LEAD: {
        "reported_ld_score": 12.5,
        "ld_score": 10.0,
        "ld_score_run_id": "ld-1",
        "staged_ld_score": 11.0,
        "staged_ld_score_run_id": "ld-2",
        "expected_heritability": [1e-7, 2e-7, 9e-7],
        "expected_heritability_run_ids": ["s-1", "s-2", "s-0"],
    },
    SECOND: {"ld_score": 20.0, "ld_score_run_id": "ld-2", "staged_ld_score": 7.0, "staged_ld_score_run_id": "ld-3"},
    THIRD: {"ld_score": 30.0, "ld_score_run_id": "ld-1"},
}


def _enrichment(run_id: str, trait: str, annotation: str, model: str, **more: Any) -> dict[str, Any]:
    properties = {
        "edge_key": f"{run_id}|{trait}|{annotation}|{model}",
        "run_id": run_id,
        "model": model,
        "study_id": "gwas" if trait == ARTHRITIS else "height",
        "tau": 1e-8,
        "tau_se": 5e-9,
        "tau_z": 2.0,
        "is_continuous": False,
        "flags": [],
        "knowledge_level": "statistical_estimate",
        **more,
    }
    return {"start": trait, "end": annotation, "properties": properties}


_ENRICHMENTS = [
    _enrichment(
        "s-1",
        ARTHRITIS,
        "states/Enh",
        "s-ldsc",
        proportion_of_snps=0.1,
        proportion_of_h2=0.4,
        proportion_of_h2_se=0.05,
        enrichment=4.0,
        enrichment_se=0.5,
        enrichment_neg_log10_p=411.4948500216801,
        tau_neg_log10_p=1.3,
        tau_star=0.5,
        tau_star_se=0.2,
    ),
    _enrichment(
        "s-1",
        ARTHRITIS,
        "states/Prom",
        "s-ldsc",
        enrichment=6.0,
        enrichment_se=2.0,
        enrichment_neg_log10_p=3.0,
        tau_neg_log10_p=2.0,
        tau_star=-0.5,
    ),
    _enrichment("s-1", ARTHRITIS, "states/Age", "s-ldsc", is_continuous=True, tau_neg_log10_p=9.0, tau_star=0.9),
    _enrichment("ct-1", ARTHRITIS, "states/Enh", "cell-types", tau_neg_log10_p=1.5),
    _enrichment("s-2", HEIGHT, "states/Enh", "s-ldsc", enrichment=1.5, enrichment_neg_log10_p=0.5),
    _enrichment("s-0", ARTHRITIS, "states/Enh", "s-ldsc", enrichment=99.0, enrichment_neg_log10_p=99.0),
]


def _correlation(run_id: str, first: str, second: str, **more: Any) -> dict[str, Any]:
    properties = {
        "edge_key": f"{run_id}|{first}|{second}",
        "run_id": run_id,
        "study_ids": ["gwas", "height"],
        "genetic_covariance": 0.1,
        "genetic_covariance_se": 0.02,
        "covariance_intercept": 0.03,
        "covariance_intercept_se": 0.01,
        "n_snps": 1_000_000,
        "flags": [],
        "knowledge_level": "statistical_estimate",
        **more,
    }
    return {"start": first, "end": second, "properties": properties}


def _correlation_of_people(run_id: str, first: str, second: str, **more: Any) -> dict[str, Any]:
    """As bivariate REML leaves it: without studies and without what only LD scores give."""
    row = _correlation(
        run_id, first, second, model="reml-correlation", n_people=1_940, flags=["rg_out_of_bounds"], **more
    )
    for name in ("study_ids", "covariance_intercept", "covariance_intercept_se", "n_snps"):
        del row["properties"][name]
    return row


_CORRELATIONS = [
    _correlation("rg-1", ARTHRITIS, HEIGHT, rg=0.5, rg_se=0.1, rg_z=5.0, rg_neg_log10_p=6.24),
    _correlation("rg-2", ARTHRITIS, "a/depression", rg=-0.2, rg_se=0.1, rg_z=-2.0, rg_neg_log10_p=1.3),
    _correlation("rg-3", ARTHRITIS, "b/depression", flags=["negative_h2"]),
    _correlation_of_people("reml-1", HEIGHT, "a/depression", rg=1.1, rg_se=0.3, rg_neg_log10_p=4.0),
    _correlation("rg-0", ARTHRITIS, HEIGHT, rg=0.9, rg_se=0.1, rg_z=9.0, rg_neg_log10_p=19.0),
]
_PAIRS = [
    {"start": start, "end": end, "properties": {"edge_key": f"{run}|{start}|{end}", "run_id": run, "r_squared": r}}
    for run, start, end, r in (
        ("ld-2", LEAD, SECOND, 0.4),
        ("ld-2", LEAD, THIRD, 0.8),
        ("ld-1", SECOND, THIRD, 0.9),
    )
]

_JOIN = (
    "UNWIND $rows AS row MATCH (a:{start} {{{start_key}: row.start}}) MATCH (b:{end} {{{end_key}: row.end}}) "
    "CREATE (a)-[e:{kind}]->(b) SET e = row.properties"
)


def write_statistics(cypher: Cypher) -> None:
    """Add statistics to the small graph, and show the runs in :data:`STATISTICS_RUN_IDS`."""
    cypher("UNWIND $rows AS row CREATE (n:ModelRun) SET n = row", rows=_RUNS)
    annotations = [
        {"annotation_id": f"states/{name}", "name": name, "load_id": "states-1", "study_id": "states"}
        for name in ("Prom", "Age")
    ]
    cypher("UNWIND $rows AS row CREATE (n:Annotation) SET n = row", rows=annotations)
    for trait, properties in _HERITABILITY.items():
        cypher("MATCH (n:Trait {trait_id: $key}) SET n += $properties", key=trait, properties=properties)
    for snp, properties in _SNPS.items():
        cypher("MATCH (n:SNP {key: $key}) SET n += $properties", key=snp, properties=properties)
    trait = {"start": "Trait", "start_key": "trait_id"}
    ends = {"end": "Annotation", "end_key": "annotation_id"}
    cypher(_JOIN.format(kind="ENRICHED_IN", **trait, **ends), rows=_ENRICHMENTS)
    ends = {"end": "Trait", "end_key": "trait_id"}
    cypher(_JOIN.format(kind="GENETIC_CORRELATION", **trait, **ends), rows=_CORRELATIONS)
    pair = {"start": "SNP", "start_key": "key", "end": "SNP", "end_key": "key"}
    cypher(_JOIN.format(kind="IN_LD_WITH", **pair), rows=_PAIRS)
    cypher(
        "MATCH (r:Release {is_current: true}) SET r.run_ids = $run_ids, r.load_ids = $load_ids",
        run_ids=[*RUN_IDS, *STATISTICS_RUN_IDS],
        load_ids=list(LOAD_IDS),
    )
