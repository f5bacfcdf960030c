"""Annotations of a panel's variants as columns: a base of ones, then those of loaded studies and of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.genotypes import ChromosomeGenotypes
from loaders.ldsc import columns_of_intervals, match_rows, read_annot
from services.statistics.refusals import InputsError

BASE: Final = "base"
_STUDY_COLUMNS: Final = ("annotation_id", "chromosome", "start_bp", "end_bp", "value", "rsid")


@dataclass(frozen=True, slots=True)
class AnnotationSource:
    """One source of columns.

    Attributes
    ----------
    name
        Study id, or path or prefix of files.
    table
        A study's table of intervals; None for files.
    prefix
        Prefix of .annot files; empty for others.
    intervals
        name, chromosome, start_bp, end_bp of a BED file or of gene sets; empty for others.
    """

    name: str
    table: Path | None = None
    prefix: str = ""
    intervals: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False)


def read_values(
    sources: Sequence[AnnotationSource], genotypes: ChromosomeGenotypes
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of all columns and their values at one chromosome's variants (n, C); the base of ones comes first.

    Parameters
    ----------
    genotypes
        The chromosome's variants, sorted by position.

    Raises
    ------
    InputsError
        When two sources give a column of one name.
    LoadError
        When files are damaged or of other SNPs.
    """
    variants = genotypes.variants
    names, parts = [BASE], [np.ones((variants.height, 1), dtype=np.float32)]
    for source in sources:
        found, values = _of_files(source, genotypes) if source.prefix else _of_intervals(source, variants)
        # a base among the files' columns is ours already
        kept = [at for at, name in enumerate(found) if not (name == BASE and bool((values[:, at] == 1).all()))]
        names += [found[at] for at in kept]
        parts.append(values[:, kept])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputsError(
            "every annotation must have a name of its own",
            seen=", ".join(twice),
            remedy="rename it, or name its source once",
        )
    return tuple(names), np.concatenate(parts, axis=1)


def _of_intervals(source: AnnotationSource, variants: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Columns of a loaded study's table, or of the intervals of a file."""
    intervals = source.intervals if source.table is None else _read_study(source.table)
    found = columns_of_intervals(variants.select("chromosome", "position_bp", "rsid"), intervals)
    return found.names, found.values


def _read_study(path: Path) -> pl.DataFrame:
    table = pl.read_parquet(path)
    return table.select(name for name in _STUDY_COLUMNS if name in table.columns).rename({"annotation_id": "name"})


def _of_files(source: AnnotationSource, genotypes: ChromosomeGenotypes) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Columns of a file with the rows of the whole .bim, or of this chromosome's variants."""
    variants, panel = genotypes.variants, genotypes.panel
    found = read_annot(source.prefix, chromosomes=(genotypes.chromosome,))
    if found.table.height == panel.n_variants:
        table = found.table[variants["variant_index"]]
        snps = variants
    else:
        order = variants["variant_index"].arg_sort()
        table, snps = found.table, variants[order]
    wanted = snps.select(CHR="chromosome", BP="position_bp", SNP="rsid", CM="cm")
    matched = match_rows(table, wanted, Path(source.prefix))
    values = matched.select(found.names).to_numpy().astype(np.float32)
    if found.table.height != panel.n_variants:
        back = np.empty_like(values)
        back[variants["variant_index"].arg_sort().to_numpy()] = values
        return found.names, back
    return found.names, values
