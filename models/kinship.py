"""Genomic relationship matrices, whole or by part of the genome, from one pass over blocks of dosages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.genotype_blocks import BlockReader, iterate_blocks
from models.kinship_sums import KEPT, OUT_OF_RANGE, GramSum, find_missing, standardise_rows

GrmKind = Literal["centred", "standardised", "gcta"]
"""``centred``: mean of (x - 2p)(x' - 2p) over SNPs (GEMMA's -gk 1); ``standardised``: each SNP divided by its standard
deviation too (GEMMA's -gk 2, FaST-LMM), its mean in place of missing dosages; ``gcta``: divided by the square root of
2p(1 - p), each pair's mean over the SNPs seen in both (GCTA). The heritabilities they give differ."""

KINDS: Final[tuple[GrmKind, ...]] = ("centred", "standardised", "gcta")

REASONS: Final = ("all_missing", "monomorphic", "missingness", "minimum_maf", "not_in_a_part")
"""Why a SNP is left out, in the order in which it is asked."""


class KinshipError(ValueError):
    """A relationship matrix cannot be made from these numbers, or several cannot be combined."""


@dataclasses.dataclass(frozen=True, slots=True)
class KinshipOptions:
    """Choices for a relationship matrix.

    Attributes
    ----------
    kind
        How SNPs are scaled; see `GrmKind`.
    minimum_maf
        SNPs with a smaller minor allele frequency among the people handed in are left out.
    maximum_missing
        SNPs with a larger share of missing dosages are left out.
    precision
        Of the products within a block of SNPs; the sums over blocks are float64 in either case.
    stored
        Of the finished matrix: many float32 ones take half the memory.
    """

    kind: GrmKind = "centred"
    minimum_maf: float = 0.0
    maximum_missing: float = 1.0
    precision: Literal["float32", "float64"] = "float32"
    stored: Literal["float32", "float64"] = "float64"

    def __post_init__(self) -> None:
        """Check the choices.

        Raises
        ------
        KinshipError
            For an unknown kind, or a share outside its range.
        """
        if self.kind not in KINDS:
            raise KinshipError(
                f"a relationship matrix of kind {self.kind!r} is not known: choose of {', '.join(KINDS)}"
            )
        if not 0.0 <= self.minimum_maf < 0.5:
            raise KinshipError(f"the minimum MAF must lie in [0, 0.5), not {self.minimum_maf}: give a share")
        if not 0.0 <= self.maximum_missing <= 1.0:
            raise KinshipError(f"the maximum missingness must lie in [0, 1], not {self.maximum_missing}: give a share")


@dataclasses.dataclass(frozen=True, slots=True)
class Kinship:
    """A relationship matrix and the conventions that it was made by.

    Attributes
    ----------
    matrix
        Symmetric ``[n, n]``, float64 or float32.
    kind
        Scaling; a heritability means nothing without it.
    n_snps
        SNPs that it is the mean over.
    minimum_maf, maximum_missing
        The filters that were used.
    n_pairs
        SNPs seen in both of each two people, float32 ``[n, n]``, of kind ``gcta``; None where nothing is missing or
        for another kind, so that `n_snps` holds for all.
    dropped
        SNPs left out by each of `REASONS`.
    """

    matrix: NDArray[np.floating]
    kind: GrmKind
    n_snps: int
    minimum_maf: float = 0.0
    maximum_missing: float = 1.0
    n_pairs: NDArray[np.float32] | None = None
    dropped: MappingProxyType[str, int] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    @property
    def n_people(self) -> int:
        """People n."""
        return int(self.matrix.shape[0])

    @property
    def trace(self) -> float:
        """Sum of the diagonal, in float64."""
        return float(np.trace(self.matrix, dtype=np.float64))

    def subset(self, people: NDArray[np.integer] | NDArray[np.bool_]) -> Kinship:
        """The same for some of the people (numbers or a mask): nothing is scaled or centred again."""
        chosen = np.flatnonzero(people) if people.dtype == np.bool_ else people
        rows = np.ix_(chosen, chosen)
        n_pairs = None if self.n_pairs is None else self.n_pairs[rows]
        return dataclasses.replace(self, matrix=self.matrix[rows], n_pairs=n_pairs)

    def centred(self) -> NDArray[np.float64]:
        """The matrix with row and column means taken off, as GEMMA does after choosing people."""
        return centre(self.matrix)


def centre(matrix: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(I - 11'/n) K (I - 11'/n)`` in float64, ``[n, n]``."""
    out = matrix.astype(np.float64)
    means = out.mean(axis=0)
    out -= means[:, None]
    out -= means[None, :] - means.mean()
    return out


def estimate_kinship(
    read_block: BlockReader,
    n_snps: int,
    n_people: int,
    *,
    options: KinshipOptions | None = None,
    is_used: NDArray[np.bool_] | None = None,
) -> Kinship:
    """Compute one relationship matrix; see `estimate_kinships`.

    Parameters
    ----------
    read_block, n_snps, n_people
        The reader, its SNPs and its people.
    options
        Choices; None for the centred matrix of all SNPs that vary.
    is_used
        The SNPs to take of them, ``[n_snps]``; None for all.
    """
    membership = np.ones((n_snps, 1), np.bool_) if is_used is None else np.asarray(is_used, np.bool_)[:, None]
    return estimate_kinships(read_block, n_snps, n_people, membership=membership, options=options)[0]


def estimate_kinships(
    read_block: BlockReader,
    n_snps: int,
    n_people: int,
    *,
    membership: NDArray[np.bool_],
    options: KinshipOptions | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[Kinship, ...]:
    """Compute the relationship matrices of several parts of the genome in one pass.

    Parameters
    ----------
    read_block, n_snps, n_people
        The reader, its SNPs and its people.
    membership
        Which SNP belongs to which part, ``[n_snps, parts]``; parts may overlap. See `split_by`.
    options
        Choices; None for centred matrices of all SNPs that vary.
    on_progress
        Called with the SNPs done after each block.

    Returns
    -------
    tuple[Kinship, ...]
        One a part. `Kinship.dropped` counts the SNPs of that part left out, SNPs of no part under ``not_in_a_part``.

    Raises
    ------
    KinshipError
        If the membership has another shape, no SNP of a part is left, or dosages lie outside 0 to 2.
    GenotypeBlockError
        If the reader gives another shape.

    Notes
    -----
    Frequencies, means and filters are those of the people handed in: for GCTA's or GEMMA's matrices hand in everybody
    who is genotyped and take the `Kinship.subset` of those analysed afterwards.

    References
    ----------
    VanRaden 2008, J Dairy Sci 91:4414, doi:10.3168/jds.2007-0980; Yang et al. 2011, Am J Hum Genet 88:76,
    doi:10.1016/j.ajhg.2010.11.011, equation 3; Zhou and Stephens 2012, Nat Genet 44:821, doi:10.1038/ng.2310.
    """
    options = options or KinshipOptions()
    membership = _check_membership(membership, n_snps)
    sums = [GramSum(n_people, options.precision) for _ in membership.T]
    dropped = np.zeros((len(sums), len(REASONS)), np.int64)
    dropped[:, -1] = n_snps - membership.sum(axis=0)
    ends = [int(np.flatnonzero(column)[-1]) for column in membership.T]
    done: dict[int, Kinship] = {}
    for first, block in iterate_blocks(read_block, n_snps, n_people):
        last = first + block.shape[0]
        _add_block(sums, dropped, block, membership[first:last], options)
        for part in (part for part, end in enumerate(ends) if first <= end < last):
            done[part] = _finish(sums[part], part, dropped[part], options)
        if on_progress is not None:
            on_progress(last)
    return tuple(done[part] for part in range(len(ends)))


def split_by(labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Turn a label a SNP (its chromosome) into the parts of `estimate_kinships`.

    Parameters
    ----------
    labels
        One a SNP, ``[n_snps]``.

    Returns
    -------
    tuple[tuple[str, ...], NDArray[np.bool_]]
        The labels in the order in which they appear, and the membership ``[n_snps, parts]``.
    """
    names = tuple(dict.fromkeys(labels))
    number = {name: at for at, name in enumerate(names)}
    of_snp = np.array([number[label] for label in labels], np.int64)
    return names, of_snp[:, None] == np.arange(len(names))


def combine(parts: Sequence[Kinship]) -> Kinship:
    """Join the matrices of parts that share no SNP to the matrix of all their SNPs, in float64.

    Raises
    ------
    KinshipError
        If there are none, or they differ in kind, filters or people.
    """
    if not parts:
        raise KinshipError("no relationship matrices to combine: give at least one")
    total = np.zeros(parts[0].matrix.shape)
    n_pairs = None if all(part.n_pairs is None for part in parts) else np.zeros(total.shape)
    for part in parts:
        _check_alike(parts[0], part)
        total += part.matrix * _weight(part)
        if n_pairs is not None:
            n_pairs += _weight(part)
    return _mean(parts[0], total, n_snps=sum(part.n_snps for part in parts), n_pairs=n_pairs)


def leave_out(whole: Kinship, part: Kinship) -> Kinship:
    """Take one part's SNPs (a chromosome's) out of the matrix of all: ``(m K - m_c K_c) / (m - m_c)``, in float64.

    Raises
    ------
    KinshipError
        If they differ in kind, filters or people, or the part holds all SNPs.

    References
    ----------
    Yang et al. 2014, Nat Genet 46:100, doi:10.1038/ng.2876.
    """
    _check_alike(whole, part)
    if part.n_snps >= whole.n_snps:
        raise KinshipError(
            f"a part of {part.n_snps} SNPs cannot be left out of {whole.n_snps}: none would be left; use more parts"
        )
    total = np.zeros(whole.matrix.shape)
    total += whole.matrix * _weight(whole)
    total -= part.matrix * _weight(part)
    n_pairs: NDArray[np.float64] | None = None
    if whole.n_pairs is not None or part.n_pairs is not None:
        n_pairs = np.broadcast_to(_weight(whole) - _weight(part), total.shape)
    return _mean(whole, total, n_snps=whole.n_snps - part.n_snps, n_pairs=n_pairs)


def _add_block(
    sums: Sequence[GramSum],
    dropped: NDArray[np.int64],
    block: NDArray[np.float32],
    membership: NDArray[np.bool_],
    options: KinshipOptions,
) -> None:
    """Add one block to each part that has SNPs in it; counts the SNPs left out."""
    is_used = np.asarray(membership.any(axis=1))
    missing = find_missing(block) if options.kind == "gcta" else None
    code = standardise_rows(block, is_used, KINDS.index(options.kind), options.minimum_maf, options.maximum_missing)
    if (code == OUT_OF_RANGE).any():
        raise KinshipError("dosages of the reader lie outside 0 to 2: give copies of one allele, NaN where missing")
    for part in map(int, np.flatnonzero(membership.any(axis=0))):
        is_member = membership[:, part]
        is_kept = np.asarray(is_member & (code == KEPT))
        dropped[part] += np.bincount(code[is_member & (code >= 0)], minlength=len(REASONS))
        sums[part].n_snps += int(is_kept.sum())
        if is_kept.any():
            sums[part].add(_rows(block, is_member, is_used))
            if missing is not None:
                sums[part].add_missing(*missing, is_kept)


def _rows(block: NDArray[np.float32], is_member: NDArray[np.bool_], is_used: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A part's rows of a block, without a copy where it is a run or the block's other rows are zeros."""
    members = np.flatnonzero(is_member)
    first, last = int(members[0]), int(members[-1]) + 1
    if members.size == int(is_used[first:last].sum()):
        return block[first:last]
    return block[members]


def _finish(total: GramSum, part: int, dropped: NDArray[np.int64], options: KinshipOptions) -> Kinship:
    counts = dict(zip(REASONS, map(int, dropped), strict=True))
    if not total.n_snps:
        raise KinshipError(
            f"no SNP is left for part {part} (counted from 0) of the relationship matrices; left out: {counts}: "
            "relax the filters or leave the part out"
        )
    matrix, n_pairs = total.finish(options.stored)
    return Kinship(
        matrix=matrix,
        kind=options.kind,
        n_snps=total.n_snps,
        minimum_maf=options.minimum_maf,
        maximum_missing=options.maximum_missing,
        n_pairs=n_pairs,
        dropped=MappingProxyType(counts),
    )


def _check_membership(membership: NDArray[np.bool_], n_snps: int) -> NDArray[np.bool_]:
    membership = np.asarray(membership, np.bool_)
    if membership.ndim != 2 or membership.shape[0] != n_snps or not membership.size:
        raise KinshipError(
            f"the parts have shape {membership.shape} for {n_snps} SNPs: give a row a SNP and a column a part"
        )
    empty = np.flatnonzero(~membership.any(axis=0))
    if empty.size:
        raise KinshipError(f"part {empty[0]} (counted from 0) has no SNP: leave it out")
    return membership


def _check_alike(first: Kinship, other: Kinship) -> None:
    for name in ("kind", "minimum_maf", "maximum_missing", "n_people"):
        seen = getattr(first, name), getattr(other, name)
        if seen[0] != seen[1]:
            raise KinshipError(
                f"relationship matrices must agree in {name} to be combined, but have {seen[0]} and {seen[1]}: "
                "make them with the same options and people"
            )


def _weight(kinship: Kinship) -> NDArray[np.float64] | float:
    """SNPs behind each value: one number, or one a pair."""
    return float(kinship.n_snps) if kinship.n_pairs is None else kinship.n_pairs.astype(np.float64)


def _mean(like: Kinship, total: NDArray[np.float64], *, n_snps: int, n_pairs: NDArray[np.float64] | None) -> Kinship:
    """The mean of a sum over `n_snps` SNPs, or over each pair's own."""
    if n_pairs is None:
        total /= n_snps
    else:
        total = np.divide(total, n_pairs, out=np.zeros(total.shape), where=n_pairs > 0.0)
    return dataclasses.replace(
        like,
        matrix=total,
        n_snps=n_snps,
        n_pairs=None if n_pairs is None else n_pairs.astype(np.float32),
        dropped=MappingProxyType({}),
    )
