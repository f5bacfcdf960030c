"""Mixed models on the small graph, written as the services would leave them: some shown, some staged, some retired."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from services.settings import Settings
from services.statistics.runs import Analysis, describe_analysis, write_folder
from tests.api.graph_rows import LEAD, LOAD_IDS, RUN_IDS, SECOND, THIRD, Cypher

ARTHRITIS, HEIGHT, DEPRESSION, OTHER_DEPRESSION = "EFO:0000685", "EFO:0004339", "a/depression", "b/depression"
N_ROWS = 1_200

_SCAN_FACTS: dict[str, Any] = {
    "trait": "ra",
    "method": "exact",
    "is_loco": False,
    "n_people": 1_940,
    "n_tested": N_ROWS,
    "judged_by": "wald",
    "lambda_gc": {"wald": 1.02},
    "study_id": "gwas",
    "load_id": "gwas-1",
    "build": "GRCh37",
}


def describe_scan(trait_id: str, **choices: Any) -> Analysis:
    """A scan's run: the same trait and choices make the same id."""
    return describe_analysis("lmm", trait_id, inputs={"a.bed": "ab"}, studies={"gwas": "gwas-1"}, choices=choices)


def describe_reml(model: str, trait_id: str) -> Analysis:
    """A run of REML; it is made from no study."""
    return describe_analysis(model, trait_id, inputs={"a.bed": "ab"}, studies={}, choices={})


SCAN, OLD_SCAN, HEIGHT_SCAN = describe_scan(ARTHRITIS), describe_scan(ARTHRITIS, seed=1), describe_scan(HEIGHT)
REML, FAILED_REML = describe_reml("reml", ARTHRITIS), describe_reml("reml", DEPRESSION)
CHROMOSOMES, FAILED_PARTS = describe_reml("reml-chromosomes", ARTHRITIS), describe_reml("reml-annotations", ARTHRITIS)
SHOWN = (SCAN, HEIGHT_SCAN, REML, FAILED_REML, CHROMOSOMES, FAILED_PARTS)


def _component(name: str, **more: Any) -> dict[str, Any]:
    """As a component of REML's report."""
    return {
        "name": name,
        "variance": 0.2,
        "variance_se": 0.05,
        "share": 0.1,
        "share_se": 0.03,
        "share_of_snps": 0.5,
        "is_at_bound": False,
        "lrt": 20.0,
        "lrt_neg_log10_p": 5.4,
        "mean_diagonal": 1.0,
        **more,
    }


_REML_FACTS: dict[str, Any] = {
    "share_scale": "plain",
    "is_constrained": True,
    "is_converged": True,
    "reason": "",
    "flags": [],
    "n_people": 1_940,
}
_FAILED: dict[str, Any] = {
    **_REML_FACTS,
    "is_converged": False,
    "reason": "too_many_iterations",
    "flags": ["not_converged"],
    "h2": 7.5,
    "h2_se": 3.5,
}
_FACTS: Mapping[str, dict[str, Any]] = {
    SCAN.run_id: _SCAN_FACTS,
    OLD_SCAN.run_id: _SCAN_FACTS,
    HEIGHT_SCAN.run_id: {**_SCAN_FACTS, "trait": "height", "study_id": "height", "method": "p3d", "n_people": 900},
    REML.run_id: {**_REML_FACTS, "h2": 0.5, "h2_se": 0.05},
    FAILED_REML.run_id: {**_FAILED, "components": [_component("genome")]},
    CHROMOSOMES.run_id: {
        **_REML_FACTS,
        "h2": 0.1,
        "h2_se": 0.031,
        "flags": ["component_at_bound"],
        "components": [
            _component("1"),
            _component("2", share=0.0, share_se=None, is_at_bound=True, lrt=0.0, lrt_neg_log10_p=0.3),
        ],
    },
    FAILED_PARTS.run_id: {**_FAILED, "components": [_component("genes")]},
}
_SCAN_VALUES = {
    "lmm_h2": 0.61,
    "lmm_h2_se": 0.04,
    "lmm_grm_kind": "centred",
    "lmm_minimum_maf": 0.01,
    "lmm_trace": 0.98,
    "lmm_lambda_gc": 1.02,
    "lmm_test": "wald",
    "lmm_method": "exact",
    "lmm_is_loco": False,
    "lmm_n": 1_940,
    "lmm_n_snps": N_ROWS,
    "lmm_flags": ["imprecise"],
    "lmm_table": f"/scans/{SCAN.run_id}",
    "lmm_study_id": "gwas",
    "lmm_run_id": SCAN.run_id,
}
_REML_VALUES = {
    "reml_h2": 0.5,
    "reml_h2_se": 0.05,
    "reml_h2_liability": 0.3,
    "reml_h2_liability_se": 0.03,
    "reml_sample_prevalence": 0.4,
    "reml_population_prevalence": 0.01,
    "reml_share_scale": "plain",
    "reml_grm_kind": "gcta",
    "reml_minimum_maf": 0.01,
    "reml_trace": 1.01,
    "reml_is_constrained": True,
    "reml_n": 1_940,
    "reml_run_id": REML.run_id,
}
_TRAITS: dict[str, dict[str, Any]] = {
    ARTHRITIS: {**_SCAN_VALUES, **_REML_VALUES},
    HEIGHT: {"lmm_h2": 0.9, "lmm_run_id": "0" * 16, "lmm_study_id": "height", "reml_h2": 0.9, "reml_run_id": "0" * 16},
    OTHER_DEPRESSION: {"lmm_h2": 0.9, "lmm_run_id": OLD_SCAN.run_id},
}
_SNPS: dict[str, list[tuple[str, float, float, float]]] = {
    LEAD: [
        (OLD_SCAN.run_id, 9.0, 9.0, 99.0),
        (SCAN.run_id, -0.2, 0.02, 22.5),
        (HEIGHT_SCAN.run_id, math.nan, 0.5, 411.4948500216801),
    ],
    SECOND: [(SCAN.run_id, 0.1, 0.02, 6.2), (HEIGHT_SCAN.run_id, 0.1, 0.1, math.nan)],
    THIRD: [(OLD_SCAN.run_id, 9.0, 9.0, 99.0)],
}
_SET_RELEASE = "MATCH (r:Release {is_current: true}) SET r.run_ids = $run_ids, r.load_ids = $load_ids"


