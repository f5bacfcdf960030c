"""Importance pooling by DGL: a message-flow block made from the plain edges, and message passing along it."""

from typing import Any

import torch

from models.pinsage.backend import dgl
from models.pinsage.backend import message_function as fn
from models.pinsage.messages import Edges, NetworkInput

LOCUS_TO_LOCUS = ("locus", "visited_by", "locus")
LOCUS_TO_SNP = ("locus", "visited_by_snp", "snp")
SNP_TO_QUERY = ("snp", "asks_in", "query")


class DglPooling:
    """Sums along the edges of one input, as `convolution.Pooling` wants them."""

    def __init__(self, inputs: NetworkInput) -> None:
        self.block = message_block(inputs)
        self.queries = query_graph(inputs)

    def pool(self, layer: int, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Give every locus and SNP the weighted sum over its most visited loci; all layers have the same block."""
        del layer
        with self.block.local_scope():
            self.block.srcnodes["locus"].data["h"] = features["locus"]
            for edge_type in (LOCUS_TO_LOCUS, LOCUS_TO_SNP):
                self.block[edge_type].update_all(fn.u_mul_e("h", "weight", "message"), fn.sum("message", "pool"))
            return {kind: self.block.dstnodes[kind].data["pool"] for kind in features}

    def ask(self, values: torch.Tensor) -> torch.Tensor:
        """Sum values of SNPs, shape (S, k), over each query's SNPs."""
        with self.queries.local_scope():
            self.queries.nodes["snp"].data["value"] = values
            self.queries[SNP_TO_QUERY].update_all(fn.copy_u("value", "message"), fn.sum("message", "value"))
            summed: torch.Tensor = self.queries.nodes["query"].data["value"]
            return summed


def message_block(inputs: NetworkInput) -> Any:
    """Make the DGL block whose weighted edges run from the most visited loci to their visitors.

    Every layer wants all loci and all SNPs, so one block serves them all; made from CSC, nothing is sorted or
    renumbered.
    """
    edges = {LOCUS_TO_LOCUS: inputs.locus_edges, LOCUS_TO_SNP: inputs.snp_edges}
    n_nodes = {"locus": inputs.locus_edges.n_nodes, "snp": inputs.snp_edges.n_nodes}
    block = dgl.create_block(
        {edge_type: ("csc", _csc(given)) for edge_type, given in edges.items()},
        num_src_nodes={"locus": n_nodes["locus"]},
        num_dst_nodes=n_nodes,
        idtype=torch.int32,
    )
    for edge_type, given in edges.items():
        block.edges[edge_type].data["weight"] = given.weight
    return block


def query_graph(inputs: NetworkInput) -> Any:
    """Make the DGL graph SNP -> query."""
    return dgl.heterograph(
        {SNP_TO_QUERY: ("csc", _csc(inputs.query_edges))},
        num_nodes_dict={"snp": inputs.snp_edges.n_nodes, "query": inputs.query_edges.n_nodes},
        idtype=torch.int32,
    )


def _csc(edges: Edges) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Starts and sources, and no edge ids: edges are numbered as they stand."""
    return edges.start.int(), edges.source.int(), torch.empty(0, dtype=torch.int32)
