"""The bipartite snapshot SNP-molecule, and its (LD block, molecule) pairs with their lead SNPs."""

import hashlib
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from models.pinsage.errors import GraphError

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BipartiteGraph:
    """Molecular QTL edges as arrays, with what is known of SNPs and molecules.

    Attributes
    ----------
    n_snps, n_molecules
        Numbers of nodes; a node's id is its index.
    edge_snp, edge_molecule, edge_abs_z
        One entry an edge: SNP, molecule (CpG or gene), absolute z score. Repeats (other studies) are allowed.
    snp_block
        LD block of each SNP, -1 = none known (the SNP stays outside training).
    snp_chromosome, snp_position_bp
        Chromosome rank and 1-based position in one genome build; position <= 0 = unknown.
    molecule_cluster
        Molecules in one cluster are hidden together (neighbouring CpGs, a gene and its eQTM CpGs).
    molecule_home_block
        Block where the molecule itself lies, -1 = unknown.
    molecule_is_gene
        True for genes, False for CpGs.
    snp_features
        Shape (n_snps, F), F may be 0: further properties of SNPs (allele frequency, LD score, annotations).

    Raises
    ------
    GraphError
        When lengths, ranges or finiteness are violated.
    """

    n_snps: int
    n_molecules: int
    edge_snp: IntArray
    edge_molecule: IntArray
    edge_abs_z: FloatArray
    snp_block: IntArray
    snp_chromosome: NDArray[np.int16]
    snp_position_bp: NDArray[np.int64]
    molecule_cluster: IntArray
    molecule_home_block: IntArray
    molecule_is_gene: BoolArray
    snp_features: FloatArray

    def __post_init__(self) -> None:
        """Check lengths, ranges and finiteness once, at the edge."""
        _check_lengths(self)
        _check_range("edge_snp", self.edge_snp, 0, self.n_snps - 1)
        _check_range("edge_molecule", self.edge_molecule, 0, self.n_molecules - 1)
        _check_range("snp_block", self.snp_block, -1, None)
        _check_range("molecule_cluster", self.molecule_cluster, 0, None)
        _check_range("molecule_home_block", self.molecule_home_block, -1, None)
        _check_finite("edge_abs_z", self.edge_abs_z)
        _check_finite("snp_features", self.snp_features)

    @property
    def n_blocks(self) -> int:
        """Number of LD blocks: one more than the largest block id in use."""
        largest = [int(ids.max()) for ids in (self.snp_block, self.molecule_home_block) if ids.size]
        return max(largest, default=-1) + 1

    @property
    def n_clusters(self) -> int:
        """Number of molecule clusters: one more than the largest cluster id in use."""
        return int(self.molecule_cluster.max()) + 1 if self.molecule_cluster.size else 0

    def fingerprint(self) -> str:
        """Give the sha256 over all arrays, the same for equal graphs with equally ordered edges."""
        digest = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            digest.update(field.name.encode())
            digest.update(
                np.ascontiguousarray(value).tobytes() if isinstance(value, np.ndarray) else str(value).encode()
            )
        return digest.hexdigest()

    def without_edges(self, is_removed: BoolArray) -> "BipartiteGraph":
        """Give the same nodes with the edges marked in `is_removed` (length = number of edges) taken out."""
        keep = ~is_removed
        return replace(
            self,
            edge_snp=self.edge_snp[keep],
            edge_molecule=self.edge_molecule[keep],
            edge_abs_z=self.edge_abs_z[keep],
        )


@dataclass(frozen=True, eq=False)
class LocusPairs:
    """One entry a (LD block, molecule) pair with evidence, sorted by molecule, then block.

    Attributes
    ----------
    block, molecule, cluster
        The pair, and the molecule's cluster.
    lead_snp
        SNP with the largest absolute z; ties go to the one nearest the tied ones' mean position, then the lower id.
    is_trans
        True where the molecule's home block is known and is another one.
    """

    block: IntArray
    molecule: IntArray
    cluster: IntArray
    lead_snp: IntArray
    is_trans: BoolArray

    def __len__(self) -> int:
        return int(self.block.size)

    def select(self, keep: BoolArray | NDArray[np.intp]) -> "LocusPairs":
        """Give the pairs at a mask or at indices."""
        return LocusPairs(
            self.block[keep], self.molecule[keep], self.cluster[keep], self.lead_snp[keep], self.is_trans[keep]
        )

    def is_at_home(self, molecule_home_block: IntArray) -> BoolArray:
        """Mark the pairs of a molecule and the block where it lies, given the home block of every molecule."""
        at_home: BoolArray = molecule_home_block[self.molecule] == self.block
        return at_home

    def weights(self, molecule_home_block: IntArray, cis_weight: float) -> FloatArray:
        """Weigh pairs at home `cis_weight`, all others 1."""
        return np.where(self.is_at_home(molecule_home_block), cis_weight, 1.0).astype(np.float32)


