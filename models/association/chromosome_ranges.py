"""Runs of SNPs of one chromosome, in the order in which a reader gives them."""

import dataclasses
from collections.abc import Sequence
from itertools import groupby

from models.association.errors import AssociationError


@dataclasses.dataclass(frozen=True, slots=True)
class ChromosomeRange:
    """SNPs ``first`` to ``last - 1`` of a reader, all of one chromosome.

    Attributes
    ----------
    name
        The chromosome.
    first, last
        SNPs, counted from 0; last is not included.
    """

    name: str
    first: int
    last: int


def chromosome_ranges(chromosomes: Sequence[str]) -> tuple[ChromosomeRange, ...]:
    """Cut SNPs into runs of one chromosome.

    Parameters
    ----------
    chromosomes
        Chromosome of each SNP, in the reader's order.

    Raises
    ------
    AssociationError
        If a chromosome's SNPs do not stand together.
    """
    found: dict[str, ChromosomeRange] = {}
    first = 0
    for name, run in groupby(chromosomes):
        last = first + sum(1 for _ in run)
        if name in found:
            raise AssociationError(
                f"chromosome {name} stands at SNPs {found[name].first} to {found[name].last - 1} and again from SNP "
                f"{first}: sort the SNPs by chromosome"
            )
        found[name] = ChromosomeRange(name, first, last)
        first = last
    return tuple(found.values())


def count_snps(ranges: Sequence[ChromosomeRange]) -> int:
    """SNPs of ranges that follow each other from SNP 0 on.

    Raises
    ------
    AssociationError
        If they leave a gap, overlap, or are empty.
    """
    last = 0
    for chromosome in ranges:
        if chromosome.first != last or chromosome.last <= chromosome.first:
            raise AssociationError(
                f"chromosome {chromosome.name} has SNPs {chromosome.first} to {chromosome.last - 1}, wanted from SNP "
                f"{last} on: give the ranges in order, without gaps and none empty"
            )
        last = chromosome.last
    return last
