"""The SNPs of an analysis: put by chromosome, read in that order, and which of them pass."""

import numpy as np

from loaders.dosages import open_dosages
from models.genotype_blocks import array_reader
from services.mixed_models.variants import choose_variants, passing_snps, watched
from tests.services.mixed_models.cohort import N_SNPS, Cohort, write_genotypes

MIXED = ("2", "0", "1") * 50


def test_choose_variants__puts_chromosomes_together_in_order_of_appearance(cohort: Cohort) -> None:
    write_genotypes(cohort.bed, cohort.dosages, MIXED)
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=False)
    expected = [row for start in (0, 1, 2) for row in range(start, N_SNPS, 3)]
    assert variants.index.tolist() == expected
    assert variants.chromosomes == ("2",) * 50 + ("",) * 50 + ("1",) * 50
    assert variants.table["rsid"].to_list() == [f"rs{row}" for row in expected]
    assert (variants.n_chromosomes, variants.n_without_chromosome) == (3, 0)
    np.testing.assert_array_equal(variants.reader()(40, 60), cohort.dosages[expected[40:60]])


def test_choose_variants__leaves_out_the_unplaced_where_a_chromosome_is_needed(cohort: Cohort) -> None:
    write_genotypes(cohort.bed, cohort.dosages, MIXED)
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=True)
    assert (variants.n_snps, variants.n_without_chromosome, variants.n_chromosomes) == (100, 50, 2)
    people = np.array([5, 2])
    np.testing.assert_array_equal(variants.reader(people)(0, 2), cohort.dosages[[0, 3]][:, people])


def test_choose_variants__positions_that_are_no_place_are_null(cohort: Cohort) -> None:
    write_genotypes(cohort.bed, cohort.dosages, MIXED)
    bim = cohort.bed.with_suffix(".bim")
    lines = [line.split() for line in bim.read_text().splitlines()]
    lines[0][3], lines[3][3] = "-9", "0"
    bim.write_text("".join("\t".join(line) + "\n" for line in lines))
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=True)
    assert variants.table["position_bp"].head(3).to_list() == [None, None, int(lines[6][3])]


def test_watched__tells_after_each_block() -> None:
    told: list[tuple[int, int, str]] = []
    reader = watched(array_reader(np.ones((5, 2))), 5, "reading", lambda *now: told.append(now))
    assert reader(0, 3).shape == (3, 2)
    reader(3, 5)
    assert told == [(3, 5, "reading"), (5, 5, "reading")]


def test_passing_snps__vary_are_common_and_seen() -> None:
    nan = np.nan
    dosages = np.array(
        [
            [0, 1, 2, 1],  # passes
            [1, 1, 1, 1],  # does not vary
            [nan, nan, nan, nan],
            [nan, 0, 2, 1],  # a quarter missing
            [2, 2, 2, 1],  # frequency of the rarer allele 1/8
        ],
        np.float32,
    )
    reader = array_reader(dosages)
    assert passing_snps(reader, 5, 4, minimum_maf=0.125, maximum_missing=0.0).tolist() == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert passing_snps(reader, 5, 4, minimum_maf=0.13, maximum_missing=0.25).tolist() == [
        True,
        False,
        False,
        True,
        False,
    ]
