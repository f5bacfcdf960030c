"""The snapshot: the bipartite graph in numbers, the names behind the numbers, and its fingerprint."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.pinsage import BipartiteGraph


@dataclass(frozen=True, slots=True)
class SnapshotCounts:
    """What entered the snapshot and what stayed outside.

    Attributes
    ----------
    n_edges_read
        QTL edges below the training thresholds, before studies were combined.
    n_edges
        (SNP, molecule) pairs in the snapshot.
    n_snps, n_cpgs, n_genes, n_blocks
        Nodes in the snapshot; blocks are those that hold one of its SNPs.
    n_snps_outside, n_edges_outside
        SNPs with such edges that have no place or no LD block, and their edges.
    n_clusters, largest_clusters, n_cluster_links_dropped
        How the molecule clusters came out.
    """

    n_edges_read: int
    n_edges: int
    n_snps: int
    n_cpgs: int
    n_genes: int
    n_blocks: int
    n_snps_outside: int
    n_edges_outside: int
    n_clusters: int
    largest_clusters: tuple[int, ...]
    n_cluster_links_dropped: int

    @property
    def share_outside(self) -> float:
        """Share of the SNPs with training edges that nothing could place, 0 to 1."""
        total = self.n_snps + self.n_snps_outside
        return self.n_snps_outside / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A bipartite graph of SNPs and molecules with its names.

    Attributes
    ----------
    graph
        The numbers that the model sees.
    snp_keys
        Key of each SNP, in genomic order (n_snps).
    molecule_ids
        CpG ids, then gene ids, each sorted (n_molecules).
    block_ids
        LD block of each block number, in genomic order; blocks that hold a SNP or a molecule of the snapshot.
    feature_names
        Name of each column of ``graph.snp_features``.
    fingerprint
        sha256 over all of this.
    release_number, load_ids
        The release it was read from.
    counts
        What entered and what stayed outside.
    """

    graph: "BipartiteGraph"
    snp_keys: NDArray[np.str_]
    molecule_ids: NDArray[np.str_]
    block_ids: NDArray[np.str_]
    feature_names: tuple[str, ...]
    fingerprint: str
    release_number: int
    load_ids: tuple[str, ...]
    counts: SnapshotCounts


def fingerprint_snapshot(graph: "BipartiteGraph", names: Iterable[NDArray[np.str_]]) -> str:
    """Sha256 over every array of the graph and every name, in their sorted order.

    Two stores that hold the same active evidence give the same fingerprint, whatever the order of their loads.
    """
    digest = hashlib.sha256(graph.fingerprint().encode())
    for listed in names:
        digest.update("\n".join(listed.tolist()).encode())
        digest.update(b"\0")
    return digest.hexdigest()
