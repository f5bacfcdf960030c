import dataclasses

import numpy as np
import polars as pl
import pytest

from loaders.builds import CHROMOSOME_LENGTHS_BP
from loaders.simulation.genome import HG19_LENGTHS_BP, DemoSizeError, make_genome
from tests.loaders.simulation.conftest import SMALL


@pytest.fixture(scope="module")
def genome():
    return make_genome(SMALL, np.random.default_rng(3))


def test_make_genome__blocks_tile_the_autosomes(genome):
    for chromosome, blocks in genome.blocks.group_by("chromosome", maintain_order=True):
        assert blocks["start"].to_list()[1:] == blocks["end"].to_list()[:-1]
        assert blocks["end"].to_list()[-1] == HG19_LENGTHS_BP[int(chromosome[0]) - 1]
    assert genome.blocks.height == SMALL.n_blocks
    assert genome.blocks["chromosome"].n_unique() == 22


def test_hg19_lengths__are_the_loaders():
    assert list(HG19_LENGTHS_BP) == list(CHROMOSOME_LENGTHS_BP["GRCh37"].values())[:22]


def test_make_genome__everything_lies_in_its_block(genome):
    blocks = genome.blocks.with_row_index("block").with_columns(pl.col("block").cast(pl.Int64))
    for table, start, end in (
        (genome.snps, "position_bp", "position_bp"),
        (genome.cpgs, "position_bp", "position_bp"),
        (genome.genes, "start_bp", "end_bp"),
    ):
        placed = table.join(blocks, on="block", suffix="_block")
        assert placed.height == table.height
        assert (placed["chromosome"] == placed["chromosome_block"]).all()
        assert (placed[start] > placed["start"]).all()
        assert (placed[end] <= placed["end"]).all()


def test_make_genome__ids_and_places_are_unique(genome):
    assert genome.snps["rsid"].is_unique().all()
    assert genome.snps.select(pl.struct("chromosome", "position_bp").is_unique().all()).item()
    assert genome.cpgs["cpg"].is_unique().all()
    assert genome.genes["gene"].str.contains(r"^ENSG\d{11}$").all()
    assert genome.cpgs["cpg"].str.contains(r"^cg\d{8}$").all()


def test_make_genome__some_indels_and_palindromes(genome):
    first, second = (function("allele_1", "allele_2") for function in (pl.min_horizontal, pl.max_horizontal))
    pair = genome.snps.select(pl.concat_str(first, second))
    assert 0.1 < pair.to_series().is_in(["AT", "CG"]).mean() < 0.2
    assert 0.02 < genome.snps["is_indel"].mean() < 0.06
    assert (genome.snps["allele_1"] != genome.snps["allele_2"]).all()


def test_make_genome__neighbouring_blocks_are_more_than_a_megabase_apart():
    genome = make_genome(dataclasses.replace(SMALL, n_blocks=1000), np.random.default_rng(3))
    gap = (
        genome.snps.group_by("chromosome", "block")
        .agg(first=pl.col("position_bp").min(), last=pl.col("position_bp").max())
        .sort("block")
        .with_columns(gap=pl.col("first") - pl.col("last").shift(1).over("chromosome"))
    )
    assert gap["gap"].min() > 1_000_000


def test_locus__block_id_has_the_bed_s_numbers(genome):
    locus = genome.locus(0)
    assert locus.block_id == f"GRCh37:1:10583-{genome.blocks['end'][0]}"
    assert (locus.start_bp, locus.end_bp) == (10584, genome.blocks["end"][0])


@pytest.mark.parametrize(
    ("n_blocks", "message"),
    [(21, "n_blocks = 21: ask for 22 or more"), (5000, "with n_blocks = 5000 the narrowest has")],
)
def test_make_genome__impossible_numbers_of_blocks(n_blocks, message):
    with pytest.raises(DemoSizeError, match=message):
        make_genome(dataclasses.replace(SMALL, n_blocks=n_blocks), np.random.default_rng(1))
