"""What an analysis answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from services.statistics.values import to_json

Status = Literal["computed", "unchanged", "written"]
"""computed: a new run is shown; unchanged: the same run was shown already; written: from files, no graph touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What every analysis says of itself.

    Attributes
    ----------
    status
        computed, unchanged or written.
    run_id
        The run that readers see; None where only files were read.
    release
        Number of the release that shows it; None where only files were read.
    seconds
        Wall time.
    """

    status: Status
    run_id: str | None
    release: int | None
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values; a number that is none becomes null."""
        rendered: dict[str, Any] = to_json(asdict(self))
        return rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class LdScoreReport(_Report):
    """LD scores of one panel.

    Attributes
    ----------
    panel
        Study id or path of the .bed.
    build
        Genome build of its positions, None where nobody says.
    n_people, n_variants, n_snps
        People; variants of the .bim; SNPs with an LD score.
    n_dropped
        Variants left out, by reason.
    names, m, m_5_50
        Columns, base first; sums of their annotations over all SNPs, and over those with MAF > 5 %.
    mean_ld_score, maximum_ld_score
        Of the base column.
    window
        Half width with its unit, such as ``1 cM``.
    n_pairs
        Pairs with an r² of at least the threshold; None when none were asked for.
    n_matched
        SNP nodes that have an LD score now; None without a graph.
    files
        Files written for the original program.
    flags
        What to know before use.
    """

    panel: str
    build: str | None
    n_people: int
    n_variants: int
    n_snps: int
    n_dropped: Mapping[str, int]
    names: tuple[str, ...]
    m: tuple[float, ...]
    m_5_50: tuple[float, ...]
    mean_ld_score: float
    maximum_ld_score: float
    window: str
    n_pairs: int | None
    n_matched: int | None
    files: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a regression was made from.

    Attributes
    ----------
    target
        Trait id, or path of the statistics.
    name
        Name of the trait, None for a file.
    study_id
        Study of the statistics, None for a file.
    ld_scores
        Run or files of the LD scores.
    counts
        SNPs lost at each step of merging, by reason.
    """

    target: str
    name: str | None
    study_id: str | None
    ld_scores: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeritabilityReport(_Report):
    """SNP heritability of one trait; errors are block-jackknife standard errors; None where not defined.

    Attributes
    ----------
    source
        Trait, study, LD scores.
    h2, h2_se, h2_z
        On the observed scale, share of variance; h2 over its error.
    h2_liability, h2_liability_se
        On the liability scale, where both prevalences were given.
    sample_prevalence, population_prevalence
        As given.
    intercept, intercept_se, ratio, ratio_se
        Of the regression; (intercept - 1) / (mean chi² - 1).
    lambda_gc, mean_chi2, n_snps
        Of the regression's SNPs.
    flags
        negative_h2, ratio_unstable, low_mean_chi2, ...
    """

    source: Source
    h2: float
    h2_se: float
    h2_z: float
    h2_liability: float | None
    h2_liability_se: float | None
    sample_prevalence: float | None
    population_prevalence: float | None
    intercept: float
    intercept_se: float | None
    ratio: float | None
    ratio_se: float | None
    lambda_gc: float
    mean_chi2: float
    n_snps: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryResult:
    """One annotation of a stratified regression; None where not defined.

    Attributes
    ----------
    name
        Column.
    annotation_id
        Annotation node, None for the base column and for files.
    is_continuous
        Whether it has values other than 0 and 1; its enrichment is then not defined.
    proportion_of_snps, proportion_of_h2, proportion_of_h2_se, enrichment, enrichment_se, enrichment_neg_log10_p
        Share of SNPs and of heritability, their quotient, two-sided p.
    tau, tau_se, tau_z, tau_neg_log10_p
        Heritability a SNP gains by one unit, given all other annotations; two-sided p.
    tau_star, tau_star_se
        tau scaled to one sd and to the mean heritability of a SNP.
    flags
        What to know before use.
    """

    name: str
    annotation_id: str | None
    is_continuous: bool
    proportion_of_snps: float | None
    proportion_of_h2: float | None
    proportion_of_h2_se: float | None
    enrichment: float | None
    enrichment_se: float | None
    enrichment_neg_log10_p: float | None
    tau: float
    tau_se: float
    tau_z: float | None
    tau_neg_log10_p: float | None
    tau_star: float | None
    tau_star_se: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileResult:
    """Heritability of the SNPs in one quantile of a continuous annotation.

    Attributes
    ----------
    name, quantile
        The annotation; 1 for the lowest values.
    proportion_of_snps, proportion_of_h2, proportion_of_h2_se, enrichment, enrichment_se, enrichment_neg_log10_p
        As of a category.
    """

    name: str
    quantile: int
    proportion_of_snps: float
    proportion_of_h2: float
    proportion_of_h2_se: float
    enrichment: float
    enrichment_se: float
    enrichment_neg_log10_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionReport(_Report):
    """Heritability of one trait by annotation.

    Attributes
    ----------
    source
        Trait, study, LD scores.
    h2, h2_se, intercept, intercept_se, lambda_gc, mean_chi2, n_snps
        Of the whole regression.
    condition_number
        Of its design; large where annotations nearly repeat each other.
    categories
        One an annotation, in the order of the columns.
    quantiles
        Where quantiles were asked for.
    n_snps_expected
        SNP nodes that carry their expected heritability now; None without a graph.
    flags
        What to know before use.
    """

    source: Source
    h2: float
    h2_se: float
    intercept: float
    intercept_se: float | None
    lambda_gc: float
    mean_chi2: float
    n_snps: int
    condition_number: float
    categories: tuple[CategoryResult, ...]
    quantiles: tuple[QuantileResult, ...]
    n_snps_expected: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTypeResult:
    """One cell type beside the base model; the p is one-sided.

    Attributes
    ----------
    name, annotation_id
        Column; its Annotation node, None for files.
    tau, tau_se, tau_z, neg_log10_p, p_value
        Coefficient of the cell type's annotation.
    """

    name: str
    annotation_id: str | None
    tau: float
    tau_se: float
    tau_z: float
    neg_log10_p: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTypeReport(_Report):
    """Cell types of one trait, the smallest p first.

    Attributes
    ----------
    source
        Trait, study, LD scores.
    n_snps, n_base
        SNPs of the regression; columns of the base model.
    cell_types
        One a cell type.
    flags
        What to know before use.
    """

    source: Source
    n_snps: int
    n_base: int
    cell_types: tuple[CellTypeResult, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitSummary:
    """One of the two traits of a genetic correlation, as estimated beside it.

    Attributes
    ----------
    source
        Trait, study, LD scores.
    h2, h2_se, intercept, intercept_se, ratio, mean_chi2, lambda_gc
        As of a heritability.
    """

    source: Source
    h2: float
    h2_se: float
    intercept: float
    intercept_se: float | None
    ratio: float | None
    mean_chi2: float
    lambda_gc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationReport(_Report):
    """Genetic correlation of two traits; None where not defined.

    Attributes
    ----------
    first, second
        The traits, in the order asked for.
    rg, rg_se, rg_z, rg_neg_log10_p
        Genetic correlation, two-sided p.
    genetic_covariance, genetic_covariance_se
        On the observed scale.
    genetic_covariance_liability
        On the liability scale, where prevalences were given.
    covariance_intercept, covariance_intercept_se
        Intercept of the cross-trait regression; not 0 with shared samples.
    n_snps
        SNPs of the regression.
    flags
        rg_out_of_bounds, negative_h2, ...
    """

    first: TraitSummary
    second: TraitSummary
    rg: float | None
    rg_se: float | None
    rg_z: float | None
    rg_neg_log10_p: float | None
    genetic_covariance: float
    genetic_covariance_se: float
    genetic_covariance_liability: float | None
    covariance_intercept: float
    covariance_intercept_se: float | None
    n_snps: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What became of the runs of the current release.

    Attributes
    ----------
    attached
        Runs that are in the graph as they should be.
    retired
        Runs whose trait, panel or annotations are gone.
    stale
        Runs that stay although a study they were made from was loaded anew since.
    is_deferred
        True when another process is computing statistics: it does this when it has ended.
    """

    attached: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    is_deferred: bool = False
