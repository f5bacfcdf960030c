"""A view: the tables of everything the graph holds for one set of active loads, as files of the state folder."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from services.graph.connections import Progress
from services.ingest import derived
from services.ingest.edge_facts import Surroundings
from services.ingest.edge_tables import Schema, write_plain_facts, write_variant_facts
from services.ingest.facets import (
    CPG_BLOCKS,
    CPG_GENES,
    FACETS,
    SNP_BLOCKS,
    SNP_GENES,
    SNPS,
    Facet,
)
from services.ingest.identities import PLACE, resolve
from services.ingest.records import EDGE_KINDS, EDGES_NAME, VARIANT_KINDS, LoadRecord
from services.ingest.sources import of_kind, read_observations, read_panel_frequencies, read_sites
from services.ingest.state import StateFolder, begin_folder, finish_folder, read_json, write_json

META_NAME: Final = "view.json"
IDENTITIES_NAME: Final = "identities.parquet"
IDENTITY_SCHEMA: Final[Schema] = {"reported_variant": pl.String, "snp_key": pl.String}

_OLD_NAMES: Final = {"ld_score": "reported_ld_score"}
"""Columns as views of schema version 1 call them; what those do not have is null."""


@dataclass(frozen=True)
class View:
    """One view of the graph.

    Attributes
    ----------
    name
        Name of its folder; empty for the view of an empty graph.
    load_ids
        The active loads that it is made from, sorted.
    folder
        Where its tables are; None for the view of an empty graph.
    kept_load_ids
        Loads of evidence that only older, kept releases show, sorted; it is made from them, too.
    """

    name: str
    load_ids: tuple[str, ...]
    folder: Path | None
    kept_load_ids: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Every load that has something in the graph, sorted."""
        return tuple(sorted((*self.load_ids, *self.kept_load_ids)))

    def table(self, facet: Facet) -> pl.DataFrame:
        """The rows of one facet."""
        return self._read(facet.name, pl.Schema(facet.schema))

    def identities(self) -> pl.DataFrame:
        """reported_variant, snp_key: the node of every reported variant."""
        return self._read("identities", pl.Schema(IDENTITY_SCHEMA))

    def edges(self, load_id: str) -> Path:
        """File of the facts of one load's edges, in the order of the load's own file."""
        return (self.folder or Path()) / f"edges-{load_id}.parquet"

    def _read(self, name: str, schema: pl.Schema) -> pl.DataFrame:
        path = None if self.folder is None else self.folder / f"{name}.parquet"
        if path is None or not path.exists():
            return pl.DataFrame(schema=schema)
        table = pl.read_parquet(path).rename(_OLD_NAMES, strict=False)
        absent = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in table.columns]
        return table.with_columns(absent).select(list(schema)) if absent else table  # written by an older program


EMPTY_VIEW: Final = View("", (), None)


def read_current_view(state: StateFolder) -> View:
    """The view that the graph holds."""
    named = read_json(state.current_view)
    return read_view(state, named["view"]) if named else EMPTY_VIEW


def read_view(state: StateFolder, name: str) -> View:
    """A view that was built, by its name."""
    meta = read_json(state.view(name) / META_NAME) if name else None
    if meta is None:
        return EMPTY_VIEW
    return View(name, tuple(meta["load_ids"]), state.view(name), tuple(meta.get("kept_load_ids", ())))


def build_view(
    state: StateFolder,
    records: Sequence[LoadRecord],
    name: str,
    *,
    reference_build: str,
    kept: Sequence[LoadRecord] = (),
    on_progress: Progress | None = None,
) -> View:
    """Work out everything the graph holds when these loads are active, and write it as a view.

    It is a pure function of the loads' tables: neither the order in which they were loaded nor what the graph holds
    now has a part in it.

    Parameters
    ----------
    records
        The active loads.
    name
        Name of the new view.
    kept
        Loads of evidence that older releases show beside them; their edges need SNPs, CpGs, genes and traits, too.
    """
    partial = begin_folder(state.view(name))
    active, records = records, [*records, *kept]
    steps, total = iter(range(1, 100)), 5

    def report(text: str) -> None:
        if on_progress is not None:
            on_progress(min(next(steps), total), total, text)

    report("resolving SNP identities")
    around = _write_snps(state, records, partial, reference_build)
    report("describing CpGs, genes and traits")
    nodes = _write_molecules(state, records, partial)
    report("finding nearest genes, LD blocks and annotations")
    _write_derived(state, records, partial, around.variants, nodes, reference_build)
    report("comparing edges with their surroundings")
    _write_edges(state, records, partial, around, nodes)
    load_ids, kept_load_ids = (sorted(record.load_id for record in some) for some in (active, kept))
    meta = {"load_ids": load_ids, "kept_load_ids": kept_load_ids, "reference_build": reference_build}
    write_json(partial / META_NAME, meta)
    finish_folder(partial, state.view(name))
    return View(name, tuple(load_ids), state.view(name), tuple(kept_load_ids))


