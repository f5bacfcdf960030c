"""DGL's PinSage as its example builds it, written anew: sampler, convolution, id embeddings, SparseAdam, margin loss.

What a user of DGL gets who follows its example on our graph. A batch has 1,024 random SNPs as heads and, as tails, the
SNPs that a walk over one molecule leads to (self-pairs included, heads without edges dropped, as there). Negatives are
the other tails of the batch. Each layer samples 10 walks of 2 steps with restart .5 and keeps 3 neighbours; edges
between a batch's own head and tail are taken out in that one direction. A layer is ReLU(Q h) averaged by visits, then
ReLU(W [pooled; own]) of length 1; the vector is the id embedding plus the second layer's output; dropout .5. No seed
but torch's decides; DGL's sampler has its own.

Loci are scored for a molecule by the mean vector of its known lead SNPs times the mean vector of a locus's SNPs that
have edges; PinSage as such knows no loci.
"""

import functools
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from models.pinsage import lead_pairs
from models.pinsage.backend import dgl
from models.pinsage.backend import message_function as fn
from models.pinsage.ranking import Scorer
from tests.benchmarks._fit_sides import training_graph

N_DIMENSIONS, N_LAYERS, N_STEPS, BATCH, LEARNING_RATE, DROPOUT = 80, 2, 800, 1024, 3e-3, 0.5
WALK = (2, 0.5, 10, 3)  # steps, restart, walks, neighbours
_INFERENCE_BATCH = 8192


class WeightedConvolution(nn.Module):
    """One layer of the example."""

    def __init__(self, n_dimensions: int) -> None:
        super().__init__()
        self.message, self.combine = nn.Linear(n_dimensions, n_dimensions), nn.Linear(2 * n_dimensions, n_dimensions)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, block: Any, source: torch.Tensor) -> torch.Tensor:
        """Vectors of a block's destination nodes, of length 1."""
        with block.local_scope():
            block.srcdata["n"] = functional.relu(self.message(self.dropout(source)))
            block.edata["w"] = block.edata["weights"].float()
            block.update_all(fn.u_mul_e("n", "w", "m"), fn.sum("m", "n"))
            block.update_all(fn.copy_e("w", "m"), fn.sum("m", "ws"))
            pooled = block.dstdata["n"] / block.dstdata["ws"].unsqueeze(1).clamp(min=1)
            own = source[: block.num_dst_nodes()]
            vectors = functional.relu(self.combine(self.dropout(torch.cat([pooled, own], 1))))
            length = vectors.norm(2, 1, keepdim=True)
            return vectors / torch.where(length == 0, torch.ones_like(length), length)


class Recipe(nn.Module):
    """Id embeddings and two layers."""

    def __init__(self, n_snps: int) -> None:
        super().__init__()
        self.identity = nn.Embedding(n_snps, N_DIMENSIONS, sparse=True)
        self.layers = nn.ModuleList(WeightedConvolution(N_DIMENSIONS) for _ in range(N_LAYERS))

    def forward(self, blocks: list[Any]) -> torch.Tensor:
        """Vectors of the SNPs that the last block is for."""
        vectors = self.identity(blocks[0].srcdata[dgl.NID].long())
        for layer, block in zip(self.layers, blocks, strict=True):
            vectors = layer(block, vectors)
        return self.identity(blocks[-1].dstdata[dgl.NID].long()) + vectors


@functools.cache
def dgl_graph(name: str) -> Any:
    """The training graph of DGL, int32, both directions."""
    graph = training_graph(name)
    snp, molecule = (torch.from_numpy(ids.astype(np.int32)) for ids in (graph.edge_snp, graph.edge_molecule))
    edges = {("snp", "has", "cpg"): (snp, molecule), ("cpg", "of", "snp"): (molecule, snp)}
    made = dgl.heterograph(edges, {"snp": graph.n_snps, "cpg": graph.n_molecules}, idtype=torch.int32)
    made.create_formats_()
    return made


