"""The edges of a view as plain tensors: who pools over which most visited loci, and which SNPs a query is made of."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.pinsage.bipartite import FloatArray
from models.pinsage.profile import VisitRows
from models.pinsage.views import NodeTable

N_LAYERS = 2


@dataclass(frozen=True, eq=False)
class Edges:
    """Weighted edges by the node that receives: node v from source[start[v]:start[v + 1]].

    Attributes
    ----------
    source
        Shape (edges,), int64: the node that sends.
    start
        Shape (nodes + 1,), int64.
    weight
        Shape (edges,), float32.
    """

    source: torch.Tensor
    start: torch.Tensor
    weight: torch.Tensor

    @property
    def n_nodes(self) -> int:
        """Number of nodes that may receive."""
        return self.start.numel() - 1

    @property
    def target(self) -> torch.Tensor:
        """Shape (edges,): the node that receives."""
        return torch.repeat_interleave(torch.arange(self.n_nodes, device=self.start.device), self.start.diff())

    def to(self, device: torch.device) -> "Edges":
        """Give the same edges on a device."""
        return Edges(self.source.to(device), self.start.to(device), self.weight.to(device))


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """One forward pass: edges, node inputs and the queries' make-up.

    Attributes
    ----------
    locus_edges, snp_edges
        From the most visited loci to the loci and SNPs that visit them.
    query_edges
        From SNPs to the queries they are part of, each of weight 1.
    snp_features, snp_properties
        Walk features (S, d) and standardised node properties (S, F) of the SNPs.
    snp_has_walk
        Shape (S, 1): 1 where a walk leaves the SNP, else 0 (its vector stays 0).
    locus_features, locus_properties, locus_has_walk
        The same of all LD blocks.
    query_home
        Shape (queries,), int64: block where what a query stands for lies, -1 = unknown or nowhere.
    prepared
        What a convolution made of the edges (DGL's blocks), kept for the next pass.
    """

    locus_edges: Edges
    snp_edges: Edges
    query_edges: Edges
    snp_features: torch.Tensor
    snp_properties: torch.Tensor
    snp_has_walk: torch.Tensor
    locus_features: torch.Tensor
    locus_properties: torch.Tensor
    locus_has_walk: torch.Tensor
    query_home: torch.Tensor
    prepared: dict[str, Any] = field(default_factory=dict)

    def to(self, device: torch.device) -> "NetworkInput":
        """Give the same input on a device; itself where it is there already."""
        if self.snp_features.device == device:
            return self
        names = [name for name in self.__dataclass_fields__ if name != "prepared"]
        return replace(self, prepared={}, **{name: getattr(self, name).to(device) for name in names})


@dataclass(frozen=True, eq=False)
class Standardiser:
    """Means and spreads of the node properties, taken once from the whole training graph.

    Attributes
    ----------
    snp_mean, snp_spread, locus_mean, locus_spread
        Shape (F,) each; the spread of a constant property is 1.
    feature_scale
        Mean length of the locus features, to which all features are scaled.
    """

    snp_mean: FloatArray
    snp_spread: FloatArray
    locus_mean: FloatArray
    locus_spread: FloatArray
    feature_scale: float


def fit_standardiser(loci: NodeTable, snps: NodeTable) -> Standardiser:
    """Take means and spreads of the properties of all loci and of the lead SNPs."""
    length = np.linalg.norm(loci.walk.features, axis=1)
    mean_length = float(length[length > 0].mean()) if (length > 0).any() else 1.0
    return Standardiser(
        *_mean_and_spread(snps.properties), *_mean_and_spread(loci.properties), feature_scale=mean_length
    )


def network_input(
    loci: NodeTable,
    snps: NodeTable,
    query_rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    query_home: NDArray[np.int64],
    standardiser: Standardiser,
) -> NetworkInput:
    """Assemble what one forward pass reads.

    Parameters
    ----------
    loci, snps
        All LD blocks, and the SNPs of the queries.
    query_rows
        Row of `snps` and number of the query, one entry a (SNP, query).
    query_home
        Home block of each query, -1 = none; its length is the number of queries.
    standardiser
        Scales of features and properties.
    """
    scale = np.float32(1.0 / standardiser.feature_scale)
    return NetworkInput(
        locus_edges=_neighbour_edges(loci.walk),
        snp_edges=_neighbour_edges(snps.walk),
        query_edges=_query_edges(*query_rows, query_home.size),
        snp_features=torch.from_numpy(snps.walk.features * scale),
        snp_properties=torch.from_numpy((snps.properties - standardiser.snp_mean) / standardiser.snp_spread),
        snp_has_walk=_has_walk(snps),
        locus_features=torch.from_numpy(loci.walk.features * scale),
        locus_properties=torch.from_numpy((loci.properties - standardiser.locus_mean) / standardiser.locus_spread),
        locus_has_walk=_has_walk(loci),
        query_home=torch.from_numpy(query_home),
    )


def _has_walk(table: NodeTable) -> torch.Tensor:
    return torch.from_numpy((table.walk.strength > 0).astype(np.float32))[:, None]


def _neighbour_edges(walk: VisitRows) -> Edges:
    """Read the edges off a table of neighbours, in its order."""
    is_edge = walk.neighbour >= 0
    source = torch.from_numpy(walk.neighbour[is_edge].astype(np.int64))
    return Edges(source, _starts(is_edge.sum(axis=1)), torch.from_numpy(walk.neighbour_weight[is_edge]))


def _query_edges(row: NDArray[np.int64], query: NDArray[np.int64], n_queries: int) -> Edges:
    order = np.argsort(query, kind="stable")
    source = torch.from_numpy(row[order].astype(np.int64))
    return Edges(source, _starts(np.bincount(query, minlength=n_queries)), torch.ones(source.numel()))


def _starts(n_edges: NDArray[np.int64]) -> torch.Tensor:
    return torch.from_numpy(np.concatenate([[0], np.cumsum(n_edges)]).astype(np.int64))


def _mean_and_spread(properties: FloatArray) -> tuple[FloatArray, FloatArray]:
    if properties.shape[0] == 0:
        return np.zeros(properties.shape[1], np.float32), np.ones(properties.shape[1], np.float32)
    spread = properties.std(axis=0, dtype=np.float64)
    spread[spread < 1e-6] = 1.0
    return properties.mean(axis=0, dtype=np.float64).astype(np.float32), spread.astype(np.float32)
