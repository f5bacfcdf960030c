"""PLINK 1: hard calls of a .bed as dosages of the .bim's first allele."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from bed_reader import open_bed
from numpy.typing import NDArray

from loaders.dosages.source import (
    DOSAGE_VARIANT_SCHEMA,
    DosageFile,
    IndexArray,
    ReadVariants,
    is_run,
    named_pseudo_autosomal,
)
from loaders.genotypes import PanelFile, open_panel, read_chromosome_names, read_people, read_variants


def open_bed_dosages(bed: Path) -> DosageFile:
    """Open a .bed with the .bim and .fam beside it; allele 1 is the .bim's first.

    Parameters
    ----------
    bed
        The .bed.

    Raises
    ------
    FormatError
        If a file is missing, or the .bed is none.
    TruncatedFileError
        If the sizes do not fit.
    RowError
        If a line of the .bim or .fam is broken.
    """
    panel = open_panel(bed)
    people = read_people(panel).select("family", "person")
    people = people.with_columns(family=pl.when(pl.col("family") != "0").then("family"))
    variants = read_variants(panel).select(DOSAGE_VARIANT_SCHEMA.keys())

    def open_people(chosen: IndexArray | None) -> ReadVariants:
        return lambda index: _read(panel, index, chosen)

    has_x = (variants["chromosome"] == "X").any()
    is_par = named_pseudo_autosomal(read_chromosome_names(panel)) if has_x else None
    return DosageFile(bed, people, variants, open_people, is_par)


def _read(panel: PanelFile, index: IndexArray, people: IndexArray | None) -> NDArray[np.float32]:
    variants = slice(int(index[0]), int(index[-1]) + 1) if is_run(index) else index
    chosen = (slice(None) if people is None else people, variants)
    size = {"iid_count": panel.n_samples, "sid_count": panel.n_variants}
    with open_bed(panel.bed, count_A1=True, **size) as bed:
        block: NDArray[np.float32] = bed.read(chosen, dtype="float32", order="F", num_threads=1)
    return block.T
