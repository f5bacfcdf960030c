"""What a scan says of the ridge before it, and of chromosome X."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RidgeFacts:
    """The first step of a scan beside a whole-genome ridge regression.

    Attributes
    ----------
    source
        computed, or the name of the file that the predictions were read from.
    chromosomes
        Chromosomes that a prediction leaves out.
    n_snps, n_left_out
        SNPs in the ridge, and those left out of it by reason; None and none for a file.
    n_blocks, block_snps, n_folds
        Blocks of SNPs, SNPs of a block, groups of people; None for a file.
    level1_heritability
        The heritability that the penalty chosen stands for; None for a file.
    explained
        Share of the variance (of cases: of the deviance) left by the covariates that all chromosomes predict out of
        sample: 0 where they predict nothing, below 0 where worse than nothing; None for a file.
    correlation
        Mean correlation, over the chromosomes tested, of the predictions without each with what the covariates leave
        of the trait; None where nothing is predicted.
    is_converged
        Whether every logistic fit converged.
    step_1_seconds, step_2_seconds
        Wall time.
    """

    source: str
    chromosomes: tuple[str, ...]
    n_snps: int | None
    n_left_out: Mapping[str, int]
    n_blocks: int | None
    block_snps: int | None
    n_folds: int | None
    level1_heritability: float | None
    explained: float | None
    correlation: float | None
    is_converged: bool
    step_1_seconds: float
    step_2_seconds: float


@dataclass(frozen=True, slots=True)
class SexFacts:
    """How the part of X that men have once was read.

    Attributes
    ----------
    source
        File that says who is male; None where none did, so that X was read as it is written.
    n_males, n_females, n_unknown
        Of the people analysed.
    n_snps, n_pseudo_autosomal
        SNPs of X that men have once, and those that they have twice.
    n_heterozygous_snps, n_heterozygous
        SNPs of the first at which men were heterozygous, and such genotypes, read as missing.
    """

    source: str | None
    n_males: int
    n_females: int
    n_unknown: int
    n_snps: int
    n_pseudo_autosomal: int
    n_heterozygous_snps: int
    n_heterozygous: int
