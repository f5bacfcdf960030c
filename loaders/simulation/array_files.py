"""The simulated CpGs as an Illumina HumanMethylation450 manifest: preamble, [Assay] table, [Controls] block."""

import io

import numpy as np
import polars as pl

from loaders.simulation.files import table_bytes
from loaders.simulation.genome import Genome

_CONTROLS = (
    "21630339,STAINING,-99,DNP(20)",
    "27630314,STAINING,Red,DNP (High)",
    "43603326,STAINING,Purple,DNP (Bkg)",
    "41666334,STAINING,Green,Biotin (High)",
    "24669308,EXTENSION,Purple,Extension (C)",
    "34648333,HYBRIDIZATION,Green,Hyb (High)",
)
_N_COLUMNS = 33
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)


def illumina_manifest(genome: Genome, generator: np.random.Generator) -> bytes:
    """Render the CpGs in the layout of HumanMethylation450_15017482_v1-2.csv.

    Parameters
    ----------
    genome
        The study.
    generator
        Source of randomness (probe sequences, which mean nothing).

    Returns
    -------
    bytes
        CSV text: six lines of preamble and `[Assay]`, the table, then `[Controls]` with rows of another shape.
    """
    table = _assay_table(genome.cpgs, generator)
    text = io.StringIO()
    preamble = (
        "Illumina, Inc.",
        "[Heading]",
        "Descriptor File Name,HumanMethylation450_15017482_v1-2.bpm",
        "Assay Format,Infinium 2",
        "Date Manufactured,5/10/2012",
        f"Loci Count ,{table.height}",
        "[Assay]",
    )
    for line in preamble:
        text.write(_padded(line))
    text.write(table_bytes(table, separator=",", null_value="").decode())
    for line in ("[Controls]", *_CONTROLS):
        text.write(_padded(line))
    return text.getvalue().encode()


def _padded(line: str) -> str:
    """Fill a line with empty fields up to the table's width, as the published file has it."""
    return line + "," * (_N_COLUMNS - 1 - line.count(",")) + "\n"


def _assay_table(cpgs: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    n_cpgs = cpgs.height
    probe = _sequences(n_cpgs, 50, generator)
    forward = [f"{a}[CG]{b}" for a, b in zip(*(_sequences(n_cpgs, 60, generator) for _ in range(2)), strict=True)]
    address = pl.Series(10_600_000 + generator.permutation(n_cpgs) * 19)
    empty = pl.lit(None, dtype=pl.String)
    return cpgs.select(
        pl.col("cpg").alias("IlmnID"),
        pl.col("cpg").alias("Name"),
        address.alias("AddressA_ID"),
        pl.Series("AlleleA_ProbeSeq", probe),
        *(empty.alias(name) for name in ("AddressB_ID", "AlleleB_ProbeSeq")),
        pl.lit("II").alias("Infinium_Design_Type"),
        *(empty.alias(name) for name in ("Next_Base", "Color_Channel")),
        pl.Series("Forward_Sequence", forward),
        pl.lit(37).alias("Genome_Build"),
        pl.col("chromosome").alias("CHR"),
        pl.col("position_bp").alias("MAPINFO"),
        pl.Series("SourceSeq", probe),
        pl.col("chromosome").alias("Chromosome_36"),
        (pl.col("position_bp") - 10_000).alias("Coordinate_36"),  # another build's place: never to be read as ours
        pl.when(pl.col("strand") == "+").then(pl.lit("F")).otherwise(pl.lit("R")).alias("Strand"),
        pl.col("snp_in_probe").alias("Probe_SNPs"),
        *(empty.alias(name) for name in ("Probe_SNPs_10", "Random_Loci", "Methyl27_Loci")),
        *(empty.alias(f"UCSC_RefGene_{name}") for name in ("Name", "Accession", "Group")),
        pl.col("island").alias("UCSC_CpG_Islands_Name"),
        pl.col("island_relation").alias("Relation_to_UCSC_CpG_Island"),
        *(empty.alias(name) for name in ("Phantom", "DMR")),
        pl.when(pl.Series(generator.random(n_cpgs) < 0.2)).then(pl.lit("TRUE")).alias("Enhancer"),
        *(empty.alias(name) for name in ("HMM_Island", "Regulatory_Feature_Name", "Regulatory_Feature_Group", "DHS")),
    )


def _sequences(n_rows: int, length: int, generator: np.random.Generator) -> list[str]:
    letters = _LETTERS[generator.integers(0, 4, (n_rows, length))]
    return [row.tobytes().decode() for row in letters]
