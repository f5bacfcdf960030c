"""QTL mapping: SNPs against many molecular traits at once, whole, near (cis) or far (trans)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from models.association.errors import TraitError
from models.association.qtl_groups import Correlations, GroupSnps, TraitGroup, clipped_squares
from models.association.qtl_options import KeptPairs, PairPlaces
from models.association.qtl_pairs import PairKeeper, PairMap, Pairs
from models.association.qtl_traits import Traits
from models.association.snp_likelihood import LARGEST_R_SQUARED
from models.genotype_blocks import BlockReader, block_size, iterate_blocks
from models.significance import neg_log10_two_sided_t

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
LARGEST_BLOCK = 2048
ROUNDING = 1e-5
"""How much a squared correlation may lie below the bar, relative to it, and still have its p made."""


@dataclasses.dataclass(frozen=True, slots=True)
class TraitBlock:
    """Tests of a block of SNPs with every trait; NaN where a SNP or a trait was not tested.

    Attributes
    ----------
    first
        Number of the block's first SNP.
    beta, se
        Effect of allele 1 on each trait and its error, ``[m, t]``.
    neg_log10_p
        Of Student's t with n - c - 1 degrees of freedom, n the trait's people, c the intercept counted, ``[m, t]``.
    """

    first: int
    beta: FloatArray
    se: FloatArray
    neg_log10_p: FloatArray


def scan_traits(read_block: BlockReader, n_snps: int, traits: Traits) -> Iterator[TraitBlock]:
    """Test every SNP with every trait, block by block.

    Parameters
    ----------
    read_block
        Dosages of the people of the phenotype table, in its order.
    n_snps
        SNPs to read.
    traits
        From `prepare_traits`.

    Raises
    ------
    GenotypeBlockError
        If the reader gives another shape.
    """
    for first, block in _blocks(read_block, n_snps, traits):
        found = TraitBlock(first, *(np.full((len(block), traits.n_traits), np.nan) for _ in range(3)))
        for group in traits.groups:
            snps = group.enter(block, traits.options.filters)
            for columns in _chunks(group, traits):
                together = group.correlate(snps, columns)
                where = np.ix_(snps.rows, group.traits[columns])
                numbers = np.indices(together.r.shape).reshape(2, -1)
                tests = _tests(group, together, columns, numbers[0], numbers[1])
                for into, values in zip((found.beta, found.se, found.neg_log10_p), tests, strict=True):
                    into[where] = values.reshape(together.r.shape)
        yield found


def map_cis(
    read_block: BlockReader, n_snps: int, traits: Traits, places: PairPlaces, *, kept: KeptPairs | None = None
) -> PairMap:
    """Test each trait with the SNPs near it.

    Parameters
    ----------
    read_block, n_snps, traits
        As for `scan_traits`.
    places
        Of SNPs and traits, and the window; in any order (fastest where SNPs are sorted).
    kept
        Bar of the pairs kept, and their largest number; None for all pairs, up to 20 million.

    Raises
    ------
    TraitError
        If there are not as many places as SNPs and traits.
    GenotypeBlockError
        If the reader gives another shape.
    """
    _check_places(places, n_snps, traits)
    return _map(read_block, n_snps, traits, kept or KeptPairs(), places.is_cis, _CisReach(places).columns)


def map_trans(
    read_block: BlockReader,
    n_snps: int,
    traits: Traits,
    places: PairPlaces | None = None,
    *,
    kept: KeptPairs,
) -> PairMap:
    """Test all pairs that are not cis, keeping those above a bar.

    Parameters
    ----------
    read_block, n_snps, traits
        As for `scan_traits`.
    places
        Of SNPs and traits, and the window within which pairs are left out; None to leave out none.
    kept
        Bar of the pairs kept, and their largest number.

    Raises
    ------
    TraitError
        If there are not as many places as SNPs and traits.
    GenotypeBlockError
        If the reader gives another shape.
    """
    if places is None:
        return _map(read_block, n_snps, traits, kept, None, None)
    _check_places(places, n_snps, traits)

    def is_trans(snps: NDArray[np.int64], columns: NDArray[np.int64]) -> BoolArray:
        return ~places.is_cis(snps, columns)

    return _map(read_block, n_snps, traits, kept, is_trans, None)


Chooser = Callable[[NDArray[np.int64], NDArray[np.int64]], BoolArray]
Reach = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]


class _CisReach:
    """Which traits may be near any of some SNPs."""

    def __init__(self, places: PairPlaces) -> None:
        self._places = places

    def columns(self, snps: NDArray[np.int64], traits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers among `traits` whose window reaches the range of `snps` on its chromosome."""
        places, near = self._places, np.zeros(traits.size, np.bool_)
        chromosome, position = places.snp_chromosome[snps], places.snp_position[snps].astype(np.float64)
        where = places.trait_position[traits].astype(np.float64)
        for name in np.unique(chromosome):
            here = position[chromosome == name]
            is_within = (where >= here.min() - places.window_bp) & (where <= here.max() + places.window_bp)
            near |= (places.trait_chromosome[traits] == name) & is_within
        return np.flatnonzero(near)


