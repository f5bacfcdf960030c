"""What a scan and REML answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from services.mixed_models.scan_facts import RidgeFacts, SexFacts
from services.statistics.values import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleReport:
    """What every analysis of people says of itself.

    Attributes
    ----------
    genotypes, phenotypes, covariate_table
        The files; None without covariates.
    covariate_names, categorical
        Its columns that were asked for (none: all), and those of words.
    n_people, sample_counts
        People analysed, and the losses by name.
    matched_by
        What told people apart, table by table.
    covariates
        Names of the columns that were fitted beside the intercept.
    n_chromosomes
        Chromosomes of the SNPs; None where kinship came from files and no SNP was looked at.
    notes
        What a reader should know, as sentences.
    files
        Files that were written.
    seconds
        Wall time.
    """

    genotypes: str
    phenotypes: str
    covariate_table: str | None
    covariate_names: tuple[str, ...]
    categorical: tuple[str, ...]
    n_people: int
    sample_counts: Mapping[str, int]
    matched_by: Mapping[str, str]
    covariates: tuple[str, ...]
    n_chromosomes: int | None
    notes: tuple[str, ...]
    files: tuple[str, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values; a number that is none becomes null."""
        rendered: dict[str, Any] = to_json(asdict(self))
        return rendered


@dataclass(frozen=True, slots=True)
class KinshipFacts:
    """How a matrix was made; a share of variance means nothing without it.

    Attributes
    ----------
    grm_kind
        centred, standardised or gcta.
    n_snps
        SNPs that it is the mean over; 0 where a file does not say.
    minimum_maf, maximum_missing
        Bars of its SNPs; None for a file.
    source
        computed, or the file's name.
    """

    grm_kind: str
    n_snps: int
    minimum_maf: float | None
    maximum_missing: float | None
    source: str


@dataclass(frozen=True, slots=True)
class NullFacts:
    """The model without a SNP.

    Attributes
    ----------
    pve, pve_se
        Share of variance (trace times lambda over that plus one), and its error; None where there is none.
    vg, ve
        Variance components, REML.
    lambda_reml, lambda_ml, logl_reml, logl_ml
        Vg / ve at the two maxima, and the log-likelihoods there.
    trace
        Mean diagonal of the centred kinship.
    beta, beta_se
        Intercept and covariates.
    is_at_bound
        Whether the REML lambda stands at an end of its range.
    """

    pve: float
    pve_se: float | None
    vg: float
    ve: float
    lambda_reml: float
    lambda_ml: float
    logl_reml: float
    logl_ml: float
    trace: float
    beta: tuple[float, ...]
    beta_se: tuple[float, ...]
    is_at_bound: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A lead of the scan; the effect allele is the counted one."""

    chromosome: str | None
    rsid: str
    position_bp: int | None
    effect_allele: str
    other_allele: str
    frequency: float
    n: int
    beta: float
    se: float
    neg_log10_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport(PeopleReport):
    """A scan of one trait.

    Attributes
    ----------
    trait, method, is_loco
        What was asked.
    n_cases, n_controls
        Of a trait of cases and controls; None for others.
    n_snps, n_tested, n_dropped
        SNPs read, tested, and left out by reason.
    n_refitted
        SNPs fitted on the whole range of lambda.
    kinship, null
        The whole kinship and the model without a SNP; None for a method without.
    chromosome_pve
        With chromosomes left out: share of variance of the others, by the chromosome.
    lambda_gc
        Genomic control by test; None where nothing was tested.
    judged_by
        The test whose p-values hits and leads have.
    n_genome_wide
        SNPs with a p below 5e-8.
    hits
        Leads, strongest first.
    ridge
        The first step of ridge and ridge-firth; None for other methods.
    sex
        How X was read; None where no SNP lies on it.
    """

    trait: str
    method: str
    is_loco: bool
    n_cases: int | None
    n_controls: int | None
    n_snps: int
    n_tested: int
    n_dropped: Mapping[str, int]
    n_refitted: int
    kinship: KinshipFacts | None
    null: NullFacts | None
    chromosome_pve: Mapping[str, float]
    lambda_gc: Mapping[str, float]
    judged_by: str
    n_genome_wide: int
    hits: tuple[Hit, ...]
    ridge: RidgeFacts | None = None
    sex: SexFacts | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """What one matrix explains; errors are None where the constraint holds the component at 0.

    Attributes
    ----------
    name
        Of the part of the genome.
    variance, variance_se, share, share_se
        The component, and its share of the phenotypic variance.
    share_of_snps
        SNPs of this matrix over those of all; None where a file does not say.
    is_at_bound
        Whether the constraint holds it at 0.
    lrt, lrt_neg_log10_p
        Likelihood ratio against the model without it; None where it was not tested.
    kinship, mean_diagonal
        How the matrix was made, and the mean of its diagonal over the people analysed.
    """

    name: str
    variance: float
    variance_se: float | None
    share: float
    share_se: float | None
    share_of_snps: float | None
    is_at_bound: bool
    lrt: float | None
    lrt_neg_log10_p: float | None
    kinship: KinshipFacts
    mean_diagonal: float


@dataclass(frozen=True, slots=True)
class Correlation:
    """Genetic correlation of two traits.

    Attributes
    ----------
    rg, rg_se
        None where a genetic variance is not positive.
    genetic_covariance, residual_covariance
        First variance, covariance, second variance; ``_se`` their errors.
    h2, h2_se
        Of each trait.
    n_first, n_second, n_both
        People with each trait, and with both.
    lrt, lrt_neg_log10_p
        Against a correlation of 0; None where it was not tested.
    """

    rg: float | None
    rg_se: float | None
    genetic_covariance: tuple[float, float, float]
    genetic_covariance_se: tuple[float, float, float]
    residual_covariance: tuple[float, float, float]
    residual_covariance_se: tuple[float, float, float]
    h2: tuple[float, float]
    h2_se: tuple[float, float]
    n_first: int
    n_second: int
    n_both: int
    lrt: float | None
    lrt_neg_log10_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemlReport(PeopleReport):
    """Variance components of a trait, or the genetic correlation of two.

    Attributes
    ----------
    traits, parts
        What was asked.
    share_scale
        plain (GCTA's V(G)/Vp) or trace (GEMMA's PVE).
    h2, h2_se
        Sum of the shares; None for two traits.
    h2_liability, h2_liability_se, sample_prevalence, population_prevalence
        On the liability scale, where a prevalence was given.
    phenotypic_variance, residual_variance, residual_variance_se
        Of the trait; None for two.
    components
        One a matrix; of two traits the one matrix with no numbers of its own is in `kinship`.
    correlation, kinship
        Of two traits; None for one.
    log_likelihood, n_iterations
        Restricted, without the constant; steps taken.
    is_constrained, is_converged, reason
        Whether variances were kept at or above 0, whether the maximum was found, and where not why.
    n_without_part
        SNPs in no part.
    flags
        What to know before use.
    """

    traits: tuple[str, ...]
    parts: str
    share_scale: str
    h2: float | None
    h2_se: float | None
    h2_liability: float | None
    h2_liability_se: float | None
    sample_prevalence: float | None
    population_prevalence: float | None
    phenotypic_variance: float | None
    residual_variance: float | None
    residual_variance_se: float | None
    components: tuple[Component, ...]
    correlation: Correlation | None
    kinship: KinshipFacts | None
    log_likelihood: float
    n_iterations: int
    is_constrained: bool
    is_converged: bool
    reason: str
    n_without_part: int
    flags: tuple[str, ...]
