"""Gene sets as annotations: the genes' bodies with a window around them."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from loaders.errors import FormatError, RowError, locate
from loaders.ldsc.annotation_columns import gene_set_intervals
from loaders.manifest import StudySpec
from loaders.reference import genes
from loaders.report import RowLedger, Skip
from loaders.text_files import read_text

GENE_SET: Final = "gene-set"
DEFAULT_WINDOW_BP: Final = 100_000
_SUFFIXES: Final = (".geneset", ".gmt", ".grp")
_COMPRESSIONS: Final = (".gz", ".bz2", ".xz", ".zst")
_HEADERS: Final = ("gene", "genes", "gene_id", "symbol")


def is_gene_set(path: Path) -> bool:
    """Tell from a file's name whether it is a list of genes (.GeneSet, .grp) or of gene sets (.gmt)."""
    return _bare_name(path).lower().endswith(_SUFFIXES)


def read_gene_sets(spec: StudySpec, reference_build: str, ledger: RowLedger) -> pl.DataFrame:
    """Read the gene sets of a study as intervals.

    Parameters
    ----------
    spec
        The study: gene sets (one id or symbol a line, or .gmt lines of name, description, genes) and one file of
        coordinates (a table with gene, chr, start, end, or a GTF) among its paths; `window_bp` around each gene.
    reference_build
        Build of the graph, which the coordinates must be in.
    ledger
        The study's book; its rows are the genes of the sets, of which those without a place are skipped.

    Returns
    -------
    DataFrame
        name, chromosome, start_bp, end_bp.

    Raises
    ------
    FormatError
        Not exactly one file of coordinates, or a set without any gene that has a place.
    """
    sets = [path for path in spec.paths if is_gene_set(path)]
    coordinates = [path for path in spec.paths if not is_gene_set(path)]
    if len(coordinates) != 1 or not sets:
        raise FormatError(
            "a study of gene sets must have one file of gene coordinates beside its sets",
            seen=f"{len(sets)} gene sets ({', '.join(_SUFFIXES)}), {len(coordinates)} other files",
            where=spec.where,
            remedy='paths = ["mine.GeneSet", "genes.tsv"], the second with columns gene, chr, start, end',
        )
    places = _read_coordinates(spec, coordinates[0], reference_build)
    window_bp = DEFAULT_WINDOW_BP if spec.window_bp is None else spec.window_bp
    parts = []
    for path in sets:
        for name, ids in _read_sets(path, spec):
            found = _find(places, ids, name, window_bp, path)
            ledger.read(ids.len())
            ledger.write(min(found.height, ids.len()))
            ledger.skip(Skip.NOT_PLACED, max(ids.len() - found.height, 0))
            parts.append(found)
    return pl.concat(parts)


def _find(places: pl.DataFrame, ids: pl.Series, name: str, window_bp: int, path: Path) -> pl.DataFrame:
    try:
        return gene_set_intervals(places, ids, name=name, window_bp=window_bp)
    except FormatError as error:
        where = f"{path}, {error.where}"
        raise FormatError(error.rule, seen=error.seen, where=where, remedy=error.remedy) from error


def _read_coordinates(spec: StudySpec, path: Path, reference_build: str) -> pl.DataFrame:
    own = dataclasses.replace(spec, kind="genes", paths=(path,), format=None, columns={}, name_from=None)
    with tempfile.TemporaryDirectory(prefix="locusgraph-genes-") as folder:
        table, _ = genes.prepare(own, reference_build=reference_build, folder=Path(folder))
        return pl.read_parquet(table)


def _read_sets(path: Path, spec: StudySpec) -> Iterator[tuple[str, pl.Series]]:
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    if not lines:
        raise FormatError("a gene set must have genes", seen="an empty file", where=path, remedy="write one id a line")
    if _bare_name(path).lower().endswith(".gmt"):
        for number, line in enumerate(lines, start=1):
            name, *rest = line.rstrip("\t").split("\t")
            if len(rest) < 2 or not name.strip():
                raise RowError(
                    "a line of a .gmt must hold a name, a description and genes, between tabs",
                    seen=line[:60],
                    where=locate(path, number),
                    remedy="write the description too, or give a list of genes (.GeneSet)",
                )
            yield name, _unique_ids(rest[1:])
        return
    ids = [line.split()[0] for line in lines if not line.startswith("#")]
    n_sets = sum(is_gene_set(other) for other in spec.paths)
    name = spec.title if spec.title and n_sets == 1 else _bare_name(path).rsplit(".", 1)[0]
    yield name, _unique_ids(ids[1:] if ids and ids[0].lower() in _HEADERS else ids)


def _unique_ids(ids: list[str]) -> pl.Series:
    column = pl.Series("gene", [text.strip() for text in ids if text.strip()], dtype=pl.String)
    return pl.DataFrame(column).select(genes.gene_id_expression(pl.col("gene"))).to_series().unique(maintain_order=True)


def _bare_name(path: Path) -> str:
    name = path.name
    for suffix in _COMPRESSIONS:
        name = name.removesuffix(suffix)
    return name
