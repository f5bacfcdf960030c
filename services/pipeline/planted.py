"""LD score regression on the demo's simulated cohort, each estimate beside what was planted."""

from dataclasses import dataclass

from loaders.simulation import PlantedCategory, PlantedCohort, PolygenicTrait
from services.graph.store import Store
from services.pipeline.stages import Progress
from services.settings import Settings
from services.statistics import (
    CategoryResult,
    CellTypeReport,
    CorrelationReport,
    HeritabilityReport,
    LdScoreReport,
    LdScoreRequest,
    PartitionReport,
    RegressionRequest,
    compute_ld_scores,
    estimate_cell_type_enrichment,
    estimate_trait_correlation,
    estimate_trait_heritability,
    partition_heritability,
)

PAIR_THRESHOLD = 0.1
"""Pairs of SNPs with at least this r² become edges: the limit of the candidates' exclusion."""


@dataclass(frozen=True, slots=True)
class BesideTruth:
    """An estimate and the planted value.

    Attributes
    ----------
    trait
        Name of the trait, or of both.
    quantity
        What was estimated.
    truth
        The planted value.
    estimate, standard_error
        None where not defined.
    flags
        What to know before use.
    """

    trait: str
    quantity: str
    truth: float
    estimate: float | None
    standard_error: float | None
    flags: tuple[str, ...] = ()

    @property
    def n_errors(self) -> float | None:
        """How many standard errors the estimate lies above the truth; None where that is not defined."""
        if self.estimate is None or not self.standard_error:
            return None
        return (self.estimate - self.truth) / self.standard_error


@dataclass(frozen=True, slots=True)
class CohortReport:
    """What LD score regression finds in the simulated cohort.

    Attributes
    ----------
    ld_scores
        Of the cohort's panel.
    heritabilities, partitions, cell_types
        One a trait.
    correlation
        Of the two traits.
    beside_truth
        Every estimate whose truth is known.
    """

    ld_scores: LdScoreReport
    heritabilities: tuple[HeritabilityReport, ...]
    partitions: tuple[PartitionReport, ...]
    cell_types: tuple[CellTypeReport, ...]
    correlation: CorrelationReport
    beside_truth: tuple[BesideTruth, ...]

    @property
    def statuses(self) -> tuple[str, ...]:
        """Whether each analysis was computed or was there already."""
        analyses = (self.ld_scores, *self.heritabilities, *self.partitions, *self.cell_types, self.correlation)
        return tuple(analysis.status for analysis in analyses)


def analyse_cohort(
    store: Store, settings: Settings, planted: PlantedCohort, on_progress: Progress | None = None
) -> CohortReport:
    """Compute LD scores of the cohort's panel and regress its two traits on them.

    Parameters
    ----------
    store, settings
        The graph, in which the cohort's studies are loaded.
    planted
        The truth: names of the studies, and the values to set the estimates against.
    on_progress
        Called with (done, total, text).

    Notes
    -----
    A second call finds every run in the graph and computes nothing.
    """
    options = LdScoreRequest(
        window_cm=1.0,
        annotations=(planted.element_study_id, planted.cell_type_study_id),
        pair_threshold=PAIR_THRESHOLD,
    )
    scores = compute_ld_scores(store, settings, planted.panel_study_id, options=options, on_progress=on_progress)
    request = RegressionRequest(ld_scores=scores.run_id)
    tissues = tuple(
        category.annotation_id
        for category in planted.categories
        if category.annotation_id.startswith(f"{planted.cell_type_study_id}/")
    )
    traits = [trait.trait_id for trait in planted.traits]
    heritabilities = tuple(
        estimate_trait_heritability(store, settings, trait, request=request, on_progress=on_progress)
        for trait in traits
    )
    partitions = tuple(
        partition_heritability(store, settings, trait, request=request, on_progress=on_progress) for trait in traits
    )
    cell_types = tuple(
        estimate_cell_type_enrichment(
            store, settings, trait, cell_types=tissues, request=request, on_progress=on_progress
        )
        for trait in traits
    )
    correlation = estimate_trait_correlation(store, settings, *traits, request=request, on_progress=on_progress)
    beside = compare_with_truth(planted, heritabilities, partitions, cell_types, correlation)
    return CohortReport(scores, heritabilities, partitions, cell_types, correlation, beside)


def compare_with_truth(
    planted: PlantedCohort,
    heritabilities: tuple[HeritabilityReport, ...],
    partitions: tuple[PartitionReport, ...],
    cell_types: tuple[CellTypeReport, ...],
    correlation: CorrelationReport,
) -> tuple[BesideTruth, ...]:
    """Set every estimate whose truth is known beside it: h², intercepts, enrichments, cell types, rg."""
    rows: list[BesideTruth] = []
    for trait, report in zip(planted.traits, heritabilities, strict=True):
        rows.append(BesideTruth(trait.name, "h²", trait.h2, report.h2, report.h2_se, report.flags))
        rows.append(BesideTruth(trait.name, "intercept", 1.0, report.intercept, report.intercept_se))
    for trait, partition in zip(planted.traits, partitions, strict=True):
        rows += _compare_categories(planted, trait, partition)
    for trait, tissues in zip(planted.traits, cell_types, strict=True):
        rows += _compare_cell_types(planted, trait, tissues)
    both = " and ".join(trait.name for trait in planted.traits)
    rows.append(
        BesideTruth(
            both, "genetic correlation", planted.genetic_correlation, correlation.rg, correlation.rg_se,
            correlation.flags,
        )
    )  # fmt: skip
    rows.append(
        BesideTruth(
            both, "cross-trait intercept", planted.covariance_intercept, correlation.covariance_intercept,
            correlation.covariance_intercept_se,
        )
    )  # fmt: skip
    return tuple(rows)


def _compare_categories(planted: PlantedCohort, trait: PolygenicTrait, partition: PartitionReport) -> list[BesideTruth]:
    by_id = _categories(planted)
    return [
        _enrichment(trait, found, by_id[found.annotation_id])
        for found in partition.categories
        if found.annotation_id is not None
    ]


def _enrichment(trait: PolygenicTrait, found: CategoryResult, category: PlantedCategory) -> BesideTruth:
    return BesideTruth(
        trait=trait.name,
        quantity=f"enrichment of {found.name}",
        truth=category.enrichment,
        estimate=found.enrichment,
        standard_error=found.enrichment_se,
        flags=found.flags,
    )


def _compare_cell_types(planted: PlantedCohort, trait: PolygenicTrait, tissues: CellTypeReport) -> list[BesideTruth]:
    by_id = _categories(planted)
    return [
        BesideTruth(
            trait=trait.name,
            quantity=f"tau of {found.name} × {planted.n_snps:,} SNPs",
            truth=planted.tau(by_id[found.annotation_id], trait) * planted.n_snps,
            estimate=found.tau * planted.n_snps,
            standard_error=found.tau_se * planted.n_snps,
        )
        for found in tissues.cell_types
        if found.annotation_id is not None
    ]


def _categories(planted: PlantedCohort) -> dict[str, PlantedCategory]:
    return {category.annotation_id: category for category in planted.categories}
