"""What a person may choose about an LD score regression."""

from dataclasses import dataclass

from models.heritability.errors import HeritabilityError

N_BLOCKS = 200
"""Blocks of the jackknife, as in Bulik-Sullivan 2015."""

TWO_STEP_CUTOFF = 30.0
"""Chi² below which the first of two steps estimates the intercept."""


@dataclass(frozen=True, slots=True)
class RegressionOptions:
    """Choices of an LD score regression; the defaults are those of the published method.

    Attributes
    ----------
    n_blocks
        Blocks of contiguous SNPs of the jackknife, 2 or more.
    intercept
        Fixes the intercept of every heritability regression at this value; None estimates it.
    two_step_cutoff
        With one annotation and a free intercept, SNPs with chi² below this estimate the intercept, and all SNPs
        the slope; None estimates both from all SNPs at once.
    maximum_chi2
        Drops SNPs with chi² at or above it (for a genetic correlation: with z1² z2² at or above its square). None
        keeps all in the regressions with one annotation, and keeps chi² < max(0.001 max N, 80) in the others.
    keep_delete_values
        Whether a univariate result carries the estimates with each block left out.
    covariance_intercept
        Fixes the intercept of the genetic covariance (0 without shared people); None estimates it.
    rg_uses_two_step
        Whether a genetic correlation uses `two_step_cutoff` too. False, the default, gives the same numbers as the
        reference program, which never uses two steps for a genetic correlation although its manual does not say so;
        the heritabilities beside an rg then differ from the same trait's univariate one.
    is_compat
        Whether the first of two steps weights a heritability's SNPs as the reference program does: while reweighting,
        it counts ``N_j / mean N`` a second time. The same numbers where all SNPs have one N; else the intercept moves
        by some thousandths. False, the default, is the published formula.
    column_names
        Names of the LD score columns, for messages; empty means they are named by their number.
    """

    n_blocks: int = N_BLOCKS
    intercept: float | None = None
    two_step_cutoff: float | None = TWO_STEP_CUTOFF
    maximum_chi2: float | None = None
    keep_delete_values: bool = False
    covariance_intercept: float | None = None
    rg_uses_two_step: bool = False
    is_compat: bool = False
    column_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.n_blocks < 2:
            raise HeritabilityError(f"a jackknife needs at least 2 blocks, not {self.n_blocks}: choose 200")
        for name in ("intercept", "two_step_cutoff", "maximum_chi2"):
            value = getattr(self, name)
            if value is not None and not value > 0.0:
                raise HeritabilityError(f"{name} must be above 0, not {value}: leave it out to use the default")
