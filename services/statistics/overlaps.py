"""How the annotations of a panel overlap, from .annot and .frq files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.ldsc import read_annot, read_frq
from loaders.ldsc.annotation_files import ANNOT_SUFFIXES
from loaders.ldsc.chromosome_files import ChromosomeFile, find_chromosome_files
from services.statistics.refusals import InputsError

COMMON_MAF: Final = 0.05


@dataclass(frozen=True)
class AnnotationOverlap:
    """Sums over a panel's SNPs; the fields are those of `LdReference`."""

    overlap: NDArray[np.float64]
    overlap_5_50: NDArray[np.float64] | None
    n_reference_snps: int
    n_reference_snps_5_50: int | None
    annotation_sd_5_50: NDArray[np.float64] | None


@dataclass
class _Sums:
    """Running sums of one set of SNPs: cross products, sums, number."""

    cross: NDArray[np.float64]
    total: NDArray[np.float64]
    n_snps: int = 0

    def add(self, values: NDArray[np.float64]) -> None:
        self.cross += values.T @ values
        self.total += values.sum(axis=0)
        self.n_snps += values.shape[0]

    def sd(self) -> NDArray[np.float64]:
        n = max(self.n_snps, 1)
        variance = np.maximum(np.diag(self.cross) / n - (self.total / n) ** 2, 0.0)
        return np.asarray(np.sqrt(variance), dtype=np.float64)


def read_overlap(annot: str, frq: str | None, *, names: Sequence[str], chromosomes: Sequence[str]) -> AnnotationOverlap:
    """Sum A'A over the panel's SNPs and over the common ones, one chromosome in memory at a time.

    Parameters
    ----------
    annot
        Prefix of the .annot files, or several separated by commas.
    frq
        Prefix of the .frq files; None: no sums over common SNPs.
    names
        Columns of the LD scores, which the annotations must have in this order.
    chromosomes
        Those that the LD scores have.

    Raises
    ------
    InputsError
        Other columns than the LD scores', or SNPs without a frequency.
    LoadError
        Files that are missing or damaged, annotation files of other SNPs than the frequencies'.
    """
    size = len(names)
    every, common = (_Sums(np.zeros((size, size)), np.zeros(size)) for _ in range(2))
    prefixes = [part.strip() for part in annot.split(",")]
    files = [find_chromosome_files(prefix, ANNOT_SUFFIXES, chromosomes=chromosomes) for prefix in prefixes]
    for parts in zip(*files, strict=True):
        table, values = _read_side_by_side(parts, names)
        every.add(values)
        if frq is not None:
            own = chromosomes if parts[0].chromosome is None else (parts[0].chromosome,)
            common.add(values[_is_common(table, frq, own)])
    if frq is None:
        return AnnotationOverlap(every.cross, None, every.n_snps, None, None)
    return AnnotationOverlap(every.cross, common.cross, every.n_snps, common.n_snps, common.sd())


def _read_side_by_side(
    parts: Sequence[ChromosomeFile], names: Sequence[str]
) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    files = [read_annot(part.path) for part in parts]
    where = ", ".join(str(part.path) for part in parts)
    heights = {file.table.height for file in files}
    if len(heights) > 1:
        raise InputsError(
            "annotations that stand side by side must be of the same SNPs",
            seen=" and ".join(f"{height:,}" for height in sorted(heights)) + " rows",
            where=where,
            remedy="make them for one panel",
        )
    found = [name.removesuffix("L2") or name for file in files for name in file.names]
    if found != [name.removesuffix("L2") or name for name in names]:
        odd = [name for name in found if name not in names] or [name for name in names if name not in found]
        raise InputsError(
            "the annotations must be the columns of the LD scores, in their order",
            seen=f"{len(found)} annotations and {len(names)} columns; first that differs: {(odd or found)[0]}",
            where=where,
            remedy="give the .annot files that the LD scores were computed with",
        )
    columns = [file.table.select(file.names).to_numpy() for file in files]
    return files[0].table, np.concatenate(columns, axis=1)


def _is_common(table: pl.DataFrame, frq: str, chromosomes: Sequence[str]) -> NDArray[np.bool_]:
    frequencies = read_frq(frq, chromosomes=chromosomes)
    if "SNP" not in table.columns:
        if frequencies.height != table.height:
            raise InputsError(
                "a thin annotation must have one row for each SNP of the panel",
                seen=f"{table.height:,} rows, {frequencies.height:,} SNPs with a frequency",
                where=f"{frq}, chromosome {', '.join(chromosomes)}",
                remedy="make the annotation for this panel's .bim file",
            )
        maf = frequencies["MAF"]
    elif frequencies["SNP"].equals(table["SNP"]):
        maf = frequencies["MAF"]
    else:
        maf = table.select("SNP").join(
            frequencies.unique("SNP", keep="first"), on="SNP", how="left", maintain_order="left"
        )["MAF"]
        if maf.null_count() == maf.len():
            raise InputsError(
                "the SNPs of annotations must have allele frequencies",
                seen=f"none of {maf.len():,}; ids such as {table['SNP'][0]} and {frequencies['SNP'][0]}",
                where=f"{frq}, chromosome {', '.join(chromosomes)}",
                remedy="give the .frq files of the same panel",
            )
    return np.asarray((maf > COMMON_MAF).fill_null(value=False).to_numpy(), dtype=np.bool_)
