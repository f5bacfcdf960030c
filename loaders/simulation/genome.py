"""The simulated genome: LD blocks that tile 22 autosomes, with SNPs, genes and CpGs at real-looking hg19 places."""

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.truth import DemoSize, RegulatorLocus

HG19_LENGTHS_BP = (
    249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431, 135534747,
    135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248, 59128983, 63025520,
    48129895, 51304566,
)  # fmt: skip
"""Lengths of chromosomes 1 to 22 in GRCh37."""
FIRST_BLOCK_START = 10583
_WINDOW_BP = 400_000  # the SNPs of a block lie in a window of this width, so that ±1 Mb never reaches the next one's
_SNV_ALLELES = (("A", "G"), ("C", "T"), ("A", "C"), ("G", "T"), ("A", "T"), ("C", "G"))
_SNV_SHARES = (0.34, 0.34, 0.085, 0.085, 0.075, 0.075)
_INDEL_SHARE = 0.04
_BIOTYPES = ("protein_coding", "lincRNA", "pseudogene")
_BIOTYPE_SHARES = (0.7, 0.18, 0.12)


class DemoSizeError(ValueError):
    """A size that no study can be made of."""


@dataclass(frozen=True, slots=True)
class Genome:
    """Where everything lies.

    Attributes
    ----------
    blocks
        chromosome, start (0-based), end (half-open), window_start (1-based first place for a SNP).
    snps
        rsid, block, chromosome, position_bp, allele_1, allele_2, frequency_1, orientation (+1 where allele_1 is the
        block's carried allele, else -1), is_indel; sorted by place.
    genes
        gene, symbol, block, chromosome, start_bp, end_bp, strand, biotype, tss_bp.
    cpgs
        cpg, block, chromosome, position_bp, strand, island, island_relation, snp_in_probe.
    """

    blocks: pl.DataFrame
    snps: pl.DataFrame
    genes: pl.DataFrame
    cpgs: pl.DataFrame

    def block_id(self, block: int) -> str:
        """Give a block's id: build, chromosome and its BED coordinates."""
        chromosome, start, end = self.blocks.select("chromosome", "start", "end").row(block)
        return f"GRCh37:{chromosome}:{start}-{end}"

    def locus(self, snp: int) -> RegulatorLocus:
        """Describe a SNP and its block as a locus."""
        rsid, block, position_bp = self.snps.select("rsid", "block", "position_bp").row(snp)
        chromosome, start, end = self.blocks.select("chromosome", "start", "end").row(block)
        return RegulatorLocus(self.block_id(block), str(chromosome), start + 1, end, rsid, position_bp)


def make_genome(size: DemoSize, generator: np.random.Generator) -> Genome:
    """Lay out a genome of the given size.

    Parameters
    ----------
    size
        Numbers of blocks, SNPs, CpGs and genes.
    generator
        Source of randomness.

    Returns
    -------
    Genome
        Places, alleles and ids. The ids lie outside the published ranges (rs4…, cg9…, ENSG000009…), so that they are
        never taken for real ones.

    Raises
    ------
    DemoSizeError
        If there are fewer than 22 blocks, or so many that a block has no room for its SNPs.
    """
    blocks = _make_blocks(size, generator)
    snps = _make_snps(blocks, size, generator)
    genes = _make_genes(blocks, size, generator)
    return Genome(blocks=blocks, snps=snps, genes=genes, cpgs=_make_cpgs(blocks, snps, genes, size, generator))


