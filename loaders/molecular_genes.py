"""Molecular traits by gene: transcripts summed, places looked up in a table of genes."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from loaders.builds import find_build_in_text
from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.molecular_traits import MolecularTraits
from loaders.reference.genes import prepare
from loaders.tables import read_header
from loaders.targets import canonical_gene

_NO_BUILD = "unknown"


def sum_to_genes(traits: MolecularTraits, column: str) -> MolecularTraits:
    """Sum the rows of each gene, as counts of transcripts are summed; a value is missing where one of them is.

    Parameters
    ----------
    traits
        A row a transcript.
    column
        Of its other columns, the gene of each; rows without one are left out and counted.

    Returns
    -------
    MolecularTraits
        In the order of each gene's first row, whose line and place they have (of several places the lowest, on the
        strand - the highest).

    Raises
    ------
    FormatError
        If the column is not there, or rows of a gene lie on two chromosomes.
    """
    if column not in traits.columns.columns:
        raise FormatError(
            "rows are summed by a column of the table of traits",
            seen=f"no {column}",
            where=traits.path,
            remedy=f"choose among {', '.join(traits.columns.columns)}",
        )
    genes = traits.columns[column].to_list()
    rows: dict[str, list[int]] = {}
    for row, gene in enumerate(genes):
        if gene not in (None, "", "NA", "."):
            rows.setdefault(canonical_gene(gene), []).append(row)
    first = np.array([members[0] for members in rows.values()], np.int64)
    summed = np.column_stack([traits.values[:, members].sum(axis=1) for members in rows.values()]) if rows else None
    if summed is None:
        raise FormatError(
            "rows to sum must name a gene",
            seen=f"nothing in {column}",
            where=traits.path,
            remedy="choose another column",
        )
    named = dataclasses.replace(
        traits.take(first),
        names=tuple(genes[row] for row in first),
        positions=np.array([_place(traits, members) for members in rows.values()], np.int64),
        values=summed,
        n_parts=np.array([len(members) for members in rows.values()], np.int64),
    )
    n_lost = traits.n_traits - int(named.n_parts.sum())
    return dataclasses.replace(named, counts={**traits.counts, "n_rows_without_gene": n_lost})


def _place(traits: MolecularTraits, members: list[int]) -> int:
    chromosomes = {traits.chromosomes[row] for row in members}
    if len(chromosomes) > 1:
        raise FormatError(
            "rows of one gene must lie on one chromosome",
            seen=f"{traits.names[members[0]]} and others on {', '.join(sorted(str(name) for name in chromosomes))}",
            where=f"{traits.path}:{traits.lines[members[0]]}",
            remedy="correct the column that names the gene, or give the places of genes in a table",
        )
    positions = traits.positions[members]
    strand = next((name for name in traits.columns.columns if name.lower() in {"strand", "strd", "strnd"}), None)
    is_reverse = strand is not None and traits.columns[strand][members[0]] in {"-", "-1"}
    return int(positions.max() if is_reverse else positions.min())


def scale_to_millions(traits: MolecularTraits) -> MolecularTraits:
    """Divide each person's values by their sum over the table's traits, in millions; missing values count as 0.

    Raises
    ------
    FormatError
        If a value is negative, or somebody has none above 0.
    """
    totals = np.nansum(traits.values, axis=1)
    lowest = float(np.nanmin(traits.values, initial=0.0))
    if lowest < 0.0 or not (totals > 0.0).all():
        raise FormatError(
            "values that are scaled to a person's sum must be counts",
            seen=f"{lowest:g}" if lowest < 0.0 else f"a sum of 0 ({traits.people[int(totals.argmin())]})",
            where=traits.path,
            remedy="do not scale values that are normalised already; leave people without counts out",
        )
    return dataclasses.replace(traits, values=traits.values * (1e6 / totals)[:, None])


def read_gene_places(path: Path) -> pl.DataFrame:
    """Where genes start to be transcribed.

    Parameters
    ----------
    path
        A table with gene, chromosome, start, end and strand, or a GENCODE GTF, in the build of the genotypes.

    Returns
    -------
    pl.DataFrame
        gene (no version, once), chromosome, tss_bp (start, or end on the strand -); null where there is no place.

    Raises
    ------
    LoadError
        If it is no such table.
    """
    build = find_build_in_text("\n".join(read_header(path).preamble)) or _NO_BUILD
    spec = StudySpec(path.name, "genes", (path,), manifest=path, build=build)
    with tempfile.TemporaryDirectory(prefix="locusgraph-genes-") as folder:
        table, _ = prepare(spec, reference_build=build, folder=Path(folder))
        return pl.read_parquet(table, columns=["gene", "chromosome", "tss_bp"])


def place_traits(traits: MolecularTraits, genes: pl.DataFrame) -> MolecularTraits:
    """Give traits the places of genes of the same id (versions do not count); those not found have none.

    Parameters
    ----------
    traits
        Named by gene.
    genes
        From `read_gene_places`.
    """
    wanted = pl.DataFrame({"gene": [canonical_gene(name) for name in traits.names]})
    found = wanted.join(genes, on="gene", how="left", maintain_order="left")
    chromosomes = found.select(pl.when(pl.col("tss_bp").is_not_null()).then("chromosome")).to_series().to_list()
    return dataclasses.replace(
        traits, chromosomes=tuple(chromosomes), positions=found["tss_bp"].fill_null(0).to_numpy().astype(np.int64)
    )
