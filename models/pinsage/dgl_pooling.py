"""Importance pooling by DGL: message-flow blocks made from the plain edges, and message passing along them."""

from typing import Any

import torch

from models.pinsage.backend import dgl
from models.pinsage.backend import message_function as fn
from models.pinsage.messages import N_LAYERS, Edges, NetworkInput

LOCUS_TO_LOCUS = ("locus", "visited_by", "locus")
LOCUS_TO_SNP = ("locus", "visited_by_snp", "snp")
SNP_TO_QUERY = ("snp", "asks_in", "query")


class DglPooling:
    """Sums along the edges of one input, as `convolution.Pooling` wants them."""

    def __init__(self, inputs: NetworkInput) -> None:
        self.blocks = message_blocks(pooling_graph(inputs))
        self.queries = query_graph(inputs)

    def pool(self, layer: int, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Give every locus and SNP the weighted sum over its most visited loci."""
        block = self.blocks[layer]
        with block.local_scope():
            for kind, values in features.items():
                block.srcnodes[kind].data["h"] = values
            for edge_type in (LOCUS_TO_LOCUS, LOCUS_TO_SNP):
                block[edge_type].update_all(fn.u_mul_e("h", "weight", "message"), fn.sum("message", "pool"))
            return {kind: block.dstnodes[kind].data["pool"] for kind in features}

    def ask(self, values: torch.Tensor) -> torch.Tensor:
        """Sum values of SNPs, shape (S, k), over each query's SNPs."""
        with self.queries.local_scope():
            self.queries.nodes["snp"].data["value"] = values
            self.queries[SNP_TO_QUERY].update_all(fn.copy_u("value", "message"), fn.sum("message", "value"))
            summed: torch.Tensor = self.queries.nodes["query"].data["value"]
            return summed


def pooling_graph(inputs: NetworkInput) -> Any:
    """Make the DGL heterograph whose weighted edges run from the most visited loci to their visitors."""
    edges = {LOCUS_TO_LOCUS: inputs.locus_edges, LOCUS_TO_SNP: inputs.snp_edges}
    graph = dgl.heterograph(
        {edge_type: _ends(given, torch.int32) for edge_type, given in edges.items()},
        num_nodes_dict={"locus": inputs.locus_edges.n_nodes, "snp": inputs.snp_edges.n_nodes},
        idtype=torch.int32,
    )
    for edge_type, given in edges.items():
        graph.edges[edge_type].data["weight"] = given.weight
    return graph


def query_graph(inputs: NetworkInput) -> Any:
    """Make the DGL graph SNP -> query."""
    return dgl.heterograph(
        {SNP_TO_QUERY: _ends(inputs.query_edges, torch.int64)},
        num_nodes_dict={"snp": inputs.snp_edges.n_nodes, "query": inputs.query_edges.n_nodes},
    )


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


def _ends(edges: Edges, id_type: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    return edges.source.to(id_type), edges.target.to(id_type)
