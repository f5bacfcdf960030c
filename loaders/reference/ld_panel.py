"""LD panels: the variants of PLINK genotype files, with the frequency of the counted allele."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from bed_reader import open_bed
from numpy.typing import NDArray

from loaders.alleles import canonical_pair_expressions, clean_allele_expression, is_allele_expression
from loaders.builds import chromosome_expression
from loaders.errors import FormatError, locate
from loaders.genotypes import MISSING, PanelFile, open_panel
from loaders.manifest import StudySpec
from loaders.reference.formats import PLINK_BIM
from loaders.reference.rows import close_ledger, is_outside, sift, whole_number, write_reference_table
from loaders.reference.source import OnProgress, check_build, open_sources, stream_batches
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

SCHEMA: Final = {
    "rsid": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "counted_allele": pl.String,
    "counted_allele_frequency": pl.Float64,
    "variant_index": pl.Int32,
    "n_samples": pl.Int32,
    "file_index": pl.Int32,
}
_GENOTYPES_AT_A_TIME: Final = 16 << 20  # int8, so 16 MiB


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a table of an LD panel's variants.

    Parameters
    ----------
    spec
        The study; its paths are the .bed files (.bim and .fam beside them are taken along).
    reference_build
        Build of the graph; a panel in another build is kept in its own.
    folder
        Where `table.parquet` goes; the genotypes stay where they are.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        One row a variant in the order of the files: rsid (null where the .bim has none), place, canonical alleles, the
        counted allele (allele 1 of the .bim) and its frequency among the people without missing genotype,
        `variant_index` (0-based row of the .bed), number of people, and `file_index` (which of the .bed files).

    Raises
    ------
    FormatError
        If a file of the triple is missing, no .bed is named, or the .bed is sample-major or no .bed at all.
    TruncatedFileError
        If the .bed has another size than people and variants need.
    BuildError
        If no build is stated.
    """
    ledger = RowLedger(spec.id, spec.kind)
    panels = tuple(open_panel(path, spec) for path in _bed_paths(spec))
    of_bims = dataclasses.replace(spec, paths=tuple(panel.bim for panel in panels), format=PLINK_BIM.name, columns={})
    sources = open_sources(of_bims, (PLINK_BIM,))
    build = check_build(spec, sources, reference_build, must_match=False)
    rows = pl.concat(list(stream_batches(sources, of_bims, ledger)))
    _check_lines(ledger.n_read, rows.columns, panels)
    table = sift(_add_place(rows, panels), _row_checks(build), ledger)
    frequency = np.concatenate([_count_alleles(panel, spec, on_progress) for panel in panels])
    table = table.with_columns(counted_allele_frequency=pl.Series(frequency)[table[ROW_NUMBER] - 1].fill_nan(None))
    ledger.flag("all_missing", table["counted_allele_frequency"].null_count())
    ledger.flag("monomorphic", int(table["counted_allele_frequency"].is_in([0.0, 1.0]).sum()))
    ledger.write(table.height)
    report = close_ledger(ledger, spec)
    return write_reference_table(table.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()), folder), report


def _check_lines(n_read: int, columns: Sequence[str], panels: tuple[PanelFile, ...]) -> None:
    """Refuse lines that are no variants, or variants without alleles: every place after them would be another SNP's."""
    if not {"allele_1", "allele_2"} <= set(columns):
        raise FormatError(
            "a .bim must have six columns, the alleles last",
            seen="none of alleles",
            where=", ".join(str(panel.bim) for panel in panels),
            remedy="make the file again with plink --make-bed",
        )
    n_variants = sum(panel.n_variants for panel in panels)
    if n_read != n_variants:
        raise FormatError(
            "a .bim must have a line a variant and no others",
            seen=f"{n_read:,} rows for {n_variants:,} lines that hold anything",
            where=", ".join(str(panel.bim) for panel in panels),
            remedy="remove headers, comments and lines of blanks, or make the file again with plink --make-bed",
        )


