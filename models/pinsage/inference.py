"""Vectors of many SNPs from a trained network, some at a time, each node once a layer.

Where the convolution is left to choose, plain torch computes them: without gradients it takes a fifth of DGL's time.
"""

import numpy as np
import torch

from models.pinsage.bipartite import FloatArray
from models.pinsage.determinism import deterministic_torch
from models.pinsage.examples import take_nodes
from models.pinsage.messages import Standardiser, network_input
from models.pinsage.network import PinSageNetwork, Vectors
from models.pinsage.settings import PinSageSettings
from models.pinsage.views import NodeTable

CHUNK_SNPS = 16_384
_NONE = np.zeros(0, dtype=np.int64)


def embed_nodes(
    network: PinSageNetwork, loci: NodeTable, snps: NodeTable, standardiser: Standardiser, settings: PinSageSettings
) -> Vectors:
    """Compute the vectors of all loci and of the SNPs, without gradients; they end on the CPU.

    Parameters
    ----------
    network
        Trained.
    loci, snps
        All LD blocks, and the wanted SNPs.
    standardiser
        Of the fit.
    settings
        Convolution and threads.
    """
    inputs = network_input(loci, snps, (_NONE, _NONE), _NONE, standardiser)
    convolution = "torch" if settings.convolution == "auto" else network.convolution
    with torch.no_grad(), deterministic_torch(settings.n_threads):
        vectors = network(inputs.to(network.log_tau.device), convolution=convolution)
    return Vectors(*(getattr(vectors, name).cpu() for name in Vectors.__dataclass_fields__))


def embed_all(
    network: PinSageNetwork, loci: NodeTable, snps: NodeTable, standardiser: Standardiser, settings: PinSageSettings
) -> tuple[FloatArray, FloatArray]:
    """Compute vectors, shape (S, d), and query weights, shape (S,), of any number of SNPs.

    Parameters are those of `embed_nodes`; beside the result, memory stays that of a chunk.
    """
    n_snps = snps.node.size
    found = np.empty((n_snps, loci.walk.features.shape[1]), dtype=np.float32)
    weight = np.empty(n_snps, dtype=np.float32)
    for low in range(0, n_snps, CHUNK_SNPS):
        rows = np.arange(low, min(low + CHUNK_SNPS, n_snps))
        vectors = embed_nodes(network, loci, take_nodes(snps, rows), standardiser, settings)
        found[rows], weight[rows] = vectors.snp.numpy(), vectors.snp_weight.numpy()
    return found, weight
