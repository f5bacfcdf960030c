"""Parts of the genome: whole, chromosomes, annotations with all other SNPs."""

import numpy as np
import pytest

from loaders.dosages import open_dosages
from services.mixed_models import KinshipRequest, MatchError, estimate_reml, write_kinships
from services.mixed_models.genome_parts import split_genome
from services.mixed_models.variants import choose_variants
from tests.services.mixed_models.cohort import N_SNPS, Cohort, write_genotypes


def test_split_genome__whole_and_by_chromosome(cohort: Cohort) -> None:
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=True)
    whole = split_genome(cohort.reml(), variants)
    assert (whole.names, whole.membership.shape, bool(whole.membership.all())) == (("whole",), (N_SNPS, 1), True)
    parts = split_genome(cohort.reml(parts="chromosome"), variants)
    assert parts.names == ("1", "2", "3")
    np.testing.assert_array_equal(parts.membership.argmax(axis=1), np.arange(N_SNPS) // 50)


def test_split_genome__is_of_the_autosomes(cohort: Cohort) -> None:
    """X is one copy of men: it enters no kinship, and a reader is told."""
    write_genotypes(cohort.bed, cohort.dosages, tuple("X" if name == "3" else name for name in cohort.chromosomes))
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=False)
    whole, parts = split_genome(cohort.reml(), variants), split_genome(cohort.reml(parts="chromosome"), variants)
    assert (whole.membership[:, 0].sum(), parts.names, parts.membership.shape) == (100, ("1", "2"), (N_SNPS, 2))
    assert (whole.n_not_autosomal, parts.n_not_autosomal) == (50, 50)
    report = estimate_reml(cohort.reml())
    assert report.n_without_part == 50
    assert report.notes == ("Kinship is of the autosomes: 50 SNPs of X, Y or MT did not enter it.",)
    written = write_kinships(KinshipRequest(genotypes=cohort.bed, out=cohort.folder / "k", by_chromosome=True))
    assert written.n_dropped["not_autosomal"] == 50
    assert [one.part for one in written.kinships] == ["1", "2"]


def test_split_genome__annotations_that_hold_all_leave_no_others(cohort: Cohort) -> None:
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=True)
    everything, marks = cohort.folder / "everything.bed", cohort.folder / "marks.bed"
    everything.write_text("".join(f"chr{name}\t0\t60000000\n" for name in (1, 2, 3)))
    marks.write_text("chr1\t1999999\t3000000\n")  # SNPs at 2 and 3 Mb: 0-based, half open
    parts = split_genome(cohort.reml(parts="annotation", annotations=(everything, marks)), variants)
    assert (parts.names, parts.n_in_several) == (("everything", "marks"), 2)
    assert np.flatnonzero(parts.membership[:, 1]).tolist() == [1, 2]


def test_split_genome__annotations_need_snps_and_names_of_their_own(cohort: Cohort) -> None:
    variants = choose_variants(open_dosages(cohort.bed), needs_chromosome=True)
    marks = cohort.folder / "marks.bed"
    marks.write_text("chr4\t0\t60000000\n")
    with pytest.raises(MatchError, match=r"hold SNPs of the genotypes; seen: none of 150; in .*marks.bed"):
        split_genome(cohort.reml(parts="annotation", annotations=(marks,)), variants)
    marks.write_text("chr1\t0\t60000000\n")
    with pytest.raises(MatchError, match="a name of its own; seen: marks"):
        split_genome(cohort.reml(parts="annotation", annotations=(marks, marks)), variants)