def _bed_paths(spec: StudySpec) -> list[Path]:
    beds = [path for path in spec.paths if path.suffix == ".bed"]
    if not beds:
        raise FormatError(
            "an LD panel is named by its .bed file",
            seen=", ".join(path.name for path in spec.paths),
            where=locate(spec.paths[0].parent) + f", {spec.where}",
            remedy='write path = "panel.bed"',
        )
    return beds


def _add_place(rows: pl.DataFrame, panels: tuple[PanelFile, ...]) -> pl.DataFrame:
    first, second = clean_allele_expression(pl.col("allele_1")), clean_allele_expression(pl.col("allele_2"))
    places = pl.DataFrame(
        {
            "file_index": np.repeat(np.arange(len(panels)), [panel.n_variants for panel in panels]),
            "variant_index": np.concatenate([np.arange(panel.n_variants) for panel in panels]),
            "n_samples": np.repeat([panel.n_samples for panel in panels], [panel.n_variants for panel in panels]),
        }
    )
    rsid = pl.col("rsid").str.to_lowercase()
    chosen = places[rows[ROW_NUMBER] - 1]  # a ragged line keeps its place among the variants
    return pl.concat([rows, chosen], how="horizontal").with_columns(
        rsid=rsid.str.extract(r"^(rs\d+)(?:;rs\d+)*$", 1),  # the first of several
        chromosome=chromosome_expression(pl.col("chromosome")),
        position_bp=whole_number("position_bp"),
        counted_allele=first,
        other_allele=second,
        allele_1=canonical_pair_expressions(first, second)[0],
        allele_2=canonical_pair_expressions(first, second)[1],
    )


def _row_checks(build: str) -> list[tuple[Skip | Refusal, pl.Expr]]:
    counted, other = pl.col("counted_allele"), pl.col("other_allele")
    return [
        (Skip.OUTSIDE_SCOPE, pl.col("chromosome").is_null()),
        (Refusal.BAD_POSITION, is_outside("chromosome", "position_bp", build)),
        (Refusal.BAD_ALLELE, ~(is_allele_expression(counted) & is_allele_expression(other)).fill_null(value=False)),
        (Refusal.IDENTICAL_ALLELES, counted == other),
    ]


def _count_alleles(panel: PanelFile, spec: StudySpec, on_progress: OnProgress | None) -> NDArray[np.float64]:
    """Compute the frequency of the counted allele of every variant; NaN where nobody has a genotype."""
    frequency = np.full(panel.n_variants, np.nan)
    for first, genotypes in read_genotype_blocks(panel):
        is_known = genotypes != MISSING
        n_known = is_known.sum(axis=0)
        n_copies = np.where(is_known, genotypes, 0).sum(axis=0, dtype=np.int64)
        last = first + genotypes.shape[1]
        np.divide(n_copies, 2.0 * n_known, out=frequency[first:last], where=n_known > 0)
        if on_progress is not None:
            size = panel.bed.stat().st_size
            on_progress(size * last // panel.n_variants, size, spec.id)
    return frequency


def read_genotype_blocks(panel: PanelFile) -> Iterator[tuple[int, NDArray[np.int8]]]:
    """Stream a panel's genotypes.

    Parameters
    ----------
    panel
        From `open_panel`.

    Yields
    ------
    tuple[int, NDArray[np.int8]]
        First variant of the block, and copies of allele 1 of the .bim: shape (n_samples, block), -127 for missing.
    """
    width = max(1, _GENOTYPES_AT_A_TIME // max(panel.n_samples, 1))
    with open_bed(panel.bed, iid_count=panel.n_samples, sid_count=panel.n_variants, count_A1=True) as bed:
        for first in range(0, panel.n_variants, width):
            index = np.s_[:, first : first + width]
            yield first, bed.read(index, dtype="int8", num_threads=1)