def _write_snps(state: StateFolder, records: Sequence[LoadRecord], folder: Path, reference_build: str) -> Surroundings:
    observations = read_observations(state, records)
    sites = read_sites(state, records, observations, reference_build=reference_build)
    resolution = resolve(observations, sites, reference_build=reference_build)
    frequencies = read_panel_frequencies(state, records, resolution.variants, reference_build=reference_build)
    frequency = pl.col("reference_allele_frequency")
    variants = resolution.variants.rename({"ld_score": "reported_ld_score"})
    snps = variants.join(frequencies, on="key", how="left").with_columns(
        minor_allele_frequency=pl.coalesce("minor_allele_frequency", pl.min_horizontal(frequency, 1.0 - frequency))
    )
    resolution.mapping.write_parquet(folder / IDENTITIES_NAME)
    fitted = snps.select(pl.col(name).cast(dtype) for name, dtype in SNPS.schema.items())
    _write(fitted, SNPS, folder)
    return Surroundings(resolution.mapping, fitted, pl.DataFrame(), reference_build)


def _write_molecules(state: StateFolder, records: Sequence[LoadRecord], folder: Path) -> dict[str, pl.DataFrame]:
    builders = {"cpgs": derived.build_cpgs, "genes": derived.build_genes, "traits": derived.build_traits}
    nodes = {name: build(state, records) for name, build in builders.items()}
    for facet in FACETS:
        if facet.name in nodes:
            _write(nodes[facet.name], facet, folder)
    return nodes


def _write_derived(
    state: StateFolder,
    records: Sequence[LoadRecord],
    folder: Path,
    snps: pl.DataFrame,
    nodes: dict[str, pl.DataFrame],
    reference_build: str,
) -> None:
    in_reference = (pl.col("build") == reference_build) & pl.col("position_bp").is_not_null()
    placed_snps = snps.filter(in_reference)
    placed_cpgs = derived.places_with_evidence(nodes["cpgs"], state, records).filter(in_reference)
    genes = nodes["genes"].filter(pl.col("build") == reference_build)
    sources = derived.gene_sources(state, records)
    points = pl.concat([placed_snps.select(PLACE), placed_cpgs.select(PLACE)]).unique()
    blocks, block_places = derived.build_blocks(state, records, points, reference_build=reference_build)
    annotations, inside = derived.build_annotations(state, records, placed_snps, reference_build=reference_build)
    tables = {
        "snp_genes": derived.build_near(placed_snps, genes, sources, SNP_GENES),
        "cpg_genes": derived.build_near(placed_cpgs, genes, sources, CPG_GENES),
        "blocks": blocks,
        "snp_blocks": placed_snps.select("key", *PLACE).join(block_places, on=PLACE).select(list(SNP_BLOCKS.schema)),
        "cpg_blocks": placed_cpgs.select("cpg_id", *PLACE).join(block_places, on=PLACE).select(list(CPG_BLOCKS.schema)),
        "annotations": annotations,
        "snp_annotations": inside,
    }
    for facet in FACETS:
        if facet.name in tables:
            _write(tables[facet.name], facet, folder)


def _write_edges(
    state: StateFolder,
    records: Sequence[LoadRecord],
    folder: Path,
    around: Surroundings,
    nodes: dict[str, pl.DataFrame],
) -> None:
    targets = {
        "mqtl": _target_places(nodes["cpgs"], "cpg_id", ("position_bp", "position_bp"), around.reference_build),
        "eqtl": _target_places(nodes["genes"], "gene_id", ("start_bp", "end_bp"), around.reference_build),
        "gwas": _target_places(nodes["cpgs"].clear(), "cpg_id", ("position_bp", "position_bp"), ""),
    }
    for record in of_kind(records, *EDGE_KINDS):
        edges, path = state.load(record.load_id) / EDGES_NAME, folder / f"edges-{record.load_id}.parquet"
        if record.kind in VARIANT_KINDS:
            write_variant_facts(edges, dataclasses.replace(around, targets=targets[record.kind]), path)
        else:
            write_plain_facts(edges, path)


def _target_places(nodes: pl.DataFrame, key: str, ends: tuple[str, str], reference_build: str) -> pl.DataFrame:
    return nodes.filter(pl.col("build") == reference_build).select(
        target=key, target_chromosome="chromosome", target_start_bp=ends[0], target_end_bp=ends[1]
    )


def _write(rows: pl.DataFrame, facet: Facet, folder: Path) -> None:
    rows.sort(facet.keys).write_parquet(folder / f"{facet.name}.parquet")