def _make_blocks(size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    counts = _blocks_per_chromosome(size.n_blocks)
    rows: list[tuple[int, int, int]] = []
    for chromosome, (length_bp, n_blocks) in enumerate(zip(HG19_LENGTHS_BP, counts, strict=True), start=1):
        widths = generator.uniform(0.6, 1.4, n_blocks)
        shares = np.concatenate(([0.0], np.cumsum(widths) / widths.sum()))
        edges = FIRST_BLOCK_START + shares * (length_bp - FIRST_BLOCK_START)
        edges = np.floor(edges).astype(np.int64)
        edges[0], edges[-1] = FIRST_BLOCK_START, length_bp
        rows.extend((chromosome, a, b) for a, b in itertools.pairwise(edges.tolist()))
    frame = pl.DataFrame(rows, schema=["chromosome", "start", "end"], orient="row")
    narrowest = int((frame["end"] - frame["start"]).min())  # type: ignore[arg-type]
    if narrowest < 2 * _WINDOW_BP:
        raise DemoSizeError(
            f"an LD block needs at least {2 * _WINDOW_BP} bp for its SNPs; with n_blocks = {size.n_blocks} the "
            f"narrowest has {narrowest}: ask for fewer blocks"
        )
    middle = (pl.col("start") + pl.col("end")) // 2
    return frame.with_columns(window_start=middle - _WINDOW_BP // 2)


def _blocks_per_chromosome(n_blocks: int) -> list[int]:
    if n_blocks < len(HG19_LENGTHS_BP):
        raise DemoSizeError(
            f"a study needs an LD block on each of 22 chromosomes; n_blocks = {n_blocks}: ask for 22 or more"
        )
    shares = np.array(HG19_LENGTHS_BP) / sum(HG19_LENGTHS_BP) * (n_blocks - len(HG19_LENGTHS_BP))
    counts = np.floor(shares).astype(int) + 1
    for chromosome in np.argsort(-(shares - np.floor(shares)), kind="stable")[: n_blocks - counts.sum()]:
        counts[chromosome] += 1
    return [int(count) for count in counts]


def _make_snps(blocks: pl.DataFrame, size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    n_snps, per_block = size.n_snps, size.snps_per_block
    block = np.repeat(np.arange(size.n_blocks), per_block)
    steps = generator.integers(1, _WINDOW_BP // per_block, (size.n_blocks, per_block))
    offsets = np.cumsum(steps, axis=1).reshape(-1)
    orientation = generator.choice(np.array([-1, 1]), n_snps)
    carried = np.repeat(generator.uniform(0.1, 0.9, size.n_blocks), per_block)
    is_indel = generator.random(n_snps) < _INDEL_SHARE
    alleles = [
        _indel_alleles(generator) if indel else _snv_alleles(kind, is_swapped)
        for indel, kind, is_swapped in zip(
            is_indel,
            generator.choice(len(_SNV_ALLELES), n_snps, p=_SNV_SHARES),
            generator.random(n_snps) < 0.5,
            strict=True,
        )
    ]
    number = generator.permutation(n_snps) * 97 + generator.integers(0, 97, n_snps)
    return pl.DataFrame(
        {
            "rsid": [f"rs4{value:09d}" for value in number.tolist()],
            "block": block,
            "chromosome": blocks["chromosome"].to_numpy()[block],
            "position_bp": blocks["window_start"].to_numpy()[block] + offsets,
            "allele_1": [pair[0] for pair in alleles],
            "allele_2": [pair[1] for pair in alleles],
            "frequency_1": np.where(orientation > 0, carried, 1.0 - carried),
            "orientation": orientation,
            "is_indel": is_indel,
        }
    )


def _snv_alleles(kind: int, is_swapped: bool) -> tuple[str, str]:
    first, second = _SNV_ALLELES[kind]
    return (second, first) if is_swapped else (first, second)


def _indel_alleles(generator: np.random.Generator) -> tuple[str, str]:
    letters = ["ACGT"[index] for index in generator.integers(0, 4, 4).tolist()]
    short, long = letters[0], "".join(letters[: 2 + int(generator.integers(0, 3))])
    return (short, long) if generator.random() < 0.5 else (long, short)


def _make_genes(blocks: pl.DataFrame, size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    block = np.sort(_home_blocks(size.n_genes, size.n_blocks, generator))
    length_bp = np.round(np.exp(generator.normal(np.log(20_000), 0.9, size.n_genes))).clip(800, 150_000).astype(int)
    start_bp = blocks["window_start"].to_numpy()[block] + generator.integers(0, _WINDOW_BP - 150_000, size.n_genes)
    strand = np.where(generator.random(size.n_genes) < 0.5, "+", "-")
    end_bp = start_bp + length_bp - 1
    return pl.DataFrame(
        {
            "gene": [f"ENSG00000{900_001 + 7 * index:06d}" for index in range(size.n_genes)],
            "symbol": [f"DEMO{index + 1}" for index in range(size.n_genes)],
            "block": block,
            "chromosome": blocks["chromosome"].to_numpy()[block],
            "start_bp": start_bp,
            "end_bp": end_bp,
            "strand": strand,
            "biotype": generator.choice(np.array(_BIOTYPES), size.n_genes, p=_BIOTYPE_SHARES),
            "tss_bp": np.where(strand == "+", start_bp, end_bp),
        }
    )


def _home_blocks(n_molecules: int, n_blocks: int, generator: np.random.Generator) -> NDArray[np.int64]:
    rounds = -(-n_molecules // n_blocks)
    return np.concatenate([generator.permutation(n_blocks) for _ in range(rounds)])[:n_molecules]


def _make_cpgs(
    blocks: pl.DataFrame, snps: pl.DataFrame, genes: pl.DataFrame, size: DemoSize, generator: np.random.Generator
) -> pl.DataFrame:
    n_cpgs = size.n_cpgs
    block = np.sort(_home_blocks(n_cpgs, size.n_blocks, generator))
    position_bp = blocks["window_start"].to_numpy()[block] + generator.integers(0, _WINDOW_BP, n_cpgs)
    gene_of_block = np.full(size.n_blocks, -1)
    gene_of_block[genes["block"].to_numpy()] = np.arange(genes.height)
    is_promoter = (gene_of_block[block] >= 0) & (generator.random(n_cpgs) < 0.6)
    tss_bp = genes["tss_bp"].to_numpy()[gene_of_block[block]]
    shift = generator.integers(-2600, 2600, n_cpgs)
    position_bp = np.where(is_promoter, tss_bp + shift, position_bp)
    is_over_snp = ~is_promoter & (generator.random(n_cpgs) < 0.05)
    nearby_snp = block * size.snps_per_block + generator.integers(0, size.snps_per_block, n_cpgs)
    beside = snps["position_bp"].to_numpy()[nearby_snp] + generator.integers(5, 45, n_cpgs)
    position_bp = np.where(is_over_snp, beside, position_bp)
    frame = pl.DataFrame(
        {
            "cpg": [f"cg9{value:07d}" for value in (generator.permutation(n_cpgs) * 311).tolist()],
            "block": block,
            "chromosome": blocks["chromosome"].to_numpy()[block],
            "position_bp": position_bp,
            "strand": np.where(generator.random(n_cpgs) < 0.5, "+", "-"),
            "shift": np.where(is_promoter, shift, 10**6),
            "tss_bp": tss_bp,
            "snp_in_probe": snps["rsid"].gather(nearby_snp).set(pl.Series(~is_over_snp), None),
        }
    )
    return frame.with_columns(*_island_columns()).drop("shift", "tss_bp")


def _island_columns() -> tuple[pl.Expr, pl.Expr]:
    near, shift = pl.col("shift").abs() < 10**5, pl.col("shift")
    island = pl.format("chr{}:{}-{}", "chromosome", pl.col("tss_bp") - 600, pl.col("tss_bp") + 600)
    relation = (
        pl.when(shift.abs() <= 600)
        .then(pl.lit("Island"))
        .when(shift < 0)
        .then(pl.lit("N_Shore"))
        .otherwise(pl.lit("S_Shore"))
    )
    return pl.when(near).then(island).alias("island"), pl.when(near).then(relation).alias("island_relation")
