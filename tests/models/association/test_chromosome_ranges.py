"""Runs of one chromosome."""

import pytest

from models.association.chromosome_ranges import ChromosomeRange, chromosome_ranges, count_snps
from models.association.errors import AssociationError


def test_chromosome_ranges__cuts_where_the_chromosome_changes() -> None:
    found = chromosome_ranges(["1", "1", "2", "X"])
    assert found == (ChromosomeRange("1", 0, 2), ChromosomeRange("2", 2, 3), ChromosomeRange("X", 3, 4))
    assert count_snps(found) == 4
    assert chromosome_ranges([]) == ()
    assert count_snps(()) == 0


def test_chromosome_ranges__refuses_a_chromosome_in_two_places() -> None:
    with pytest.raises(AssociationError, match="chromosome 1 stands at SNPs 0 to 0 and again from SNP 2: sort"):
        chromosome_ranges(["1", "2", "1"])


@pytest.mark.parametrize("first, last", [(1, 3), (0, 0)])
def test_count_snps__refuses_gaps_and_empty_ranges(first: int, last: int) -> None:
    with pytest.raises(AssociationError, match=r"chromosome 1 has SNPs .* wanted from SNP 0 on: give the ranges"):
        count_snps((ChromosomeRange("1", first, last),))