def warm_up(name: str) -> None:
    """Read the graph and take one step."""
    dgl.utils.set_num_threads(1)
    torch.set_num_threads(1)
    dgl_graph(name)
    _train(name, 1)


def dgl_fit(name: str) -> dict[str, Any]:
    """Train, then vectors of all SNPs by sampled neighbours, as the example does."""
    recipe, sampler, loss = _train(name, N_STEPS)
    recipe.eval()
    n_snps = training_graph(name).n_snps
    with torch.no_grad():
        vectors = [
            recipe(_blocks(sampler, seeds)) for seeds in torch.arange(n_snps, dtype=torch.int32).split(_INFERENCE_BATCH)
        ]
    return {"vectors": torch.cat(vectors).numpy(), "last_loss": loss}


def recipe_scorer(name: str, vectors: NDArray[np.float32]) -> Scorer:
    """Scores of all loci for molecules from vectors of SNPs."""
    graph = training_graph(name)
    pairs = lead_pairs(graph)
    with_edges = np.unique(graph.edge_snp)
    locus = np.zeros((graph.n_blocks, vectors.shape[1]), dtype=np.float32)
    np.add.at(locus, graph.snp_block[with_edges], vectors[with_edges])
    locus /= np.maximum(np.bincount(graph.snp_block[with_edges], minlength=graph.n_blocks), 1)[:, None]
    query = np.zeros((graph.n_molecules, vectors.shape[1]), dtype=np.float32)
    np.add.at(query, pairs.molecule, vectors[pairs.lead_snp])
    return lambda molecules: query[molecules] @ locus.T


def _train(name: str, n_steps: int) -> tuple[Recipe, Any, float]:
    torch.manual_seed(1)
    dgl.seed(1)
    graph = dgl_graph(name)
    recipe = Recipe(graph.num_nodes("snp"))
    sampler = dgl.sampling.PinSAGESampler(graph, "snp", "cpg", *WALK)
    dense = torch.optim.Adam(recipe.layers.parameters(), lr=LEARNING_RATE)
    sparse = torch.optim.SparseAdam(list(recipe.identity.parameters()), lr=LEARNING_RATE)
    loss = torch.zeros(())
    for _ in range(n_steps):
        heads, tails = _pairs(graph)
        seeds, place = torch.unique(torch.cat([heads, tails]), return_inverse=True)
        vectors = recipe(_blocks(sampler, seeds, (heads, tails)))
        loss = _margin_loss(vectors[place[: heads.numel()]], vectors[place[heads.numel() :]])
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        dense.step()
        sparse.step()
    return recipe, sampler, float(loss.item())


def _pairs(graph: Any) -> tuple[torch.Tensor, torch.Tensor]:
    heads = torch.randint(0, graph.num_nodes("snp"), (BATCH,), dtype=torch.int32)
    tails = dgl.sampling.random_walk(graph, heads, metapath=["has", "of"])[0][:, 2]
    return heads[tails >= 0], tails[tails >= 0].int()


def _margin_loss(heads: torch.Tensor, tails: torch.Tensor) -> torch.Tensor:
    scores = heads @ tails.T
    margin = (scores - scores.diagonal()[:, None] + 1).clamp(min=0)
    n_pairs = heads.shape[0]
    return (margin.sum() - n_pairs) / max(n_pairs * (n_pairs - 1), 1)


def _blocks(sampler: Any, seeds: torch.Tensor, pairs: tuple[torch.Tensor, torch.Tensor] | None = None) -> list[Any]:
    blocks: list[Any] = []
    for _ in range(N_LAYERS):
        frontier = sampler(seeds)
        if pairs is not None:
            ours = frontier.edge_ids(*pairs, return_uv=True)[2]
            if ours.numel():
                frontier = dgl.remove_edges(frontier, ours)
        block = dgl.to_block(frontier, seeds)
        block.edata["weights"] = frontier.edata["weights"][block.edata[dgl.EID].long()]
        seeds = block.srcdata[dgl.NID]
        blocks.insert(0, block)
    return blocks
