import numpy as np
import polars as pl
import pytest

from loaders.simulation import CohortSize, DemoSizeError
from loaders.simulation.cohort_genome import MINIMUM_COPIES, N_FOUNDERS, make_cohort_genome

SIZE = CohortSize(n_snps=22 * 60)


@pytest.fixture(scope="module")
def genome():
    return make_cohort_genome(SIZE, np.random.default_rng(3))


def test_make_cohort_genome__snps_are_sorted_and_have_names_of_their_own(genome):
    snps = genome.snps
    assert snps.height == SIZE.n_snps == snps["rsid"].n_unique()
    assert snps["rsid"].str.starts_with("rs5").all()
    for chromosome in range(1, 23):
        own = snps.filter(pl.col("chromosome") == chromosome)
        assert own.height == 60
        assert (own["position_bp"].diff().drop_nulls() > 0).all()
        assert (own["centimorgan"].diff().drop_nulls() >= 0).all()
        assert 30_000_000 - own["position_bp"].max() < 200_000


def test_make_cohort_genome__blocks_cover_the_snps_and_stay_on_a_chromosome(genome):
    assert genome.first_snp[0] == 0
    assert genome.first_snp[-1] == genome.snps.height
    assert genome.snps.group_by("block").agg(pl.col("chromosome").n_unique())["chromosome"].max() == 1
    starts = genome.snps["chromosome"].to_numpy()[genome.first_snp[:-1]]
    is_start = np.concatenate([[True], starts[1:] != starts[:-1]])
    np.testing.assert_array_equal(genome.switch_share == 1.0, is_start)
    for block in (0, 5, genome.n_blocks - 1):
        assert set(genome.snps["block"][genome.members(block)]) == {block}


def test_make_cohort_genome__every_snp_is_common(genome):
    n_copies = genome.founders.sum(axis=1)
    assert n_copies.min() >= MINIMUM_COPIES
    assert n_copies.max() <= N_FOUNDERS - MINIMUM_COPIES
    assert genome.frequency_1.mean() == pytest.approx(0.5, abs=0.05)  # allele_1 is the derived one half of the time


def test_make_cohort_genome__a_block_is_one_tree(genome):
    """Two SNPs of a block never show all four pairs of alleles (the four-gamete test)."""
    for block in range(0, genome.n_blocks, 7):
        carried = genome.founders[genome.members(block)].astype(int)
        absent = 1 - carried
        pairs = [first @ second.T for first in (carried, absent) for second in (carried, absent)]
        assert (np.min(pairs, axis=0) == 0).all()


def test_make_cohort_genome__needs_snps_for_each_chromosome():
    with pytest.raises(DemoSizeError, match=r"at least 8 SNPs on each of 22 autosomes; n_snps = 100 gives 4"):
        make_cohort_genome(CohortSize(n_snps=100), np.random.default_rng(1))
