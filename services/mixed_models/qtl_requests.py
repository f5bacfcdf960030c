"""What a caller may choose about a map of molecular traits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from services.mixed_models.errors import RequestError
from services.mixed_models.requests import GrmKind, PeopleRequest, check_choice, check_kind

QtlMode = Literal["cis", "trans", "both"]
"""cis: SNPs within the window of each trait; trans: all others, those above a bar kept; both."""

QtlMethod = Literal["ols", "p3d"]
"""ols: least squares; p3d: a mixed model with the kinship, each trait at the variance ratio of its null model."""

MODES: Final[tuple[QtlMode, ...]] = get_args(QtlMode)
QTL_METHODS: Final[tuple[QtlMethod, ...]] = get_args(QtlMethod)


@dataclass(frozen=True, slots=True, kw_only=True)
class QtlRequest:
    """Choices of a map of SNPs and molecular traits.

    Attributes
    ----------
    people
        Genotypes, table of molecular traits (as `phenotypes`), covariates, lists of people; no names of traits.
    genes
        Table or GTF of genes' places, for traits whose table has none; in the build of the genotypes.
    sum_by
        Column of the table by which rows (transcripts) are summed to genes.
    other_columns
        Columns of the table that are no people and not known by name.
    mode, window_bp
        Which pairs are tested; base pairs on each side of a trait's position that are cis.
    method
        See `QtlMethod`.
    minimum_maf, maximum_missing, maximum_r_squared
        Bars of a SNP among the people who have the trait.
    is_scaled
        Whether each person's values are divided by their sum (counts to parts per million of the table).
    minimum_expressed
        Least share of the people analysed with a value above 0; 0 keeps all (and is right for normalised values).
    is_inverse_normal
        Whether values are replaced by normal quantiles of their ranks.
    n_factors
        Principal components of the traits taken as covariates: batches and whatever else most traits share.
    cis_p, trans_p
        Largest p of the pairs that are kept; 1 keeps all.
    n_permutations, seed
        Of the people, for p-values of genes; 0 for none. Cis alone.
    fdr
        False discovery rate at which genes are counted.
    grm_kind, kinship
        With p3d: how the kinship is scaled, and its file (None: computed from the SNPs that pass the bars).
    n_top
        Genes to report.
    out
        Prefix of the files to write; None for none.
    """

    people: PeopleRequest
    genes: Path | None = None
    sum_by: str | None = None
    other_columns: tuple[str, ...] = ()
    mode: QtlMode = "cis"
    window_bp: int = 1_000_000
    method: QtlMethod = "ols"
    minimum_maf: float = 0.01
    maximum_missing: float = 0.05
    maximum_r_squared: float = 0.9999
    is_scaled: bool = False
    minimum_expressed: float = 0.0
    is_inverse_normal: bool = True
    n_factors: int = 0
    cis_p: float = 1.0
    trans_p: float = 1e-5
    n_permutations: int = 1000
    seed: int = 1
    fdr: float = 0.05
    grm_kind: GrmKind | None = None
    kinship: Path | None = None
    n_top: int = 10
    out: Path | None = None

    def __post_init__(self) -> None:
        """Check that the choices fit each other.

        Raises
        ------
        RequestError
            Naming those that do not.
        """
        check_choice("mode", self.mode, MODES)
        check_choice("method", self.method, QTL_METHODS)
        check_kind(self.grm_kind)
        for name, share in (("cis_p", self.cis_p), ("trans_p", self.trans_p), ("fdr", self.fdr)):
            if not 0.0 < share <= 1.0:
                raise RequestError(f"{name} lies above 0, and at most at 1", seen=share)
        if not 0.0 <= self.minimum_expressed <= 1.0:
            raise RequestError("minimum_expressed is a share of people, 0 to 1", seen=self.minimum_expressed)
        if min(self.window_bp, self.n_permutations, self.seed, self.n_factors) < 0:
            raise RequestError(
                "window, permutations, seed and components are 0 or more",
                seen=f"{self.window_bp}, {self.n_permutations}, {self.seed}, {self.n_factors}",
            )
        if self.method == "ols" and (self.kinship is not None or self.grm_kind is not None):
            raise RequestError("a kinship is for the method p3d", seen="method ols", remedy="leave it out, or use p3d")
