"""What a caller may choose about people in files, and about REML on them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from services.mixed_models.errors import RequestError

GrmKind = Literal["centred", "standardised", "gcta"]
Parts = Literal["whole", "chromosome", "annotation"]

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
        check_choice("parts", self.parts, PARTS)
        check_kind(self.grm_kind)
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


def check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a word that nobody offers.

    Raises
    ------
    RequestError
        Naming those that are.
    """
    if value not in known:
        raise RequestError(f"{name} must be one of {', '.join(known)}", seen=value)


def check_kind(kind: str | None) -> None:
    """Refuse a kind of kinship that is not known.

    Raises
    ------
    RequestError
        Naming those that are.
    """
    if kind is not None:
        check_choice("the kind of kinship", kind, GRM_KINDS)
