"""What a caller may choose about an analysis."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LdScoreRequest:
    """Choices of a computation of LD scores.

    Attributes
    ----------
    window_cm, window_kb, window_snps
        Half width of the window, in one unit only; none given: 1 cM.
    annotations
        Study ids of loaded annotations, or files (BED, .annot, gene sets); the base column is always the first.
    genes
        Places of the genes of gene sets that are files: a table with gene, chr, start, end, or a GTF.
    gene_window_bp
        Bases added before and after each gene of those sets.
    exponent
        S of the weights (p(1-p))^S of the annotations; 1 for scores per allele, None for no weights.
    minimum_maf
        SNPs with a minor allele frequency up to this are left out.
    is_exact
        float64 all the way; else products of float32 with sums in float64.
    chunk_size
        None for every SNP's own window; 50 for the wider window of the original program.
    pair_threshold
        Pairs of SNPs within the window with an r² of at least this are kept; None for none.
    allow_whole_chromosome
        Go on where the window spans a whole chromosome.
    n_processes
        Processes at work, one chromosome each; None: ``statistics_processes`` of the settings.
    out
        Prefix of files to write in the format of the original program; None for none.
    """

    window_cm: float | None = None
    window_kb: float | None = None
    window_snps: int | None = None
    annotations: tuple[str, ...] = ()
    genes: Path | None = None
    gene_window_bp: int = 100_000
    exponent: float | None = None
    minimum_maf: float = 0.0
    is_exact: bool = False
    chunk_size: int | None = None
    pair_threshold: float | None = None
    allow_whole_chromosome: bool = False
    n_processes: int | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class RegressionRequest:
    """Choices of a regression on LD scores.

    Attributes
    ----------
    study
        Study whose statistics of the trait are taken; None: the complete one with most samples. For two traits: of the
        first.
    second_study
        The same of the second trait of a genetic correlation.
    ld_scores
        Id of a run, or prefix of LD score files; None: the run of the current release.
    weights
        Prefix of LD score files for the weights; None: the base column of the LD scores.
    frequencies, annotation_files
        Prefixes of .frq and .annot files that belong to LD score files; they make overlaps and sd known.
    intercept
        Fixed intercept; None: estimated.
    covariance_intercept
        Fixed intercept of the cross-trait regression (0 without shared samples); None: estimated.
    two_step
        chi² above which SNPs stay out of the first step; None for one step. One annotation only.
    maximum_chi2
        SNPs with a larger chi² are left out; None: the reference's rule.
    n_blocks
        Blocks of the jackknife.
    without
        Names of annotations left out of a regression on several, such as one that others add up to.
    sample_prevalence, population_prevalence
        Share of cases in the sample and in the population; both or none. For two traits: of the first.
    second_sample_prevalence, second_population_prevalence
        The same of the second trait of a genetic correlation.
    quantiles_of
        Names of continuous annotations whose quantiles' heritability is wanted.
    n_quantiles
        How many quantiles.
    save_delete_values
        File for the jackknife's delete values; None for none.
    """

    study: str | None = None
    second_study: str | None = None
    ld_scores: str | None = None
    weights: str | None = None
    frequencies: str | None = None
    annotation_files: str | None = None
    intercept: float | None = None
    covariance_intercept: float | None = None
    two_step: float | None = 30.0
    maximum_chi2: float | None = None
    n_blocks: int = 200
    without: tuple[str, ...] = ()
    sample_prevalence: float | None = None
    population_prevalence: float | None = None
    second_sample_prevalence: float | None = None
    second_population_prevalence: float | None = None
    quantiles_of: tuple[str, ...] = ()
    n_quantiles: int = 5
    save_delete_values: Path | None = None
