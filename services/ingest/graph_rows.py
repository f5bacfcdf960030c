"""Turns tables into the rows of the writing queries, and writes them batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from services.graph.connections import Progress
from services.graph.store import Store
from services.ingest.edge_tables import iterate_slices
from services.ingest.facets import Facet

SLICE_ROWS: Final = 50_000

_EVIDENCE: Final = (
    "reported_variant", "model", "effect_allele", "other_allele", "effect_size", "standard_error", "z_score",
    "neg_log10_p", "n_samples", "effect_allele_frequency", "is_strand_ambiguous", "other_models",
)  # fmt: skip
_GWAS: Final = (
    "reported_trait", "n_cases", "n_controls", "unit", "odds_ratio", "pubmed_id", "publication_date", "mapped_genes",
)  # fmt: skip
_QTL_FACTS: Final = (
    "is_superseded", "cis_trans", "cis_trans_source", "aligned_effect_size", "aligned_z_score", "flags",
)  # fmt: skip
_GWAS_FACTS: Final = ("is_superseded", "aligned_effect_size", "aligned_z_score", "flags")

PROPERTIES_OF_KIND: Final = {
    "mqtl": _EVIDENCE,
    "eqtl": _EVIDENCE,
    "gwas": (*_EVIDENCE, *_GWAS),
    "eqtm": ("model", "z_score", "abs_z_score", "neg_log10_p", "n_samples"),
}
FACTS_OF_KIND: Final = {
    "mqtl": _QTL_FACTS,
    "eqtl": _QTL_FACTS,
    "gwas": _GWAS_FACTS,
    "eqtm": ("is_superseded", "flags"),
}
_ENDS_OF_KIND: Final = {
    "mqtl": ("snp_key", "target"),
    "eqtl": ("snp_key", "target"),
    "gwas": ("snp_key", "target"),
    "eqtm": ("cpg", "gene"),
}


def write_facet(
    store: Store, facet: Facet, rows: pl.DataFrame, *, batch: int, on_progress: Progress | None = None
) -> None:
    """Write rows of a facet; writing again changes nothing."""
    _write_frame(store, f"ingest/write_{facet.name}", rows.select(list(facet.schema)), batch, on_progress)


def delete_facet(store: Store, facet: Facet, keys: pl.DataFrame, *, batch: int) -> None:
    """Delete rows of a facet by their keys; deleting again changes nothing."""
    _write_frame(store, f"ingest/delete_{facet.name}", keys.select(list(facet.keys)), batch)


def write_facts(store: Store, kind: str, load_id: str, facts: pl.DataFrame, *, batch: int) -> None:
    """Set the facts of one load's edges anew."""
    frame = facts.select(edge_key_expression(load_id), *FACTS_OF_KIND[kind])
    _write_frame(store, f"ingest/set_facts_{kind}", frame, batch)


def iterate_edges(kind: str, load_id: str, edges: Path, facts: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of the staging queries: edge_key, source, target, then the properties; one an edge, in bounded memory.

    Parameters
    ----------
    edges
        The load's file of edges.
    facts
        File of the facts of the same edges, in the same order.
    """
    for frame in edge_frames(kind, load_id, edges, facts):
        yield from frame.iter_rows()


def edge_frames(
    kind: str, load_id: str, edges: Path, facts: Path, *, slice_rows: int = SLICE_ROWS
) -> Iterator[pl.DataFrame]:
    """The rows of `iterate_edges` as frames of `slice_rows` each, with named columns; the ends stand second, third."""
    ends, own, added = _ENDS_OF_KIND[kind], PROPERTIES_OF_KIND[kind], FACTS_OF_KIND[kind]
    scan = pl.scan_parquet(edges)
    wanted = [name for name in (*ends, *own) if name in scan.collect_schema().names()]
    first = 0
    for part in iterate_slices(facts, slice_rows):
        rows = scan.select(wanted).slice(first, part.height).collect()
        joined = pl.concat([rows, part.select(pl.exclude(wanted))], how="horizontal")
        first += part.height
        yield storable(joined.select(edge_key_expression(load_id), *ends, *own, *added))


def edge_key_expression(load_id: str) -> pl.Expr:
    """Identity of an edge: its load and its row in the load's file of edges."""
    return pl.concat_str(pl.lit(f"{load_id}:"), pl.col("edge_index")).alias("edge_key")


def storable(rows: pl.DataFrame) -> pl.DataFrame:
    """Columns as the store takes them: a number that is none, or an empty list, is no property."""
    return rows.with_columns(_storable_column(name, dtype) for name, dtype in rows.schema.items())


def _storable_column(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_float():
        return pl.when(column.is_finite()).then(column).alias(name)
    if isinstance(dtype, pl.List):
        return pl.when(column.list.len() > 0).then(column).alias(name)
    return column


def _write_frame(store: Store, query: str, rows: pl.DataFrame, batch: int, on_progress: Progress | None = None) -> None:
    if rows.is_empty():
        return
    done, text = 0, query.removeprefix("ingest/").replace("_", " ").replace("write", "writing")

    def count(n_rows: int) -> None:
        nonlocal done
        done += n_rows
        if on_progress is not None:
            on_progress(done, rows.height, text)

    store.write_rows(query, storable(rows).iter_rows(), batch=batch, on_rows=count)
