"""What a caller may choose about a scan and about REML on files of people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from services.mixed_models.errors import RequestError

Method = Literal["exact", "p3d", "ols", "firth"]
"""exact: every SNP its own variance ratio; p3d: the ratio of the model without a SNP; ols: no kinship; firth: cases and
controls, score tests with Firth's where p is small."""

GrmKind = Literal["centred", "standardised", "gcta"]
Parts = Literal["whole", "chromosome", "annotation"]

METHODS: Final[tuple[Method, ...]] = get_args(Method)
GRM_KINDS: Final[tuple[GrmKind, ...]] = get_args(GrmKind)
PARTS: Final[tuple[Parts, ...]] = get_args(Parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRequest:
    """Who is analysed, and the files that say so.

    Attributes
    ----------
    genotypes
        A .bed, .pgen, .bgen or mean genotypes.
    phenotypes
        Table with FID, IID and traits, or a .fam, whose traits are called trait_1, trait_2, ….
    traits
        Columns of it: one, or two for a genetic correlation.
    covariates
        Table with FID, IID and covariates; None for the intercept alone.
    covariate_names
        Columns of it to use; empty for all.
    categorical
        Those of them that are words.
    keep, remove
        Lists of people.
    missing_code
        A number that stands for an unknown trait beside NA; None for none.
    """

    genotypes: Path
    phenotypes: Path
    traits: tuple[str, ...]
    covariates: Path | None = None
    covariate_names: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    keep: Path | None = None
    remove: Path | None = None
    missing_code: float | None = -9.0

    def __post_init__(self) -> None:
        """Check that the choices fit each other.

        Raises
        ------
        RequestError
            Naming those that do not.
        """
        if self.covariates is None and (self.covariate_names or self.categorical):
            raise RequestError(
                "covariates are named without their table",
                seen=", ".join((*self.covariate_names, *self.categorical)),
                remedy="give the table of covariates too",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """Choices of a scan of one trait.

    Attributes
    ----------
    people
        Files, trait and people; one trait.
    method
        See `Method`.
    is_loco
        Whether each chromosome is tested with the kinship of the others (exact and p3d).
    minimum_maf, maximum_missing, maximum_r_squared
        Bars of a SNP among the people analysed; GEMMA's. With firth the first two are not asked, but five copies of the
        rarer allele are.
    grm_kind
        How the kinship is scaled; of a file, how it was made (None: what its name says, else centred).
    kinship
        A GCTA prefix, or GEMMA's .cXX.txt or .sXX.txt; None: computed from the SNPs that pass the bars, over everybody
        genotyped, as GEMMA does.
    n_nodes
        Chebyshev nodes in log lambda.
    is_double
        Whether the products of genotypes are in float64.
    n_top
        Leads to report.
    locus_bp
        Distance within which a SNP belongs to a lead.
    out
        Prefix of the files to write; None for none.
    """

    people: PeopleRequest
    method: Method = "exact"
    is_loco: bool = False
    minimum_maf: float = 0.01
    maximum_missing: float = 0.05
    maximum_r_squared: float = 0.9999
    grm_kind: GrmKind | None = None
    kinship: Path | None = None
    n_nodes: int = 32
    is_double: bool = False
    n_top: int = 10
    locus_bp: int = 500_000
    out: Path | None = None

    def __post_init__(self) -> None:
        """Check that the choices fit each other.

        Raises
        ------
        RequestError
            Naming those that do not.
        """
        _check_choice("method", self.method, METHODS)
        _check_kind(self.grm_kind)
        if len(self.people.traits) != 1:
            raise RequestError("a scan is of one trait", seen=", ".join(self.people.traits) or "none")
        uses_kinship = self.method in {"exact", "p3d"}
        if self.is_loco and not uses_kinship:
            raise RequestError(
                "leaving a chromosome out is about the kinship",
                seen=f"method {self.method}, which has none",
                remedy="use the method exact or p3d, or test without it",
            )
        if self.kinship is not None and not uses_kinship:
            raise RequestError(
                "a kinship file is for the methods exact and p3d", seen=f"method {self.method}", remedy="leave it out"
            )
        if self.is_loco and self.kinship is not None:
            raise RequestError(
                "leaving a chromosome out needs the kinship of each one",
                seen=f"one matrix of all, {self.kinship.name}",
                remedy="leave the file out, so that they are computed, or test without leaving chromosomes out",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemlRequest:
    """Choices of an estimate of variance components.

    Attributes
    ----------
    people
        Files, traits and people; two traits give their genetic correlation.
    parts
        One matrix of the whole genome, one a chromosome, or one an annotation and one of all other SNPs.
    annotations
        BED files of intervals, for parts of annotations.
    kinships
        Matrices in files instead: GCTA prefixes, or GEMMA's text; empty: computed over everybody genotyped.
    grm_kind
        How matrices are scaled. Shares of the variance are as they are (GCTA) for gcta and standardised, and times the
        mean diagonal (GEMMA's PVE) for centred.
    minimum_maf, maximum_missing
        Bars of a SNP among everybody genotyped.
    is_constrained
        Whether variances are kept at or above 0.
    is_tested
        Whether each component (of two traits: the correlation) is tested by the likelihood ratio.
    sample_prevalence, population_prevalence
        Of a trait of cases and controls, for the liability scale; without the first it is counted.
    max_iterations
        Of the maximisation.
    out
        Prefix of the file to write; None for none.
    """

    people: PeopleRequest
    parts: Parts = "whole"
    annotations: tuple[Path, ...] = ()
    kinships: tuple[Path, ...] = ()
    grm_kind: GrmKind | None = None
    minimum_maf: float = 0.01
    maximum_missing: float = 1.0
    is_constrained: bool = False
    is_tested: bool = False
    sample_prevalence: float | None = None
    population_prevalence: float | None = None
    max_iterations: int = 60
    out: Path | None = None

    def __post_init__(self) -> None:
        """Check that the choices fit each other.

        Raises
        ------
        RequestError
            Naming those that do not.
        """
        _check_choice("parts", self.parts, PARTS)
        _check_kind(self.grm_kind)
        if len(self.people.traits) not in {1, 2}:
            raise RequestError("REML is of one trait, or two", seen=", ".join(self.people.traits) or "none")
        if len(set(self.people.traits)) < len(self.people.traits):
            raise RequestError(
                "two traits must differ", seen=f"{self.people.traits[0]} twice", remedy="name another column"
            )
        if (self.parts == "annotation") != bool(self.annotations):
            raise RequestError(
                "parts of annotations are BED files",
                seen=f"parts {self.parts} and {len(self.annotations)} files",
                remedy="give one or more BED files of intervals with parts of annotations, and only then",
            )
        if self.kinships and self.parts != "whole":
            raise RequestError(
                "matrices are read from files or computed by part",
                seen=f"{len(self.kinships)} files and parts {self.parts}",
                remedy="leave one of the two out",
            )
        if len(self.people.traits) == 2 and (self.parts != "whole" or len(self.kinships) > 1):
            raise RequestError(
                "a genetic correlation is made from one matrix",
                seen=f"parts {self.parts}" if self.parts != "whole" else f"{len(self.kinships)} files",
                remedy="estimate it from the whole genome",
            )
        self._check_prevalences()

    def _check_prevalences(self) -> None:
        for name in ("sample_prevalence", "population_prevalence"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < 1.0:
                raise RequestError("a prevalence is a share between 0 and 1", seen=value, where=name)
        if self.population_prevalence is None and self.sample_prevalence is not None:
            raise RequestError(
                "the liability scale needs the prevalence in the population",
                seen="that of the sample alone",
                remedy="give both, or the population's alone",
            )
        if self.population_prevalence is not None and len(self.people.traits) == 2:
            raise RequestError(
                "prevalences belong to one trait",
                seen="two traits; their genetic correlation is the same on every scale",
                remedy="leave the prevalence out, or ask for each trait alone",
            )


def _check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RequestError(f"{name} must be one of {', '.join(known)}", seen=value)


def _check_kind(kind: str | None) -> None:
    if kind is not None:
        _check_choice("the kind of kinship", kind, GRM_KINDS)
