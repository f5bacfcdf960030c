"""The simulated genome in published reference formats: GENCODE GTF, LD-block BED, annotation BEDs, PLINK files."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.effects import EffectPlan
from loaders.simulation.files import table_bytes
from loaders.simulation.genome import Genome
from loaders.simulation.ld import draw_haplotypes
from loaders.simulation.plink import bed_bytes, fam_bytes
from loaders.simulation.truth import DemoSize

_STATES = (
    ("1_Active_TSS", "255,0,0", 0.06),
    ("5_Strong_transcription", "0,128,0", 0.18),
    ("9_Active_enhancer", "255,195,77", 0.12),
    ("17_Weak_repressed_polycomb", "192,192,192", 0.14),
    ("18_Quiescent/low_signal", "255,255,255", 0.5),
)
_ENHANCER = 2
_INTERVALS_PER_BLOCK = 12


def gencode_gtf(genome: Genome) -> bytes:
    """Render the genes as a GENCODE GTF: gene, transcript and exon lines, versioned ids, build in the header."""
    lines = [
        "##description: simulated annotation in the layout of GENCODE, human genome (GRCh37), version 19 (Ensembl 74)",
        "##provider: GENCODE",
        "##contact: none",
        "##format: gtf",
        "##date: 2013-12-05",
    ]
    columns = ("chromosome", "start_bp", "end_bp", "strand", "gene", "biotype", "symbol")
    for number, row in enumerate(genome.genes.select(columns).iter_rows()):
        chromosome, start, end, strand, gene, biotype, symbol = row
        transcript = gene.replace("ENSG", "ENST")
        shared = f'gene_type "{biotype}"; gene_status "KNOWN"; gene_name "{symbol}";'
        gene_part = f'gene_id "{gene}.{1 + number % 9}";'
        for feature in ("gene", "transcript", "exon"):
            id_part = gene if feature == "gene" else transcript
            last = end if feature != "exon" else min(end, start + 300)
            place = f"chr{chromosome}\tHAVANA\t{feature}\t{start}\t{last}\t.\t{strand}\t."
            lines.append(f'{place}\t{gene_part} transcript_id "{id_part}.1"; {shared} level 2;')
    return ("\n".join(lines) + "\n").encode()


def ld_blocks_bed(genome: Genome) -> bytes:
    """Render the LD blocks as the published files have them: a header line and every field padded with blanks."""
    rows = genome.blocks.select("chromosome", "start", "end").iter_rows()
    lines = ["chr \t start \t stop", *(f"chr{chromosome} \t {start} \t {end}" for chromosome, start, end in rows)]
    return ("\n".join(lines) + "\n").encode()


def chromatin_bed(genome: Genome, plan: EffectPlan, generator: np.random.Generator) -> bytes:
    """Render chromatin states as BED 9, half-open; regulators of a module lie in active enhancers more often.

    Parameters
    ----------
    genome, plan
        The study.
    generator
        Source of randomness.

    Returns
    -------
    bytes
        Twelve intervals over the SNPs of each block, with one of five states in the name column.
    """
    regulators = np.concatenate([module.snps for module in plan.modules]) if plan.modules else np.empty(0, np.int64)
    position_bp = genome.snps["position_bp"].to_numpy()
    regulator_of_block = dict(zip((genome.snps["block"].to_numpy()[regulators]).tolist(), regulators, strict=True))
    weights = np.array([state[2] for state in _STATES])
    lines = []
    windows = genome.blocks.select("chromosome", "window_start").iter_rows()
    for block, (chromosome, window_start) in enumerate(windows):
        width = 400_000 // _INTERVALS_PER_BLOCK
        states = generator.choice(len(_STATES), _INTERVALS_PER_BLOCK, p=weights)
        is_enhanced = generator.random() < 0.6
        if block in regulator_of_block and is_enhanced:
            states[(position_bp[regulator_of_block[block]] - 1 - window_start) // width] = _ENHANCER
        for place, state in enumerate(states.tolist()):
            start = window_start + place * width
            name, colour, _ = _STATES[state]
            lines.append(f"chr{chromosome}\t{start}\t{start + width}\t{name}\t0\t.\t{start}\t{start + width}\t{colour}")
    return ("\n".join(lines) + "\n").encode()


def conserved_bed(genome: Genome, generator: np.random.Generator) -> bytes:
    """Render short conserved elements as BED 3: a fifth of the SNPs lies in one."""
    chosen = generator.random(genome.snps.height) < 0.2
    places = genome.snps.filter(pl.Series(chosen)).select("chromosome", "position_bp").iter_rows()
    reach = generator.integers(10, 60, (int(chosen.sum()), 2))
    lines = [
        f"chr{chromosome}\t{position - 1 - before}\t{position + after}"
        for (chromosome, position), (before, after) in zip(places, reach.tolist(), strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()


def plink_bim(genome: Genome) -> bytes:
    """Render the SNPs as a PLINK .bim: chromosome, rsid, centimorgans, position, allele 1, allele 2."""
    table = genome.snps.select(
        "chromosome",
        "rsid",
        (pl.col("position_bp") / 1e6).round(6).alias("centimorgan"),
        "position_bp",
        "allele_1",
        "allele_2",
    )
    return table_bytes(table).split(b"\n", 1)[1]


def plink_fam(n_people: int) -> bytes:
    """Render the people of the LD panel as a PLINK .fam."""
    return fam_bytes(n_people, prefix="DEMO")


def plink_bed(genome: Genome, size: DemoSize, generator: np.random.Generator) -> bytes:
    """Draw genotypes with the study's LD and pack them as a PLINK .bed.

    Parameters
    ----------
    genome, size
        The study.
    generator
        Source of randomness.

    Returns
    -------
    bytes
        Variant-major .bed, four people a byte, in the order of `plink_bim` and `plink_fam`; nobody is missing.
    """
    return bed_bytes(draw_panel(genome, size, generator))


def draw_panel(genome: Genome, size: DemoSize, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw the panel's genotypes.

    Parameters
    ----------
    genome, size
        The study.
    generator
        Source of randomness.

    Returns
    -------
    NDArray[np.int64]
        Shape (n_snps, n_panel_people): copies of allele_1, 0 to 2.
    """
    orientation = genome.snps["orientation"].to_numpy()
    frequency_1 = genome.snps["frequency_1"].to_numpy()
    carried = np.where(orientation > 0, frequency_1, 1.0 - frequency_1)[:: size.snps_per_block]
    haplotypes = draw_haplotypes(generator, 2 * size.n_panel_people, carried, size.snps_per_block)
    carriers = haplotypes.reshape(size.n_panel_people, 2, size.n_snps).sum(axis=1, dtype=np.int64).T
    return np.asarray(np.where(orientation[:, None] > 0, carriers, 2 - carriers), dtype=np.int64)
