"""What a person may choose about a scan of many traits, and where its SNPs and traits lie."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.association.errors import ScanOptionError
from models.association.scan_filters import ScanFilters

LARGEST_BAR = 1e6


@dataclasses.dataclass(frozen=True, slots=True)
class QtlOptions:
    """Choices of a scan of many traits.

    Attributes
    ----------
    filters
        Which SNPs are tested, judged among the people who have the trait.
    missing
        "group": traits are grouped by who misses them, each group with its own people. "refuse": a missing value is an
        error.
    precision
        Of the products of SNPs and traits without kinship (correlations above .7 are always made in float64), and of
        the rotation of SNPs with kinship.
    traits_at_a_time
        Traits of a product.
    """

    filters: ScanFilters = dataclasses.field(default_factory=ScanFilters)
    missing: Literal["group", "refuse"] = "group"
    precision: Literal["float32", "float64"] = "float32"
    traits_at_a_time: int = 1024

    def __post_init__(self) -> None:
        if self.missing not in ("group", "refuse"):
            raise ScanOptionError(f"missing trait values are met by group or refuse, not by {self.missing!r}")
        if self.precision not in ("float32", "float64"):
            raise ScanOptionError(f"a scan's precision is float32 or float64, not {self.precision!r}")
        if self.traits_at_a_time < 1:
            raise ScanOptionError(f"traits_at_a_time must be 1 or more, not {self.traits_at_a_time}")


@dataclasses.dataclass(frozen=True, slots=True)
class KeptPairs:
    """Which tested pairs are kept.

    Attributes
    ----------
    minimum_neg_log10_p
        Least -log10 p; 0 keeps every tested pair.
    most_pairs
        Pairs that are kept at most, the strongest; memory is bounded by about three times as many.
    """

    minimum_neg_log10_p: float = 0.0
    most_pairs: int = 20_000_000

    def __post_init__(self) -> None:
        if not 0.0 <= self.minimum_neg_log10_p <= LARGEST_BAR:
            raise ScanOptionError(
                f"minimum_neg_log10_p must lie between 0 and {LARGEST_BAR:g}, not at {self.minimum_neg_log10_p}: "
                "give minus log10 of p, not p"
            )
        if self.most_pairs < 1:
            raise ScanOptionError(f"most_pairs must be 1 or more, not {self.most_pairs}")


@dataclasses.dataclass(frozen=True, slots=True)
class PairPlaces:
    """Where SNPs and traits lie, and how near is near (cis).

    Attributes
    ----------
    snp_chromosome, snp_position
        Chromosome (numbers or names, as for the traits) and base pair of each SNP, ``[m]``; nothing is near NaN.
    trait_chromosome, trait_position
        The same of each trait (a gene's start, a CpG), ``[t]``, in the same build.
    window_bp
        A pair is cis if it shares the chromosome and lies at most so many base pairs apart, ends included.
    """

    snp_chromosome: NDArray[np.generic]
    snp_position: NDArray[np.generic]
    trait_chromosome: NDArray[np.generic]
    trait_position: NDArray[np.generic]
    window_bp: float = 1_000_000

    def __post_init__(self) -> None:
        if not (self.window_bp >= 0 and math.isfinite(self.window_bp)):
            raise ScanOptionError(f"window_bp must be 0 or more base pairs, not {self.window_bp}")
        for name in ("snp", "trait"):
            chromosome, position = getattr(self, f"{name}_chromosome"), getattr(self, f"{name}_position")
            if chromosome.ndim != 1 or chromosome.shape != position.shape:
                raise ScanOptionError(
                    f"{name} chromosomes have shape {chromosome.shape}, positions {position.shape}: give one of each "
                    f"for every {name}"
                )

        if (self.snp_chromosome.dtype.kind in "USOT") != (self.trait_chromosome.dtype.kind in "USOT"):
            raise ScanOptionError(
                f"chromosomes of SNPs are {self.snp_chromosome.dtype}, those of traits {self.trait_chromosome.dtype}: "
                "give both as numbers or both as names"
            )

    def is_cis(self, snps: NDArray[np.int64], traits: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which pairs of `snps` and `traits` (numbers) are cis, ``[len(snps), len(traits)]``."""
        positions = self.snp_position[snps].astype(np.float64), self.trait_position[traits].astype(np.float64)
        is_same = self.snp_chromosome[snps][:, None] == self.trait_chromosome[traits][None, :]
        return np.asarray(is_same & (np.abs(positions[0][:, None] - positions[1][None, :]) <= self.window_bp))
