"""How a whole-genome ridge is stacked: blocks, penalties, folds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.association.errors import ScanOptionError


@dataclasses.dataclass(frozen=True, slots=True)
class RidgeOptions:
    """How the regression is stacked.

    Attributes
    ----------
    block_snps
        SNPs of a block.
    level0_heritability, level1_heritability
        Heritabilities that the penalties stand for: with M predictors ``lambda = M (1 - h²) / h²``.
    validation
        ``fold``: people in folds, each predicted from the others; ``one``: each person from all others.
    n_folds
        Folds.
    seed
        Of the random assignment to folds; None for folds of consecutive people, as REGENIE's.
    """

    block_snps: int = 1000
    level0_heritability: tuple[float, ...] = (0.01, 0.25, 0.5, 0.75, 0.99)
    level1_heritability: tuple[float, ...] = (0.01, 0.25, 0.5, 0.75, 0.99)
    validation: Literal["fold", "one"] = "fold"
    n_folds: int = 5
    seed: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Folds:
    """Who is predicted from whom.

    Attributes
    ----------
    order
        The order in which people are taken, None for theirs.
    runs
        Folds as runs of that order; none where each person is predicted from all others.
    """

    order: NDArray[np.intp] | None
    runs: tuple[slice, ...]

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values whose last axis is the people, back in their own order."""
        return values if self.order is None else values[..., np.argsort(self.order)]


def check_options(options: RidgeOptions) -> RidgeOptions:
    """The options themselves, if they can be used.

    Raises
    ------
    ScanOptionError
        If they cannot.
    """
    for name in ("level0_heritability", "level1_heritability"):
        given = getattr(options, name)
        if not given or not all(0.0 < share < 1.0 for share in given):
            raise ScanOptionError(f"{name} is {given}: give shares above 0 and below 1")
    if options.block_snps < 1 or options.n_folds < 2:
        raise ScanOptionError(
            f"block_snps is {options.block_snps} and n_folds {options.n_folds}: they must be at least 1 and 2"
        )
    if options.validation not in ("fold", "one"):
        raise ScanOptionError(f"validation is {options.validation!r}: choose fold or one")
    return options


def shrinkages(heritabilities: Sequence[float], n_predictors: int) -> NDArray[np.float64]:
    """Penalties that stand for heritabilities, shared by n_predictors of variance 1."""
    share = np.array(heritabilities)
    return np.asarray(n_predictors * (1.0 - share) / share)


def fold_people(n_people: int, options: RidgeOptions) -> Folds:
    """Cut people into folds of one size; the last takes the rest.

    Raises
    ------
    ScanOptionError
        If there are fewer people than folds.
    """
    if options.validation == "one":
        return Folds(None, ())
    size = n_people // options.n_folds
    if size < 1:
        raise ScanOptionError(f"{n_people} people cannot be cut into {options.n_folds} folds: ask for fewer")
    starts = [number * size for number in range(options.n_folds)]
    runs = tuple(slice(start, end) for start, end in zip(starts, [*starts[1:], n_people], strict=True))
    order = None if options.seed is None else np.random.default_rng(options.seed).permutation(n_people)
    return Folds(order, runs)
