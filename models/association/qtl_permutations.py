"""The strongest SNP near each trait, as seen and with people permuted: what chance makes of a whole window."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.errors import ScanOptionError, TraitError
from models.association.qtl_groups import GroupSnps, MixedGroup, TraitGroup
from models.association.qtl_options import PairPlaces
from models.association.qtl_traits import Traits
from models.genotype_blocks import BlockReader, read_checked

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SNPS_AT_A_TIME: Final = 4096
"""SNPs of a block that several traits share, and of a product."""
ORDERS_HELD: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class PermutedLeads:
    """Largest squared partial correlation of each trait with the SNPs near it.

    Attributes
    ----------
    observed
        As seen, ``[t]``; NaN where no SNP is tested.
    permuted
        In each permutation, ``[t, B]``; NaN where no SNP is tested.
    degrees
        n - c - 1 of each trait's tests, 0 where there are none, ``[t]``.
    """

    observed: FloatArray
    permuted: NDArray[np.float32]
    degrees: IntArray


def permute_leads(
    read_block: BlockReader,
    traits: Traits,
    places: PairPlaces,
    *,
    n_permutations: int,
    seed: int,
    on_traits: Callable[[int, int], None] | None = None,
) -> PermutedLeads:
    """Find the strongest SNP near each trait, and again for each of many permutations of the people.

    Parameters
    ----------
    read_block
        As for `map_cis`.
    traits
        From `prepare_traits`.
    places
        Of SNPs and traits; the SNPs of a chromosome stand together, by position.
    n_permutations
        B, one or more.
    seed
        Of the permutations: each is the same order of the people for all traits that as many people have, so that
        traits keep their correlation.
    on_traits
        Called with the number of traits that are done, and of those to do.

    Raises
    ------
    ScanOptionError
        For no permutation, or SNPs that are not sorted.
    TraitError
        If there are not as many places as traits.

    Notes
    -----
    What is permuted is the trait's residual beside the covariates; covariates and SNPs keep their people, and the
    covariates are taken out again (Freedman and Lane 1983). With a kinship residual, covariates and SNPs are first
    decorrelated by H^(-1/2) at the trait's lambda, since relatives cannot be exchanged.

    References
    ----------
    Freedman and Lane 1983, doi:10.1080/07350015.1983.10509354; Abney 2015, doi:10.1002/gepi.21893 (decorrelated).
    """
    if n_permutations < 1:
        raise ScanOptionError(f"permutations are 1 or more, not {n_permutations}")
    if places.trait_position.size != traits.n_traits:
        raise TraitError(f"there are places of {places.trait_position.size} traits, but {traits.n_traits} traits")
    windows, orders = _windows(places), _Orders(n_permutations, seed)
    found = PermutedLeads(
        np.full(traits.n_traits, np.nan),
        np.full((traits.n_traits, n_permutations), np.nan, np.float32),
        np.zeros(traits.n_traits, np.int64),
    )
    members = _Members(traits)
    wanted = np.flatnonzero(members.is_tested & (windows[:, 1] > windows[:, 0]))
    n_done, n_wanted = 0, int(wanted.size)
    for batch in _batches(windows, wanted):
        first, last = int(windows[batch, 0].min()), int(windows[batch, 1].max())
        block = read_checked(read_block, first, last, n_people=traits.n_rows)
        for group, chosen in members.by_group(batch):
            _permute_group(block, first, group, chosen, windows, orders, (traits, found))
        n_done += batch.size
        if on_traits is not None:
            on_traits(n_done, n_wanted)
    return found


def _permute_group(  # noqa: PLR0913, PLR0917 (the loop's own state)
    block: NDArray[np.float32],
    first: int,
    group: TraitGroup,
    chosen: IntArray,
    windows: IntArray,
    orders: _Orders,
    into: tuple[Traits, PermutedLeads],
) -> None:
    """Fill in the traits `chosen` (columns of the group)."""
    traits, found = into
    numbers = group.traits[chosen]
    low, high = int(windows[numbers, 0].min()), int(windows[numbers, 1].max())
    snps = group.enter(np.ascontiguousarray(block[low - first : high - first]), traits.options.filters)
    whiten = _Whitener(group)
    for column, number in zip(chosen.tolist(), numbers.tolist(), strict=True):
        rows = slice(*np.searchsorted(snps.rows, windows[number] - low))
        if rows.stop > rows.start:
            found.observed[number], found.permuted[number] = _strongest(whiten, snps, rows, column, orders)
            found.degrees[number] = group.degrees


def _strongest(
    whiten: _Whitener, snps: GroupSnps, rows: slice, column: int, orders: _Orders
) -> tuple[float, NDArray[np.float32]]:
    """Largest r² of a trait with some SNPs, as seen and permuted ``[B]``."""
    trait, basis = whiten.trait(column)
    permuted = trait[orders.of(trait.size)]
    left = 1.0 - np.square(permuted @ basis).sum(axis=1)
    narrow = np.ascontiguousarray((permuted / np.sqrt(left)[:, None]).T, np.float32)
    observed, largest = 0.0, np.zeros(narrow.shape[1], np.float32)
    for start in range(rows.start, rows.stop, SNPS_AT_A_TIME):
        x = whiten.snps(snps, slice(start, min(start + SNPS_AT_A_TIME, rows.stop)), column)
        observed = max(observed, float(np.square(x @ trait).max()))
        r = x.astype(np.float32) @ narrow
        np.maximum(largest, np.maximum(r.max(axis=0), -r.min(axis=0)), out=largest)
    return observed, np.square(largest)


class _Whitener:
    """SNPs, trait and covariates of a group where the errors are independent: unit vectors beside the covariates."""

    def __init__(self, group: TraitGroup) -> None:
        self._weights: FloatArray | None = None
        if isinstance(group, MixedGroup):
            vectors = group.vectors.astype(np.float64)
            self._residuals, self._basis = vectors.T @ group.ols.residuals, vectors.T @ group.ols.basis
            self._weights = np.sqrt(group.for_squares)
        else:
            self._residuals, self._basis = group.residuals, group.basis

    def trait(self, column: int) -> tuple[FloatArray, FloatArray]:
        """The trait ``[n]`` and the orthonormal covariates ``[n, c]``."""
        y, basis = self._residuals[:, column], self._basis
        if self._weights is not None:
            basis = self._whitened_basis(self._weights[:, column])
            y = y * self._weights[:, column]
            y = y - basis @ (basis.T @ y)
        return y / np.linalg.norm(y), basis

    def snps(self, snps: GroupSnps, rows: slice, column: int) -> FloatArray:
        """Some of the SNPs, ``[k, n]``."""
        x = snps.dosages[rows].astype(np.float64)
        if self._weights is not None:
            basis = self._whitened_basis(self._weights[:, column])
            x *= self._weights[:, column]
            x -= (x @ basis) @ basis.T
        return np.asarray(x / np.linalg.norm(x, axis=1)[:, None])

    def _whitened_basis(self, weights: FloatArray) -> FloatArray:
        return np.linalg.qr(self._basis * weights[:, None])[0]


class _Members:
    """Which group a trait is tested in, and as which of its columns."""

    def __init__(self, traits: Traits) -> None:
        self._groups = traits.groups
        self._group = np.full(traits.n_traits, -1, np.int64)
        self._column = np.zeros(traits.n_traits, np.int64)
        for number, group in enumerate(traits.groups):
            self._group[group.traits] = number
            self._column[group.traits] = np.arange(group.traits.size)

    @property
    def is_tested(self) -> NDArray[np.bool_]:
        return self._group >= 0

    def by_group(self, numbers: IntArray) -> Iterator[tuple[TraitGroup, IntArray]]:
        for group in np.unique(self._group[numbers]):
            yield self._groups[group], self._column[numbers[self._group[numbers] == group]]


class _Orders:
    """Permutations of n people, those of a few n held."""

    def __init__(self, n_permutations: int, seed: int) -> None:
        self._n_permutations, self._seed, self._held = n_permutations, seed, dict[int, NDArray[np.int32]]()

    def of(self, n: int) -> NDArray[np.int32]:
        """``[B, n]``."""
        if n not in self._held:
            if len(self._held) == ORDERS_HELD:
                del self._held[next(iter(self._held))]
            generator = np.random.default_rng([self._seed, n])
            rows = np.tile(np.arange(n, dtype=np.int32), (self._n_permutations, 1))
            self._held[n] = generator.permuted(rows, axis=1)
        return self._held[n]


def _windows(places: PairPlaces) -> IntArray:
    """First SNP of each trait's window and the one after its last, ``[t, 2]``."""
    chromosome, position = places.snp_chromosome, places.snp_position.astype(np.float64)
    starts = np.flatnonzero(np.r_[True, chromosome[1:] != chromosome[:-1]]) if chromosome.size else np.zeros(0, int)
    ends = np.r_[starts[1:], chromosome.size]
    is_sorted = np.diff(position) >= 0
    is_sorted[starts[1:] - 1] = True
    if np.unique(chromosome[starts]).size < starts.size or not is_sorted.all():
        raise ScanOptionError("permutations need the SNPs of a chromosome together and by position: sort them")
    windows = np.zeros((places.trait_position.size, 2), np.int64)
    where = places.trait_position.astype(np.float64)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        here = np.flatnonzero(places.trait_chromosome == chromosome[start])
        low = np.searchsorted(position[start:end], where[here] - places.window_bp, "left")
        high = np.searchsorted(position[start:end], where[here] + places.window_bp, "right")
        windows[here] = start + np.column_stack((low, high))
    return windows


def _batches(windows: IntArray, wanted: IntArray) -> Iterator[IntArray]:
    """Traits whose windows fit into one block, in the order of the windows."""
    ordered = wanted[np.lexsort((windows[wanted, 1], windows[wanted, 0]))]
    begin, last = 0, 0
    for at, number in enumerate(ordered.tolist()):
        first = windows[ordered[begin], 0]
        if at > begin and max(last, windows[number, 1]) - first > SNPS_AT_A_TIME:
            yield ordered[begin:at]
            begin, last = at, 0
        last = max(last, int(windows[number, 1]))
    if begin < ordered.size:
        yield ordered[begin:]
