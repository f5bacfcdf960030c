"""Reports with made-up values, for the tests that look at their text."""

from typing import Any

from loaders.report import LoadReport
from services.ingest import IngestReport, LoadOutcome
from services.pipeline.real_statistics import RealStatistics
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
from services.statistics import (
    CategoryResult,
    CellTypeReport,
    CellTypeResult,
    CorrelationReport,
    HeritabilityReport,
    LdScoreReport,
    PartitionReport,
    Source,
    TraitSummary,
)

_RUN: dict[str, Any] = {"status": "computed", "run_id": "r9", "release": 3, "seconds": 1.0}
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


def ld_score_report() -> LdScoreReport:
    """LD scores of ten people."""
    return LdScoreReport(
        **_RUN, panel="panel", build="GRCh37", n_people=10, n_variants=1_234, n_snps=1_200,
        n_dropped={"monomorphic": 34}, names=("base",), m=(1_200.0,), m_5_50=(1_000.0,), mean_ld_score=12.345,
        maximum_ld_score=99.0, window="1 cM", n_pairs=5_000, n_matched=77, files=(), flags=("whole_chromosome",),
    )  # fmt: skip


def source(name: str = "Trait T") -> Source:
    """Statistics of one study."""
    return Source(target=f"study/{name}", name=name, study_id="study", ld_scores="r8", counts={"no_ld_score": 12})


def heritability_report(**changes: Any) -> HeritabilityReport:
    """h² of .5 with an error of .1."""
    given: dict[str, Any] = {
        **_RUN, "source": source(), "h2": 0.5, "h2_se": 0.1, "h2_z": 5.0, "h2_liability": None,
        "h2_liability_se": None, "sample_prevalence": None, "population_prevalence": None, "intercept": 1.02,
        "intercept_se": 0.01, "ratio": 0.1, "ratio_se": 0.05, "lambda_gc": 1.1, "mean_chi2": 1.2, "n_snps": 1_100,
        "flags": ("few_snps",),
    }  # fmt: skip
    return HeritabilityReport(**{**given, **changes})


def category(annotation_id: str | None, enrichment: float | None = 3.0) -> CategoryResult:
    """One annotation; the base column has no node."""
    return CategoryResult(
        name="base" if annotation_id is None else annotation_id, annotation_id=annotation_id, is_continuous=False,
        proportion_of_snps=0.1, proportion_of_h2=0.3, proportion_of_h2_se=0.05, enrichment=enrichment,
        enrichment_se=0.5, enrichment_neg_log10_p=4.0, tau=1e-5, tau_se=2e-6, tau_z=5.0, tau_neg_log10_p=6.0,
        tau_star=1.0, tau_star_se=0.2, flags=(),
    )  # fmt: skip


def partition_report(*annotation_ids: str) -> PartitionReport:
    """The base and some annotations."""
    categories = (category(None, 1.0), *(category(name) for name in annotation_ids))
    return PartitionReport(
        **_RUN, source=source(), h2=0.48, h2_se=0.1, intercept=1.01, intercept_se=0.01, lambda_gc=1.1, mean_chi2=1.2,
        n_snps=1_100, condition_number=12.0, categories=categories, quantiles=(), n_snps_expected=77,
        flags=("few_snps",),
    )  # fmt: skip


def cell_type_report(*annotation_ids: str) -> CellTypeReport:
    """Some cell types beside a base."""
    cell_types = tuple(
        CellTypeResult(
            name=name, annotation_id=name, tau=1e-5, tau_se=2e-6, tau_z=5.0, neg_log10_p=6.5, p_value=10**-6.5
        )
        for name in annotation_ids
    )
    return CellTypeReport(**_RUN, source=source(), n_snps=1_100, n_base=2, cell_types=cell_types, flags=())


def correlation_report(rg: float | None = 0.5) -> CorrelationReport:
    """rg of .5 with an error of .2, or none."""
    summary = TraitSummary(
        source=source(), h2=0.5, h2_se=0.1, intercept=1.0, intercept_se=0.01, ratio=0.1, mean_chi2=1.2, lambda_gc=1.1
    )
    return CorrelationReport(
        **_RUN, first=summary, second=summary, rg=rg, rg_se=None if rg is None else 0.2, rg_z=2.5, rg_neg_log10_p=1.9,
        genetic_covariance=0.2, genetic_covariance_se=0.05, genetic_covariance_liability=None,
        covariance_intercept=0.25, covariance_intercept_se=0.01, n_snps=1_100,
        flags=("rg_undefined",) if rg is None else (),
    )  # fmt: skip


def real_statistics(**changes: Any) -> RealStatistics:
    """One trait on one panel, partitioned."""
    given: dict[str, Any] = {
        "panel": "panel", "study": "study", "n_samples": 1000, "ld_scores": ld_score_report(),
        "heritability": heritability_report(), "partition": partition_report("study/a"), "partition_note": "",
    }  # fmt: skip
    return RealStatistics(**{**given, **changes})
