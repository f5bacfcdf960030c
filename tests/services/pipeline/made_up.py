"""Reports with made-up values, for the tests that look at their text."""

from typing import Any

from loaders.report import LoadReport
from services.ingest import IngestReport, LoadOutcome
from services.pipeline.stages import GraphCounts, MemoryUse
from services.search import (
    Candidate,
    CandidateOptions,
    CandidateReport,
    EvidencePath,
    MolecularEdge,
    NearGene,
    NullExpectation,
    Trait,
    TraitEdge,
)

QUERY, FOUND = "GRCh37:1:1000:A:G", "GRCh37:2:2000:A:C"
COUNTS = GraphCounts({"SNP": 1234}, {"MQTL": 5})
MEMORY = MemoryUse(100.0, None)
SECONDS = {"load": 61.0, "train": 2.0}


def ingest_report() -> IngestReport:
    """One study with a skip and a refusal."""
    report = LoadReport("godmc", "mqtl", 10, 7, {"below_threshold": 2}, {"bad_p": 1}, {})
    return IngestReport(loads=(LoadOutcome("godmc", "mqtl", "l1", "loaded", report, 0.1),))


def metrics() -> dict[str, Any]:
    """One row of an evaluation."""
    measure = {"estimate": 0.5, "lower": 0.4, "upper": 0.6}
    row = {"method": "PinSage", "subset": "all", "n_pairs": 9, "mrr": measure}
    row |= dict.fromkeys(("hit_10", "hit_50", "hit_100"), measure)
    snapshot = {
        "n_edges": 2000, "n_snps": 30, "n_snps_outside": 10, "n_edges_outside": 12, "n_cpgs": 5, "n_genes": 6,
        "n_blocks": 7, "n_clusters": 8, "largest_clusters": [4, 2], "n_cluster_links_dropped": 0,
    }  # fmt: skip
    evaluation = {"rows": [row], "n_held_out_pairs": 9, "n_training_pairs": 90, "n_blocks": 7}
    return {"evaluation": evaluation, "snapshot": snapshot}


def candidate(key: str = FOUND, *, is_significant: bool | None = True) -> Candidate:
    """A candidate with one evidence path over cg1."""
    first = MolecularEdge(QUERY, "MQTL", "godmc", 9.0, 20.0, "1.0E-20", 0.5, "trans")
    last = MolecularEdge(key, "MQTL", "godmc", 8.0, 15.0, "1.0E-15", 0.4, "trans")
    path = EvidencePath(
        QUERY, key, "cg1", "CpG", "cg1", first, last, TraitEdge(QUERY, "gwas", 7.0, 12.0, "1.0E-12"), None, 0.2, False
    )
    return Candidate(
        key=key, rsids=("rs2",), chromosome="2", position_bp=2000, block="GRCh37:2:1-9999", is_in_mhc=False, rank=1,
        score=0.9, query_snp=QUERY, neg_log10_p=5.0, p_value="1.0E-5", z_score=4.4, effect_size=None,
        standard_error=None, n_samples=100, is_significant=is_significant, novelty="novel", ld_source="LD blocks",
        nearest_genes=(NearGene("ENSG1", "GENE1", 10),), paths=(path,),
    )  # fmt: skip


def candidate_report(**changes: Any) -> CandidateReport:
    """One query SNP, one candidate, tested."""
    given: dict[str, Any] = {
        "trait": Trait("study/T", "Trait T", "study", 4), "options": CandidateOptions(), "status": "tested",
        "release": 1, "run_id": "r1", "n_known_snps": 3, "query_snps": (QUERY,), "n_candidates": 1, "threshold": 1.3,
        "p_threshold": "0.05", "n_significant": 1, "candidates": (candidate(),), "warnings": ("mind this",),
        "null": NullExpectation(9, 50, 3, 1.0, 1, 1, 0.25, (0.0, 1.0), 0.2, (0.0, 1.0), 0.2, (0.1, 0.3), 0.1, 0.1),
    }  # fmt: skip
    return CandidateReport(**{**given, **changes})