def lead_pairs(graph: BipartiteGraph) -> LocusPairs:
    """Find the (block, molecule) pairs of a graph and the lead SNP of each.

    SNPs without a block take no part. The result does not depend on the order of the edges.
    """
    placed = graph.snp_block[graph.edge_snp] >= 0
    snp, molecule, abs_z = graph.edge_snp[placed], graph.edge_molecule[placed], graph.edge_abs_z[placed]
    key = molecule.astype(np.int64) * max(graph.n_blocks, 1) + graph.snp_block[snp]
    pair_key, pair_of_edge = np.unique(key, return_inverse=True)
    lead = _lead_snps(pair_of_edge, pair_key.size, snp, abs_z, graph.snp_position_bp)
    pair_molecule = (pair_key // max(graph.n_blocks, 1)).astype(np.int32)
    pair_block = (pair_key % max(graph.n_blocks, 1)).astype(np.int32)
    home = graph.molecule_home_block[pair_molecule]
    is_trans = (home >= 0) & (home != pair_block)
    return LocusPairs(pair_block, pair_molecule, graph.molecule_cluster[pair_molecule], lead, is_trans)


def _lead_snps(
    pair_of_edge: NDArray[np.intp],
    n_pairs: int,
    snp: IntArray,
    abs_z: FloatArray,
    position_bp: NDArray[np.int64],
) -> IntArray:
    """Pick one SNP a pair: largest |z|, then nearest the mean position of the tied, then lowest id."""
    largest = np.full(n_pairs, -np.inf, dtype=np.float32)
    np.maximum.at(largest, pair_of_edge, abs_z)
    tied = np.flatnonzero(abs_z == largest[pair_of_edge])
    pairs_and_snps = np.unique(np.stack([pair_of_edge[tied], snp[tied].astype(np.intp)]), axis=1)
    pair, candidate = pairs_and_snps
    position = position_bp[candidate].astype(np.float64)
    mean = np.bincount(pair, weights=position, minlength=n_pairs) / np.maximum(np.bincount(pair, minlength=n_pairs), 1)
    order = np.lexsort((candidate, np.abs(position - mean[pair]), pair))
    _, first = np.unique(pair[order], return_index=True)
    lead: IntArray = candidate[order][first].astype(np.int32)
    return lead


def _check_lengths(graph: BipartiteGraph) -> None:
    n_edges = graph.edge_snp.shape[0]
    wanted = {
        "edge_molecule": n_edges,
        "edge_abs_z": n_edges,
        "snp_block": graph.n_snps,
        "snp_chromosome": graph.n_snps,
        "snp_position_bp": graph.n_snps,
        "snp_features": graph.n_snps,
        "molecule_cluster": graph.n_molecules,
        "molecule_home_block": graph.n_molecules,
        "molecule_is_gene": graph.n_molecules,
    }
    for name, length in wanted.items():
        seen = getattr(graph, name).shape
        n_axes = 2 if name == "snp_features" else 1
        if len(seen) != n_axes or seen[0] != length:
            raise GraphError(f"BipartiteGraph.{name} must have {n_axes} axes and length {length}, got shape {seen}.")


def _check_range(name: str, values: IntArray, low: int, high: int | None) -> None:
    if values.size == 0:
        return
    seen_low, seen_high = int(values.min()), int(values.max())
    if seen_low < low or (high is not None and seen_high > high):
        raise GraphError(f"BipartiteGraph.{name} must lie in [{low}, {high}], got {seen_low} to {seen_high}.")


def _check_finite(name: str, values: FloatArray) -> None:
    if not np.isfinite(values).all():
        where = int(np.argwhere(~np.isfinite(values))[0][0])
        raise GraphError(f"BipartiteGraph.{name} must be finite, row {where} is not; fill or drop it before training.")
