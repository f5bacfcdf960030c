"""Nodes and derived edges of a view: what the reference tables say of what the evidence needs."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from loaders.ldsc import columns_of_intervals
from services.ingest.facets import ANNOTATIONS, BLOCKS, CPGS, GENES, SNP_ANNOTATIONS, TRAITS, Facet
from services.ingest.identities import PLACE
from services.ingest.places import find_blocks, nearest_genes, pseudo_blocks
from services.ingest.records import LoadRecord
from services.ingest.sources import of_kind, read_reference, read_targets, scan_table
from services.ingest.state import StateFolder

PSEUDO_SOURCE: Final = "pseudo"
"""Load and study of edges into pseudo-blocks, which no load wrote."""

_S, _I, _F = pl.String, pl.Int64, pl.Float64
_CHUNK_SNPS: Final = 100_000
_CPG_TABLE: Final = {
    "cpg": _S, "chromosome": _S, "position_bp": _I, "strand": _S, "island": _S, "island_relation": _S,
    "snp_in_probe": _S, "array": _S,
}  # fmt: skip
_GENE_TABLE: Final = {
    "gene": _S, "symbol": _S, "chromosome": _S, "start_bp": _I, "end_bp": _I, "tss_bp": _I, "strand": _S,
    "biotype": _S, "description": _S,
}  # fmt: skip
_TRAIT_TABLE: Final = {
    "trait": _S, "name": _S, "definition": _S, "synonyms": pl.List(pl.String), "parents": pl.List(pl.String),
}  # fmt: skip
_INTERVAL_TABLE: Final = {"chromosome": _S, "start_bp": _I, "end_bp": _I}


def build_cpgs(state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """CpG nodes: those that evidence needs, and the tables that are kept whole."""
    every, kept = read_reference(state, records, "cpgs", _CPG_TABLE)
    described = _add_needed(every, kept, "cpg", read_targets(state, records, "CpG"))
    return _fit(
        described.with_columns(array=pl.coalesce("array", "source_array")).rename(
            {"cpg": "cpg_id", "source_build": "build"}
        ),
        CPGS,
    )


def build_genes(state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """Gene nodes: those that evidence needs, and the tables that are kept whole."""
    every, kept = read_reference(state, records, "genes", _GENE_TABLE)
    described = _add_needed(every, kept, "gene", read_targets(state, records, "Gene"))
    tss = pl.coalesce("tss_bp", pl.when(pl.col("strand") == "-").then("end_bp").otherwise("start_bp"))
    return _fit(described.with_columns(tss_bp=tss).rename({"gene": "gene_id", "source_build": "build"}), GENES)


def build_traits(state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """Trait nodes: those that GWAS report on (with or without an edge), and the tables that are kept whole."""
    every, kept = read_reference(state, records, "traits", _TRAIT_TABLE)
    reported = read_targets(state, records, "Trait")
    names = reported.group_by(pl.col("target").alias("trait")).agg(
        reported_name=pl.col("trait_name").sort_by("study_id", "trait_name").drop_nulls().first(),
        reported_as=pl.col("trait_name").append(pl.col("reported_trait")).drop_nulls().unique().sort(),
        study_id=pl.col("study_id").filter(_is_scoped()).min(),
    )
    joined = _add_needed(every, kept, "trait", reported).join(names, on="trait", how="left")
    described = joined.with_columns(
        name=pl.coalesce("name", "reported_name"),
        names=_none_if_empty("reported_as"),
        synonyms=_none_if_empty("synonyms"),
        parents=_none_if_empty("parents"),
    )
    return _fit(described.rename({"trait": "trait_id"}), TRAITS)


def _is_scoped() -> pl.Expr:
    """Whether a trait's id is that of the study which reports it; another study may report it by that id."""
    return pl.col("target").str.starts_with(pl.concat_str("study_id", pl.lit("/")))


