"""Annotations from a file that no manifest describes: intervals of a BED file, gene sets with a window."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import find_build_in_text
from loaders.errors import BuildError, FormatError, RefusedRowsError
from loaders.manifest import StudySpec
from loaders.reference.formats import GENES, INTERVALS, ReferenceFormat
from loaders.reference.gene_sets import DEFAULT_WINDOW_BP, read_gene_sets
from loaders.reference.intervals import empty_intervals, read_intervals
from loaders.reference.source import open_sources
from loaders.report import LoadReport, RowLedger, explain_reason

INTERVAL_COLUMNS: Final = ("name", "chromosome", "start_bp", "end_bp")
_BED_NAME: Final = re.compile(r"(?i)^(.+)\.bed(?:\.(?:gz|bgz|bgzf|zst|bz2|xz))?$")
_PLINK_START: Final = bytes([0x6C, 0x1B])
_NO_BUILD: Final = "unknown"  # a build without chromosome lengths: ends are not checked


@dataclass(frozen=True)
class AnnotationPath:
    """Annotations read from one file.

    Attributes
    ----------
    intervals
        name, chromosome, start_bp, end_bp (1-based, both inside), one row an interval.
    n_read, n_placed
        Intervals of a BED file, or genes of the sets; those of them that lie on a chromosome.
    """

    intervals: pl.DataFrame
    n_read: int
    n_placed: int


def is_bed_name(path: Path) -> bool:
    """Tell from a file's name whether it is a .bed, plain or compressed."""
    return _BED_NAME.match(path.name) is not None


def read_bed_path(path: Path, *, build: str | None) -> AnnotationPath:
    """Read a BED file of intervals (0-based, half-open) as one annotation, named as the file is.

    Parameters
    ----------
    path
        The file, plain or compressed.
    build
        Build that its places must be in; None where nobody knows, then ends of chromosomes are not checked.

    Raises
    ------
    FormatError
        PLINK genotypes, which have the same ending; a file without intervals on a chromosome.
    RefusedRowsError
        Lines that are no intervals of a chromosome.
    BuildError
        A file whose header lines name another build.
    """
    with path.open("rb") as stream:
        if stream.read(2) == _PLINK_START:
            raise FormatError(
                "an annotation must be a BED file of intervals: chromosome, start, end",
                seen="PLINK genotypes, which end in .bed too",
                where=path,
                remedy="give the genotypes as the panel, and intervals, an .annot file or a gene set as the annotation",
            )
    match = _BED_NAME.match(path.name)
    name = path.name if match is None else match.group(1)
    spec = StudySpec(name, "annotation", (path,), manifest=path)
    spec = dataclasses.replace(spec, build=_agree_on_build(spec, INTERVALS, build))
    ledger = RowLedger(name, spec.kind)
    parts = list(read_intervals(spec, str(spec.build), ledger, None))
    rows = (pl.concat(parts) if parts else empty_intervals()).with_columns(name=pl.lit(name))
    ledger.write(rows.height)
    report = ledger.report()
    if report.n_refused:
        _refuse(report, path)
    if not rows.height:
        raise FormatError(
            "an annotation file must have an interval on chromosome 1 to 22, X, Y or MT",
            seen=f"{report.read:,} lines",
            where=path,
            remedy="check the first column",
        )
    return AnnotationPath(rows.select(INTERVAL_COLUMNS), report.read, rows.height)


def read_gene_set_path(
    path: Path, *, genes: Path | None, build: str | None, window_bp: int = DEFAULT_WINDOW_BP
) -> AnnotationPath:
    """Read gene sets as annotations: the genes' bodies with a window on both sides.

    Parameters
    ----------
    path
        A list of genes, named as the file is, or a .gmt, which names its sets.
    genes
        Coordinates: a table with gene, chr, start, end, or a GTF.
    build
        Build that the coordinates must be in; None where nobody knows.
    window_bp
        Bases added before and after each gene.

    Raises
    ------
    FormatError
        No coordinates, or a set without a gene that has a place.
    BuildError
        Coordinates whose header lines name another build.
    """
    if genes is None:
        raise FormatError(
            "a gene set must come with the places of its genes",
            seen="no gene coordinates",
            where=path,
            remedy="add --genes FILE, a table with columns gene, chr, start, end, or a GTF",
        )
    coordinates = StudySpec(genes.name, "genes", (genes,), manifest=genes)
    found = _agree_on_build(coordinates, GENES, build)
    spec = StudySpec(path.name, "annotation", (path, genes), manifest=path, build=found, window_bp=window_bp)
    ledger = RowLedger(path.name, spec.kind)
    intervals = read_gene_sets(spec, found, ledger)
    report = ledger.report()
    return AnnotationPath(intervals.select(INTERVAL_COLUMNS), report.read, report.written)


def _agree_on_build(spec: StudySpec, formats: Sequence[ReferenceFormat], build: str | None) -> str:
    """The build that was asked for, else the one of the file's header lines, else one that nobody knows."""
    for source in open_sources(spec, formats):
        named = find_build_in_text("\n".join(source.header.preamble))
        if named is not None and build not in (None, named):
            raise BuildError(
                "annotations and panel must be of one genome build",
                seen=f"{named} in the header lines; the panel is in {build}",
                where=source.header.path,
                remedy=f"give a file made for {build}",
            )
        build = build or named
    return build or _NO_BUILD


def _refuse(report: LoadReport, path: Path) -> None:
    """Say the first reason for which lines were refused, and the places of some."""
    reason, n_rows = next(iter(report.refused.items()))
    rows = ", ".join(map(str, report.examples.get(reason, ())))
    raise RefusedRowsError(
        "every line of an annotation file must be an interval of a chromosome in the panel's build",
        seen=f"{n_rows:,} of {report.read:,} rows, such as {rows}: {explain_reason(reason)}",
        where=path,
        remedy="correct or remove them; ends beyond a chromosome mean another genome build",
    )
