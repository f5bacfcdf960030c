"""What a caller may choose about a scan of traits in files of people."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from loaders.builds import canonical_build
from services.mixed_models.errors import RequestError
from services.mixed_models.requests import GrmKind, PeopleRequest, check_choice, check_kind

Method = Literal["exact", "p3d", "ols", "firth", "ridge", "ridge-firth"]
"""exact: every SNP its own variance ratio; p3d: the ratio of the model without a SNP; ols: no kinship; firth: cases and
controls, score tests with Firth's where p is small; ridge, ridge-firth: a whole-genome ridge regression predicts the
trait (ridge-firth: cases and controls) from the other chromosomes, and each SNP is tested beside that."""

METHODS: Final[tuple[Method, ...]] = get_args(Method)
KINSHIP_METHODS: Final = frozenset({"exact", "p3d"})
RIDGE_METHODS: Final = frozenset({"ridge", "ridge-firth"})
CASE_METHODS: Final = frozenset({"firth", "ridge-firth"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeChoices:
    """Choices of the first step of the methods ridge and ridge-firth.

    Attributes
    ----------
    block_snps, n_folds
        SNPs of a block, and groups of people of whom each is predicted from the others.
    snps
        List of the ids of SNPs that may enter the ridge, one a line; None for all.
    predictions
        A .loco file of REGENIE or of ours, or a list of trait and file a line, in place of the first step.
    is_written
        Whether the predictions are written beside the table.
    """

    block_snps: int = 1000
    n_folds: int = 5
    snps: Path | None = None
    predictions: Path | None = None
    is_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """Choices of a scan of one trait or several.

    Attributes
    ----------
    people
        Files, traits and people.
    method
        See `Method`.
    is_loco
        Whether each chromosome is tested with the kinship of the others (exact and p3d).
    minimum_maf, maximum_missing, maximum_r_squared
        Bars of a SNP among the people analysed; GEMMA's. With ridge and ridge-firth the first two are those of the SNPs
        in the ridge; of SNPs tested these methods and firth ask five copies of the rarer allele instead.
    grm_kind
        How the kinship is scaled; of a file, how it was made (None: what its name says, else centred).
    kinship
        A GCTA prefix, or GEMMA's .cXX.txt or .sXX.txt; None: computed from the autosomal SNPs that pass the bars, over
        everybody genotyped, as GEMMA does.
    ridge
        Of the first step of ridge and ridge-firth.
    sex
        File that says who is male: a .fam, .psam, .sample or table with FID, IID and SEX; None for the one beside the
        genotypes. Read only where SNPs lie on X.
    build
        Genome build of the positions, for the pseudo-autosomal parts of X; None where unknown. Like the sexes it is of
        no account where no SNP lies on X, and not described then.
    n_nodes
        Chebyshev nodes in log lambda.
    is_double
        Whether the products of genotypes are in float64.
    n_top
        Leads to report.
    locus_bp
        Distance within which a SNP belongs to a lead.
    out
        Prefix of the files to write; None for none. Of several traits each has its name after it.
    """

    people: PeopleRequest
    method: Method = "exact"
    is_loco: bool = False
    minimum_maf: float = 0.01
    maximum_missing: float = 0.05
    maximum_r_squared: float = 0.9999
    grm_kind: GrmKind | None = None
    kinship: Path | None = None
    ridge: RidgeChoices = RidgeChoices()
    sex: Path | None = None
    build: str | None = None
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
        BuildError
            If the build is none that is known.
        """
        if self.build is not None:
            object.__setattr__(self, "build", canonical_build(self.build))
        check_choice("method", self.method, METHODS)
        check_kind(self.grm_kind)
        self._check_traits()
        self._check_kinship()
        self._check_ridge()

    @property
    def uses_kinship(self) -> bool:
        """Whether a matrix of kinship is needed."""
        return self.method in KINSHIP_METHODS

    @property
    def uses_ridge(self) -> bool:
        """Whether the other chromosomes' predictions are needed."""
        return self.method in RIDGE_METHODS

    @property
    def is_of_cases(self) -> bool:
        """Whether the trait is one of cases and controls."""
        return self.method in CASE_METHODS

    def each_trait(self) -> tuple["ScanRequest", ...]:
        """The request of each trait alone; of several, each one's files are named by it."""
        traits = self.people.traits
        if len(traits) == 1:
            return (self,)
        outs = [None if self.out is None else self.out.with_name(f"{self.out.name}.{word_of(name)}") for name in traits]
        return tuple(
            dataclasses.replace(self, people=dataclasses.replace(self.people, traits=(trait,)), out=out)
            for trait, out in zip(traits, outs, strict=True)
        )

    def _check_traits(self) -> None:
        traits = self.people.traits
        if not traits:
            raise RequestError("a scan is of one trait or several", seen="none", remedy="name a column")
        if len({word_of(name) for name in traits}) < len(traits):
            raise RequestError(
                "traits, and the files named by them, must differ", seen=", ".join(traits), remedy="name each once"
            )

    def _check_kinship(self) -> None:
        if self.is_loco and not self.uses_kinship:
            raise RequestError(
                "leaving a chromosome out is about the kinship",
                seen=f"method {self.method}, which has none",
                remedy="leave it out: the ridge always leaves each chromosome out"
                if self.uses_ridge
                else "use the method exact or p3d, or test without it",
            )
        if self.kinship is not None and not self.uses_kinship:
            raise RequestError(
                "a kinship file is for the methods exact and p3d", seen=f"method {self.method}", remedy="leave it out"
            )
        if self.is_loco and self.kinship is not None:
            raise RequestError(
                "leaving a chromosome out needs the kinship of each one",
                seen=f"one matrix of all, {self.kinship.name}",
                remedy="leave the file out, so that they are computed, or test without leaving chromosomes out",
            )

    def _check_ridge(self) -> None:
        ridge = self.ridge
        if not self.uses_ridge and ridge != RidgeChoices():
            raise RequestError(
                "predictions and choices of the ridge are for the methods ridge and ridge-firth",
                seen=f"method {self.method}",
                remedy="choose one of these methods, or leave them out",
            )
        if ridge.predictions is not None and dataclasses.replace(ridge, predictions=None) != RidgeChoices():
            raise RequestError(
                "predictions of a file take the place of the ridge",
                seen=f"{ridge.predictions.name} and choices of the ridge, or that predictions be written",
                remedy="leave one of the two out",
            )
        if ridge.is_written and self.out is None:
            raise RequestError(
                "predictions are written beside the table", seen="no prefix of files", remedy="give one (--out)"
            )


def word_of(trait: str) -> str:
    """A trait's name as it can stand in that of a file, and as a word of a list."""
    return re.sub(r"[^\w.+-]+", "_", trait)
