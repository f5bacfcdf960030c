"""The DGL graphs of a view: who pools over which most visited loci, and which SNPs a molecule's query is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.pinsage.backend import dgl
from models.pinsage.bipartite import FloatArray, IntArray
from models.pinsage.views import NodeTable

N_LAYERS = 2
LOCUS_TO_LOCUS = ("locus", "visited_by", "locus")
LOCUS_TO_SNP = ("locus", "visited_by_snp", "snp")
SNP_TO_QUERY = ("snp", "asks_in", "query")


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """One forward pass: DGL blocks, node inputs and the queries' make-up.

    Attributes
    ----------
    blocks
        DGL message-flow blocks, input layer first.
    snp_features, snp_properties
        Walk features (S, d) and standardised node properties (S, F) of the SNPs.
    snp_has_walk
        Shape (S, 1): 1 where a walk leaves the SNP, else 0 (its vector stays 0).
    locus_features, locus_properties, locus_has_walk
        The same of all LD blocks.
    queries
        DGL graph SNP -> query.
    """

    blocks: list[Any]
    snp_features: torch.Tensor
    snp_properties: torch.Tensor
    snp_has_walk: torch.Tensor
    locus_features: torch.Tensor
    locus_properties: torch.Tensor
    locus_has_walk: torch.Tensor
    queries: Any


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
    n_queries: int,
    standardiser: Standardiser,
) -> NetworkInput:
    """Assemble what one forward pass reads.

    Parameters
    ----------
    loci, snps
        All LD blocks, and the SNPs of the queries.
    query_rows
        Row of `snps` and number of the query, one entry a (SNP, query).
    n_queries
        Number of queries.
    standardiser
        Scales of features and properties.
    """
    graph = pooling_graph(loci, snps)
    queries = dgl.heterograph(
        {SNP_TO_QUERY: (torch.from_numpy(query_rows[0]), torch.from_numpy(query_rows[1]))},
        num_nodes_dict={"snp": snps.node.size, "query": n_queries},
    )
    scale = np.float32(1.0 / standardiser.feature_scale)
    return NetworkInput(
        blocks=message_blocks(graph),
        snp_features=torch.from_numpy(snps.walk.features * scale),
        snp_properties=torch.from_numpy((snps.properties - standardiser.snp_mean) / standardiser.snp_spread),
        snp_has_walk=_has_walk(snps),
        locus_features=torch.from_numpy(loci.walk.features * scale),
        locus_properties=torch.from_numpy((loci.properties - standardiser.locus_mean) / standardiser.locus_spread),
        locus_has_walk=_has_walk(loci),
        queries=queries,
    )


def pooling_graph(loci: NodeTable, snps: NodeTable) -> Any:
    """Make the DGL heterograph whose weighted edges run from the most visited loci to their visitors."""
    locus_edges, locus_weights = _neighbour_edges(loci.walk.neighbour, loci.walk.neighbour_weight)
    snp_edges, snp_weights = _neighbour_edges(snps.walk.neighbour, snps.walk.neighbour_weight)
    graph = dgl.heterograph(
        {LOCUS_TO_LOCUS: locus_edges, LOCUS_TO_SNP: snp_edges},
        num_nodes_dict={"locus": loci.node.size, "snp": snps.node.size},
        idtype=torch.int32,
    )
    graph.edges[LOCUS_TO_LOCUS].data["weight"] = locus_weights
    graph.edges[LOCUS_TO_SNP].data["weight"] = snp_weights
    return graph


def message_blocks(graph: Any) -> list[Any]:
    """Cut the graph into one DGL block a layer; all loci and all SNPs are wanted from the last one."""
    wanted = {kind: graph.nodes(kind) for kind in ("locus", "snp")}
    blocks: list[Any] = []
    for _ in range(N_LAYERS):
        reached = dgl.in_subgraph(graph, wanted)
        block = dgl.to_block(reached, wanted, include_dst_in_src=True)
        for edge_type in (LOCUS_TO_LOCUS, LOCUS_TO_SNP):
            block.edges[edge_type].data["weight"] = reached.edges[edge_type].data["weight"][
                block.edges[edge_type].data[dgl.EID].long()
            ]
        blocks.insert(0, block)
        wanted = {kind: block.srcnodes[kind].data[dgl.NID] for kind in ("locus", "snp")}
    return blocks


def _has_walk(table: NodeTable) -> torch.Tensor:
    return torch.from_numpy((table.walk.strength > 0).astype(np.float32))[:, None]


def _neighbour_edges(neighbour: IntArray, weight: FloatArray) -> tuple[tuple[torch.Tensor, torch.Tensor], torch.Tensor]:
    row, place = np.nonzero(neighbour >= 0)
    source = torch.from_numpy(neighbour[row, place].astype(np.int32))
    return (source, torch.from_numpy(row.astype(np.int32))), torch.from_numpy(weight[row, place])


def _mean_and_spread(properties: FloatArray) -> tuple[FloatArray, FloatArray]:
    if properties.shape[0] == 0:
        return np.zeros(properties.shape[1], np.float32), np.ones(properties.shape[1], np.float32)
    spread = properties.std(axis=0, dtype=np.float64)
    spread[spread < 1e-6] = 1.0
    return properties.mean(axis=0, dtype=np.float64).astype(np.float32), spread.astype(np.float32)
