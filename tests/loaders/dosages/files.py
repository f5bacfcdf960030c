"""One small set of genotypes written in every format: 5 people, 4 SNPs, two genotypes unknown."""

from pathlib import Path

import numpy as np
import pgenlib
from bed_reader import to_bed
from bgen import BgenWriter
from numpy.typing import NDArray

COPIES = np.array([[0, 1, 2, 1, 0], [2, 2, 1, np.nan, 0], [0, 0, 0, 1, 2], [1, np.nan, 1, 0, 2]], np.float32)
"""Copies of allele 1, SNP by SNP."""
PEOPLE = [("f1", "a"), ("f1", "b"), ("f2", "a"), ("f3", "d"), ("f4", "e")]
VARIANTS = [
    ("1", "rs1", 100, "A", "G"),
    ("1", "rs2", 200, "C", "T"),
    ("2", "rs3", 50, "G", "A"),
    ("X", "rs4", 70, "T", "C"),
]
"""Chromosome, id, position, allele 1 (counted), allele 2."""


def write_bed(folder: Path) -> Path:
    """A .bed, .bim and .fam."""
    bed = folder / "small.bed"
    to_bed(bed, COPIES.T)
    bed.with_suffix(".bim").write_text("".join(f"{c}\t{i}\t0\t{p}\t{a}\t{b}\n" for c, i, p, a, b in VARIANTS))
    bed.with_suffix(".fam").write_text("".join(f"{f} {p} 0 0 1 -9\n" for f, p in PEOPLE))
    return bed


def write_pgen(folder: Path, dosages: NDArray[np.float32] = COPIES) -> Path:
    """A .pgen of dosages, .pvar and .psam."""
    pgen = folder / "small.pgen"
    coded = np.where(np.isnan(dosages), np.float32(-9.0), dosages)
    with pgenlib.PgenWriter(
        str(pgen).encode(), dosages.shape[1], variant_ct=len(dosages), nonref_flags=False, dosage_present=True
    ) as out:
        for row in coded:
            out.append_dosages(np.ascontiguousarray(row))
    lines = "".join(f"{c}\t{p}\t{i}\t{b}\t{a}\n" for c, i, p, a, b in VARIANTS[: len(dosages)])
    pgen.with_suffix(".pvar").write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n" + lines)
    pgen.with_suffix(".psam").write_text("#FID\tIID\tSEX\n" + "".join(f"{f}\t{p}\tNA\n" for f, p in PEOPLE))
    return pgen


def write_bgen(folder: Path, copies: NDArray[np.float32] = COPIES) -> Path:
    """A .bgen whose first allele is allele 1, and a .sample."""
    path = folder / "small.bgen"
    with BgenWriter(str(path), n_samples=5, samples=[person for _, person in PEOPLE[:4]] + ["e"]) as out:
        for (chromosome, rsid, position, first, second), row in zip(VARIANTS, copies, strict=True):
            out.add_variant(rsid, rsid, chromosome, position, [first, second], _probabilities(row))
    path.with_suffix(".sample").write_text("ID_1 ID_2 missing\n0 0 0\n" + "".join(f"{f} {p} 0\n" for f, p in PEOPLE))
    return path


def _probabilities(copies: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of two, one and no copies of the first allele; a broken number lies between its two neighbours."""
    table = np.full((copies.size, 3), np.nan)
    for row, value in zip(table, copies, strict=True):
        if not np.isnan(value):
            row[:] = [max(value - 1.0, 0.0), 1.0 - abs(value - 1.0), max(1.0 - value, 0.0)]
    return table


def write_bimbam(folder: Path) -> Path:
    """Mean genotypes and their annotation."""
    path = folder / "small.geno.txt"
    words = (["NA" if np.isnan(value) else f"{value:g}" for value in row] for row in COPIES)
    path.write_text(
        "".join(f"{i}, {a}, {b}, {', '.join(row)}\n" for (_, i, _, a, b), row in zip(VARIANTS, words, strict=True))
    )
    (folder / "small.anno.txt").write_text("".join(f"{i}\t{p}\t{c}\n" for c, i, p, _, _ in VARIANTS))
    return path


WRITERS = {"bed": write_bed, "pgen": write_pgen, "bgen": write_bgen, "bimbam": write_bimbam}
