"""Exports the bipartite SNP–(CpG, gene) graph of the current release, numbered and fingerprinted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.clusters import MoleculeClusters, MoleculePlaces, cluster_molecules
from services.export.evidence import TrainingEdges, read_training_edges
from services.export.features import make_snp_features
from services.export.lists import flatten_lists
from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.snapshot import Snapshot, SnapshotCounts, fingerprint_snapshot

if TYPE_CHECKING:
    from models.pinsage import BipartiteGraph

logger = logging.getLogger(__name__)

CHROMOSOMES = (*(str(number) for number in range(1, 23)), "X", "Y", "MT")
_CHROMOSOME_CODES = pl.DataFrame(
    {"chromosome": CHROMOSOMES, "code": range(1, len(CHROMOSOMES) + 1)},
    schema={"chromosome": pl.String, "code": pl.Int16},
)
_SNPS = {
    "snp": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "block": pl.String,
    "ld_score": pl.Float64,
    "minor_allele_frequency": pl.Float64,
}
_SNP_LISTS = {
    "snps": "snp",
    "positions_bp": "position_bp",
    "ld_scores": "ld_score",
    "minor_allele_frequencies": "minor_allele_frequency",
}
_BLOCKS = {"block": pl.String, "build": pl.String, "chromosome": pl.String, "start_bp": pl.Int64, "end_bp": pl.Int64}
_PLACES = {"molecule": pl.String, "build": pl.String, "chromosome": pl.String, "position_bp": pl.Int64}
_PAIRS = {"cpg": pl.String, "gene": pl.String}
_INSIDE = {"snp": pl.String, "annotation": pl.String}

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class _Tables:
    """What is read from the store, as tables."""

    edges: TrainingEdges
    snps: pl.DataFrame
    blocks: pl.DataFrame
    molecules: pl.DataFrame
    eqtm_pairs: pl.DataFrame
    annotations: pl.DataFrame


def export_bipartite(store: Store, settings: Settings, on_progress: Progress | None = None) -> Snapshot:
    """Read the snapshot that a model learns from.

    Parameters
    ----------
    store, settings
        The graph and the training thresholds.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    Snapshot
        SNPs with a place in the reference build and an LD block, CpGs and genes, one edge a pair with the largest |z|
        over studies; SNPs outside are counted. May have no edges at all.

    Raises
    ------
    StoreError
        When the graph cannot be read.
    """
    release = current_release(store)
    tables = _read_tables(store, settings, release.load_ids, on_progress or _no_progress)
    snapshot = _number(tables, settings, release.number, release.load_ids)
    counts = snapshot.counts
    logger.info(
        "snapshot %s of release %d: %d edges, %d SNPs, %d CpGs, %d genes; %.1f %% of SNPs outside",
        snapshot.fingerprint[:12], release.number, counts.n_edges, counts.n_snps, counts.n_cpgs, counts.n_genes,
        100 * counts.share_outside,
    )  # fmt: skip
    return snapshot


def _no_progress(_done: int, _total: int, _text: str) -> None:
    """Report to nobody."""


def _read_tables(store: Store, settings: Settings, load_ids: tuple[str, ...], on_progress: Progress) -> _Tables:
    loads = list(load_ids)
    on_progress(0, 3, "reading QTL edges")
    edges = read_training_edges(store, settings, load_ids)
    on_progress(1, 3, "reading places")
    snps = _read_snps(store, loads)
    blocks = pl.DataFrame(store.read_columns("export/ld_blocks", _BLOCKS, load_ids=loads), schema=_BLOCKS)
    cpgs = pl.DataFrame(store.read_columns("export/cpg_places", _PLACES), schema=_PLACES)
    genes = pl.DataFrame(store.read_columns("export/gene_places", _PLACES), schema=_PLACES)
    on_progress(2, 3, "reading eQTMs and annotations")
    pairs = pl.DataFrame(store.read_columns("export/eqtm_pairs", _PAIRS, load_ids=loads), schema=_PAIRS)
    listed = store.read_columns("export/snp_annotations", ("annotation", "snps"), load_ids=loads)
    inside = flatten_lists(listed, {"snps": "snp"}, _INSIDE)
    on_progress(3, 3, "numbering the snapshot")
    return _Tables(edges, snps, blocks, pl.concat([cpgs, genes]), pairs, inside)


def _read_snps(store: Store, load_ids: list[str]) -> pl.DataFrame:
    columns = store.read_columns("export/placed_snps", ("block", "chromosome", *_SNP_LISTS), load_ids=load_ids)
    table = flatten_lists(columns, _SNP_LISTS, _SNPS)
    unknown = [pl.when(pl.col(name) >= 0).then(name) for name in ("ld_score", "minor_allele_frequency")]
    return table.with_columns(unknown)


def _number(tables: _Tables, settings: Settings, release_number: int, load_ids: tuple[str, ...]) -> Snapshot:
    placed = _placed_snps(tables)
    molecules = _number_molecules(tables, placed)
    blocks = _number_blocks(tables, placed, molecules)
    snps = _number_snps(placed, blocks)
    molecules = molecules.join(blocks.select(home="block", home_block="block_number"), on="home", how="left")
    molecules = molecules.sort("molecule_number").with_columns(pl.col("home_block").cast(pl.Int32).fill_null(-1))
    edges = _number_edges(tables, snps, molecules)
    links = _number_eqtm(tables, molecules)
    places = MoleculePlaces(
        chromosome=molecules["code"].fill_null(-1).to_numpy(),
        position_bp=molecules["position_bp"].fill_null(0).to_numpy(),
        is_gene=molecules["is_gene"].to_numpy(),
    )
    clusters = cluster_molecules(places, links, max_cluster_share=settings.training_cluster_share_limit)
    features, feature_names = make_snp_features(snps, tables.annotations)
    graph = _make_graph(snps, molecules, edges, clusters, features)
    names = (_names(snps["snp"]), _names(molecules["molecule"]), _names(blocks["block"]))
    return Snapshot(
        graph=graph,
        snp_keys=names[0],
        molecule_ids=names[1],
        block_ids=names[2],
        feature_names=feature_names,
        fingerprint=fingerprint_snapshot(graph, (*names, np.array(feature_names, dtype=np.str_))),
        release_number=release_number,
        load_ids=load_ids,
        counts=_count(tables, snps, molecules, edges, clusters),
    )


def _placed_snps(tables: _Tables) -> pl.DataFrame:
    """SNPs with training edges, a place and a block; of several blocks the first by id."""
    used = tables.edges.table.select("snp").unique()
    placed = tables.snps.join(used, on="snp", how="semi").sort("snp", "block").unique("snp", keep="first")
    return placed.join(_CHROMOSOME_CODES, on="chromosome", how="inner")


def _number_molecules(tables: _Tables, snps: pl.DataFrame) -> pl.DataFrame:
    """CpGs, then genes, that a placed SNP acts on, with their place and the block they lie in."""
    used = tables.edges.table.join(snps.select("snp"), on="snp", how="semi").select("molecule", "is_gene").unique()
    builds = tables.blocks["build"].unique().implode()
    molecules = (
        used.join(tables.molecules.unique("molecule"), on="molecule", how="left")
        .join(_CHROMOSOME_CODES, on="chromosome", how="left")
        .with_columns(code=pl.when(pl.col("build").is_in(builds)).then("code"))
        .sort("is_gene", "molecule")
        .with_row_index("molecule_number")
    )
    return molecules.join(_home_blocks(molecules, tables.blocks), on="molecule_number", how="left")


def _home_blocks(molecules: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """Block that each placed molecule lies in: molecule_number, home."""
    placed = molecules.filter(pl.col("code").is_not_null() & pl.col("position_bp").is_not_null())
    found = placed.sort("position_bp").join_asof(
        blocks.select("start_bp", "end_bp", "build", "chromosome", home="block").sort("start_bp", "home"),
        left_on="position_bp",
        right_on="start_bp",
        by=["build", "chromosome"],
        strategy="backward",
        check_sortedness=False,
    )
    return found.filter(pl.col("position_bp") <= pl.col("end_bp")).select("molecule_number", "home")


def _number_blocks(tables: _Tables, snps: pl.DataFrame, molecules: pl.DataFrame) -> pl.DataFrame:
    """Blocks that hold a SNP or a molecule of the snapshot, in genomic order."""
    used = pl.concat([snps.select("block"), molecules.select(block="home")]).unique()
    return (
        tables.blocks.join(used, on="block", how="semi")
        .join(_CHROMOSOME_CODES, on="chromosome", how="inner")
        .sort("code", "start_bp", "end_bp", "block")
        .with_row_index("block_number")
    )


def _number_snps(placed: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    snps = placed.join(blocks.select("block", "block_number"), on="block", how="inner")
    return snps.sort("code", "position_bp", "snp").with_row_index("snp_number")


def _number_edges(tables: _Tables, snps: pl.DataFrame, molecules: pl.DataFrame) -> pl.DataFrame:
    return (
        tables.edges.table.join(snps.select("snp", "snp_number"), on="snp", how="inner")
        .join(molecules.select("molecule", "is_gene", "molecule_number"), on=["molecule", "is_gene"], how="inner")
        .sort("snp_number", "molecule_number")
    )


def _number_eqtm(tables: _Tables, molecules: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    cpgs = molecules.filter(~pl.col("is_gene")).select(cpg="molecule", cpg_number="molecule_number")
    genes = molecules.filter(pl.col("is_gene")).select(gene="molecule", gene_number="molecule_number")
    pairs = tables.eqtm_pairs.unique().join(cpgs, on="cpg", how="inner").join(genes, on="gene", how="inner")
    pairs = pairs.sort("cpg_number", "gene_number")
    return pairs["cpg_number"].cast(pl.Int64).to_numpy(), pairs["gene_number"].cast(pl.Int64).to_numpy()


def _make_graph(
    snps: pl.DataFrame,
    molecules: pl.DataFrame,
    edges: pl.DataFrame,
    clusters: MoleculeClusters,
    features: NDArray[np.float32],
) -> "BipartiteGraph":
    from models.pinsage import BipartiteGraph

    return BipartiteGraph(
        n_snps=snps.height,
        n_molecules=molecules.height,
        edge_snp=edges["snp_number"].cast(pl.Int32).to_numpy(),
        edge_molecule=edges["molecule_number"].cast(pl.Int32).to_numpy(),
        edge_abs_z=edges["abs_z"].cast(pl.Float32).to_numpy(),
        snp_block=snps["block_number"].cast(pl.Int32).to_numpy(),
        snp_chromosome=snps["code"].to_numpy(),
        snp_position_bp=snps["position_bp"].to_numpy(),
        molecule_cluster=clusters.cluster,
        molecule_home_block=molecules["home_block"].to_numpy(),
        molecule_is_gene=molecules["is_gene"].to_numpy(),
        snp_features=features,
    )


def _names(series: pl.Series) -> NDArray[np.str_]:
    return np.array(series.to_list(), dtype=np.str_)


def _count(
    tables: _Tables, snps: pl.DataFrame, molecules: pl.DataFrame, edges: pl.DataFrame, clusters: MoleculeClusters
) -> SnapshotCounts:
    n_genes = int(molecules["is_gene"].sum())
    return SnapshotCounts(
        n_edges_read=tables.edges.n_read,
        n_edges=edges.height,
        n_snps=snps.height,
        n_cpgs=molecules.height - n_genes,
        n_genes=n_genes,
        n_blocks=snps["block_number"].n_unique(),
        n_snps_outside=tables.edges.table["snp"].n_unique() - snps.height,
        n_edges_outside=tables.edges.table.height - edges.height,
        n_clusters=clusters.n_clusters,
        largest_clusters=clusters.largest,
        n_cluster_links_dropped=clusters.n_links_dropped,
    )