def _map(
    read_block: BlockReader,
    n_snps: int,
    traits: Traits,
    kept: KeptPairs,
    choose: Chooser | None,
    reach: Reach | None,
) -> PairMap:
    """Test the pairs that `choose` picks (all if None), of the traits that `reach` leaves for a block."""
    keeper = PairKeeper(traits.n_traits, kept)
    bars = [_r_squared_bar(kept.minimum_neg_log10_p, group.degrees) for group in traits.groups]
    for first, block in _blocks(read_block, n_snps, traits):
        numbers = np.arange(first, first + len(block))
        for group, bar in zip(traits.groups, bars, strict=True):
            near = np.arange(group.traits.size) if reach is None else reach(numbers, group.traits)
            if not near.size:
                continue
            snps = group.enter(block, traits.options.filters)
            for columns in _chunks(group, traits, near):
                together = group.correlate(snps, columns)
                chosen = None if choose is None else choose(first + snps.rows, group.traits[columns])
                n_tested = snps.rows.size if chosen is None else chosen.sum(axis=0)
                keeper.n_tested[group.traits[columns]] += n_tested
                keeper.add(_passing(group, snps, together, columns, chosen, (first, bar, kept.minimum_neg_log10_p)))
    return keeper.finish()


def _passing(
    group: TraitGroup,
    snps: GroupSnps,
    together: Correlations,
    columns: NDArray[np.int64],
    chosen: BoolArray | None,
    bars: tuple[int, float, float],
) -> Pairs:
    """Pairs that reach the bar; `bars` are the block's first SNP, the least r² and the least -log10 p."""
    first, least_r_squared, least = bars
    is_strong = together.r * together.r >= together.r.dtype.type(least_r_squared)
    rows, at = np.nonzero(is_strong if chosen is None else is_strong & chosen)
    beta, se, neg_log10_p = _tests(group, together, columns, rows, at)
    pairs = Pairs(first + snps.rows[rows], group.traits[columns[at]], beta, se, neg_log10_p)
    return pairs.take(np.flatnonzero(neg_log10_p >= least))


def _tests(
    group: TraitGroup,
    together: Correlations,
    columns: NDArray[np.int64],
    rows: NDArray[np.int64],
    at: NDArray[np.int64],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Effect, error and -log10 p of pairs, numbers into the rows and columns of `together`."""
    r = together.r[rows, at].astype(np.float64, copy=False)
    x_p_x = together.x_p_x[rows, at if together.x_p_x.shape[1] > 1 else 0]
    rest = 1.0 - clipped_squares(r)
    scale = np.sqrt(group.y_p_y[columns[at]] / x_p_x)
    t = r * np.sqrt(group.degrees / rest)
    return r * scale, scale * np.sqrt(rest / group.degrees), neg_log10_two_sided_t(t, group.degrees)


def _r_squared_bar(least: float, degrees: int) -> float:
    """A squared correlation a little below the one whose -log10 p is `least`."""
    low, high = 0.0, LARGEST_R_SQUARED
    if least <= 0.0:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2.0
        is_below = float(neg_log10_two_sided_t(np.sqrt(degrees * middle / (1.0 - middle)), degrees)) < least
        low, high = (middle, high) if is_below else (low, middle)
    return low * (1.0 - ROUNDING)


def _blocks(read_block: BlockReader, n_snps: int, traits: Traits) -> Iterator[tuple[int, NDArray[np.float32]]]:
    size = block_size(traits.n_rows, largest=LARGEST_BLOCK)
    return iterate_blocks(read_block, n_snps, traits.n_rows, size=size)


def _chunks(group: TraitGroup, traits: Traits, columns: NDArray[np.int64] | None = None) -> Iterator[NDArray[np.int64]]:
    """Numbers of the group's traits, so many at a time."""
    numbers, size = np.arange(group.traits.size) if columns is None else columns, traits.options.traits_at_a_time
    for first in range(0, numbers.size, size):
        yield numbers[first : first + size]


def _check_places(places: PairPlaces, n_snps: int, traits: Traits) -> None:
    given = places.snp_position.size, places.trait_position.size
    if given != (n_snps, traits.n_traits):
        raise TraitError(
            f"there are places of {given[0]} SNPs and {given[1]} traits, but {n_snps} SNPs and {traits.n_traits} "
            "traits: give one place for each"
        )