def scan_table() -> pl.DataFrame:
    """A scan of two chromosomes; one SNP has no effect, another the smallest p."""
    at = pl.int_range(N_ROWS, eager=True)
    return pl.DataFrame(
        {
            "chromosome": ["1"] * 700 + ["2"] * 500,
            "rsid": [f"rs{n}" for n in range(N_ROWS)],
            "position_bp": (at % 700) * 10 + 10,
            "beta": [math.nan, *(n / 1_000 for n in range(1, N_ROWS))],
            "neg_log10_p_wald": [12.0 if n == 705 else n % 7 for n in range(N_ROWS)],
        },
        schema_overrides={"neg_log10_p_wald": pl.Float64},
    )


def write_scan_folder(settings: Settings, analysis: Analysis) -> Path:
    """The files of a scan's run."""

    def write(folder: Path) -> None:
        scan_table().write_parquet(folder / "scan.parquet", row_group_size=300)

    return write_folder(settings, analysis, _FACTS[analysis.run_id], write)


def write_mixed_models(cypher: Cypher) -> None:
    """Add runs, values of traits and of SNPs to the small graph, and show the runs in :data:`SHOWN`."""
    runs = [
        {
            "run_id": run.run_id,
            "model": run.model,
            "scope": run.scope,
            "status": "retired" if run is OLD_SCAN else "finished",
            "fingerprint": run.fingerprint,
            "load_ids": list(run.load_ids),
            "metrics": json.dumps(_FACTS[run.run_id]),
        }
        for run in (*SHOWN, OLD_SCAN)
    ]
    cypher("UNWIND $rows AS row CREATE (n:ModelRun) SET n = row, n.finished_at = datetime('2026-01-02')", rows=runs)
    for trait, properties in _TRAITS.items():
        cypher("MATCH (n:Trait {trait_id: $key}) SET n += $properties", key=trait, properties=properties)
    names = ("lmm_run_ids", "lmm_effect_sizes", "lmm_standard_errors", "lmm_neg_log10_ps")
    for snp, rows in _SNPS.items():
        properties = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        cypher("MATCH (n:SNP {key: $key}) SET n += $properties", key=snp, properties=properties)
    show(cypher, *SHOWN)


def show(cypher: Cypher, *runs: Analysis) -> None:
    """Make these the runs of the current release, beside those of the small graph."""
    cypher(_SET_RELEASE, run_ids=[*RUN_IDS, *(run.run_id for run in runs)], load_ids=list(LOAD_IDS))
