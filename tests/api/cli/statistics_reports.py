"""Reports of the statistics, as the services would give them."""

from typing import Any

from services.statistics import (
    CategoryResult,
    CellTypeReport,
    CellTypeResult,
    CorrelationReport,
    HeritabilityReport,
    LdScoreReport,
    PartitionReport,
    QuantileResult,
    Source,
    TraitSummary,
)

SHOWN: dict[str, Any] = {"status": "computed", "run_id": "run-9", "release": 4, "seconds": 1.5}
WRITTEN: dict[str, Any] = {"status": "written", "run_id": None, "release": None, "seconds": 1.5}


def source(target: str = "EFO:0004339", name: str | None = "body height", **more: Any) -> Source:
    counts = {"read": 1_101_236, "not_in_ld_scores": 1_234, "not_in_weights": 0, "duplicate": 2, "kept": 1_100_000}
    values = {"target": target, "name": name, "study_id": "height", "ld_scores": "run-1", "counts": counts}
    return Source(**{**values, **more})


def heritability(**more: Any) -> HeritabilityReport:
    values: dict[str, Any] = {
        **SHOWN,
        "source": source(),
        "h2": 0.25312,
        "h2_se": 0.03104,
        "h2_z": 8.155,
        "h2_liability": None,
        "h2_liability_se": None,
        "sample_prevalence": None,
        "population_prevalence": None,
        "intercept": 1.0213,
        "intercept_se": 0.0101,
        "ratio": 0.0852,
        "ratio_se": 0.0404,
        "lambda_gc": 1.1094,
        "mean_chi2": 1.25,
        "n_snps": 1_100_000,
        "flags": (),
    }
    return HeritabilityReport(**{**values, **more})


def category(name: str, **more: Any) -> CategoryResult:
    values: dict[str, Any] = {
        "name": name,
        "annotation_id": f"marks/{name}",
        "is_continuous": False,
        "proportion_of_snps": 0.1,
        "proportion_of_h2": 0.4,
        "proportion_of_h2_se": 0.05,
        "enrichment": 4.0,
        "enrichment_se": 0.5,
        "enrichment_neg_log10_p": 411.4948500216801,
        "tau": 1.2e-8,
        "tau_se": 4e-9,
        "tau_z": 3.0,
        "tau_neg_log10_p": 2.5,
        "tau_star": 0.51,
        "tau_star_se": 0.2,
        "flags": (),
    }
    return CategoryResult(**{**values, **more})


def partition(**more: Any) -> PartitionReport:
    nothing = dict.fromkeys(("enrichment", "enrichment_se", "enrichment_neg_log10_p", "proportion_of_snps"))
    values: dict[str, Any] = {
        **SHOWN,
        "source": source(),
        "h2": 0.25,
        "h2_se": 0.03,
        "intercept": 1.02,
        "intercept_se": None,
        "lambda_gc": 1.11,
        "mean_chi2": 1.25,
        "n_snps": 1_100_000,
        "condition_number": 123.4,
        "categories": (
            category("base", enrichment_neg_log10_p=None, tau_z=None, tau_star=None, tau_star_se=None),
            category("enhancer"),
            category("age", is_continuous=True, flags=("ill_conditioned",), **nothing),
        ),
        "quantiles": (
            QuantileResult(
                name="age",
                quantile=5,
                proportion_of_snps=0.2,
                proportion_of_h2=0.3,
                proportion_of_h2_se=0.01,
                enrichment=1.5,
                enrichment_se=0.05,
                enrichment_neg_log10_p=20.0,
            ),
        ),
        "n_snps_expected": 4_321,
        "flags": ("ratio_unstable",),
    }
    return PartitionReport(**{**values, **more})


def cell_types() -> CellTypeReport:
    rows = tuple(
        CellTypeResult(name=name, annotation_id=None, tau=1e-9, tau_se=5e-10, tau_z=2.0, neg_log10_p=p, p_value=10**-p)
        for name, p in (("liver", 3.0), ("brain", 1.0))
    )
    return CellTypeReport(
        **WRITTEN, source=source("x.sumstats.gz", None), n_snps=900, n_base=53, cell_types=rows, flags=()
    )


def correlation(second: str = "b", **more: Any) -> CorrelationReport:
    def summary(name: str) -> TraitSummary:
        return TraitSummary(
            source=source(name, None),
            h2=0.2,
            h2_se=0.02,
            intercept=1.01,
            intercept_se=0.01,
            ratio=0.1,
            mean_chi2=1.2,
            lambda_gc=1.1,
        )

    values: dict[str, Any] = {
        **SHOWN,
        "first": summary("a"),
        "second": summary(second),
        "rg": 0.5,
        "rg_se": 0.1,
        "rg_z": 5.0,
        "rg_neg_log10_p": 6.24,
        "genetic_covariance": 0.1,
        "genetic_covariance_se": 0.02,
        "genetic_covariance_liability": None,
        "covariance_intercept": 0.03,
        "covariance_intercept_se": 0.01,
        "n_snps": 1_000_000,
        "flags": (),
    }
    return CorrelationReport(**{**values, **more})


def ld_scores(**more: Any) -> LdScoreReport:
    values: dict[str, Any] = {
        **SHOWN,
        "panel": "panel",
        "build": "GRCh37",
        "n_people": 379,
        "n_variants": 20_000,
        "n_snps": 19_156,
        "n_dropped": {"monomorphic": 844, "all_missing": 0},
        "names": ("base", "enhancer"),
        "m": (19_156.0, 2_000.0),
        "m_5_50": (16_000.0, 1_500.5),
        "mean_ld_score": 17.03,
        "maximum_ld_score": 300.5,
        "window": "1 cM",
        "n_pairs": 12_345,
        "n_matched": 15_000,
        "files": ("ld/panel.22.l2.ldscore.gz",),
        "flags": (),
    }
    return LdScoreReport(**{**values, **more})