def places_with_evidence(cpgs: pl.DataFrame, state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """CpG nodes that some edge of evidence needs."""
    needed = read_targets(state, records, "CpG").select(cpg_id="target").unique()
    return cpgs.join(needed, on="cpg_id", how="semi")


def build_near(nodes: pl.DataFrame, genes: pl.DataFrame, sources: pl.DataFrame, facet: Facet) -> pl.DataFrame:
    """Edges to the nearest genes.

    Parameters
    ----------
    nodes
        Placed nodes in the reference build: the key column, chromosome, position_bp.
    genes
        Gene nodes in the reference build.
    sources
        gene_id, load_id, study_id: what placed each gene.
    facet
        The facet that is built.
    """
    near = nearest_genes(nodes.select(PLACE).unique(), genes).join(sources, on="gene_id", how="left")
    return _fit(nodes.select(facet.keys[0], *PLACE).join(near, on=PLACE), facet)


def gene_sources(state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """Which load placed each gene: gene_id, load_id, study_id."""
    every, _ = read_reference(state, records, "genes", _GENE_TABLE)
    return every.select(gene_id="gene", load_id="source_load", study_id="source_study")


def build_blocks(
    state: StateFolder, records: Sequence[LoadRecord], points: pl.DataFrame, *, reference_build: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """LD blocks of the best source, pseudo-blocks of 2 Mb for places outside them, and the block of every place.

    Parameters
    ----------
    points
        chromosome, position_bp: distinct places in the reference build.

    Returns
    -------
    blocks, places
        Columns of the block facet; and chromosome, position_bp, block_id, load_id, study_id.
    """
    published = pl.DataFrame(schema=BLOCKS.schema)
    for record in of_kind(records, "ld_blocks", build=reference_build)[:1]:
        rows = scan_table(state, record, {"block_id": _S, **_INTERVAL_TABLE}).collect()
        source = {"load_id": pl.lit(record.load_id), "study_id": pl.lit(record.study_id)}
        published = _fit(
            rows.with_columns(build=pl.lit(reference_build), is_pseudo=pl.lit(value=False), **source), BLOCKS
        )
    inside = find_blocks(points, published).join(
        published.select("block_id", "load_id", "study_id"), on="block_id", how="left"
    )
    outside = pseudo_blocks(points.join(inside, on=PLACE, how="anti"), reference_build)
    pseudo = outside.with_columns(build=pl.lit(reference_build), is_pseudo=pl.lit(value=True))
    source = {"load_id": pl.lit(PSEUDO_SOURCE), "study_id": pl.lit(PSEUDO_SOURCE)}
    places = pl.concat([inside, outside.select(*PLACE, "block_id").with_columns(**source).select(inside.columns)])
    return pl.concat([published, _fit(pseudo.unique("block_id"), BLOCKS)]), places


def build_annotations(
    state: StateFolder, records: Sequence[LoadRecord], snps: pl.DataFrame, *, reference_build: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Annotation nodes of every source, and the SNPs that lie in those of the reference build.

    Parameters
    ----------
    snps
        Placed SNP nodes in the reference build.
    """
    nodes, edges = [pl.DataFrame(schema=ANNOTATIONS.schema)], [pl.DataFrame(schema=SNP_ANNOTATIONS.schema)]
    schema = {"annotation_id": _S, "name": _S, **_INTERVAL_TABLE, "value": _F, "rsid": _S}
    for record in of_kind(records, "annotation"):
        source = {"load_id": pl.lit(record.load_id), "study_id": pl.lit(record.study_id)}
        rows = scan_table(state, record, schema).collect()
        named = _measure_annotations(rows).with_columns(
            tissue=pl.lit(record.study.get("tissue"), _S), build=pl.lit(record.build, _S), **source
        )
        nodes.append(_fit(named, ANNOTATIONS))
        if record.build == reference_build:
            edges += [_fit(part.with_columns(**source), SNP_ANNOTATIONS) for part in _annotate(snps, rows)]
    return pl.concat(nodes), pl.concat(edges)


def _annotate(snps: pl.DataFrame, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """key, annotation_id and value of the SNPs in each category, from the columns that regressions use too."""
    intervals = rows.drop("name").rename({"annotation_id": "name"})
    places = snps.select("key", *PLACE, rsid="rsids")
    for first in range(0, places.height, _CHUNK_SNPS):
        part = places.slice(first, _CHUNK_SNPS)
        found = columns_of_intervals(part, intervals)
        at, column = np.nonzero(found.values)
        value = np.where(found.is_continuous[column], found.values[at, column].astype(np.float64), np.nan)
        names = pl.Series(found.names, dtype=pl.String)
        yield pl.DataFrame(
            {"key": part["key"].gather(at), "annotation_id": names.gather(column), "value": pl.Series(value)}
        ).with_columns(pl.col("value").fill_nan(None))


def _measure_annotations(rows: pl.DataFrame) -> pl.DataFrame:
    """Name, number of intervals and bases covered (overlaps once) of each annotation."""
    reach = pl.col("end_bp").cum_max().shift(1).over("annotation_id", "chromosome").fill_null(0)
    ordered = rows.sort("annotation_id", "chromosome", "start_bp", "end_bp")
    fresh = ordered.with_columns(fresh_bp=(pl.col("end_bp") - pl.max_horizontal(pl.col("start_bp") - 1, reach)).clip(0))
    return fresh.group_by("annotation_id").agg(
        pl.col("name").min(), n_intervals=pl.len().cast(pl.Int64), covered_bp=pl.col("fresh_bp").sum()
    )


def _add_needed(every: pl.DataFrame, kept: pl.DataFrame, key: str, targets: pl.DataFrame) -> pl.DataFrame:
    """The rows that are kept, and those that evidence needs, described or not."""
    needed = targets.select(pl.col("target").alias(key)).unique()
    unknown = needed.join(every, on=key, how="anti")
    used = every.join(needed, on=key, how="semi").join(kept, on=key, how="anti")
    return pl.concat([kept, used, unknown], how="diagonal_relaxed")


def _none_if_empty(name: str) -> pl.Expr:
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name))


def _fit(rows: pl.DataFrame, facet: Facet) -> pl.DataFrame:
    """The columns of a facet, in its types; those that are missing are null."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in facet.schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in facet.schema.items())
