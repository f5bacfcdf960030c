"""LightGCN by torch_geometric, an optional package: vectors smoothed over the graph, trained on sampled comparisons."""

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, FloatArray, LocusPairs
from models.pinsage.determinism import deterministic_torch
from models.pinsage.errors import MissingPackageError
from models.pinsage.rankers.matrices import pair_matrix
from models.pinsage.rankers.ranker import Ranker
from models.pinsage.ranking import Scorer

if TYPE_CHECKING:
    import torch

PACKAGE = "torch_geometric"
HOW_TO_INSTALL = "install it with `make lightgcn` and give its folder: PYTHONPATH=.venv-lightgcn"


@dataclass(frozen=True)
class LightGcnSettings:
    """Settings of LightGCN.

    Attributes
    ----------
    n_factors
        Length of the vectors.
    n_layers
        Hops over which vectors are smoothed.
    penalty
        Weight of the squared starting vectors, per pair.
    learning_rate
        Of Adam.
    n_steps
        Gradient steps, each over all pairs with one random locus a pair.
    seed
        Of starting vectors and random loci.
    """

    n_factors: int = 64
    n_layers: int = 3
    penalty: float = 0.03
    learning_rate: float = 0.05
    n_steps: int = 100
    seed: int = 0


def has_lightgcn() -> bool:
    """Tell whether torch_geometric can be imported."""
    return find_spec(PACKAGE) is not None


def fit_lightgcn(graph: BipartiteGraph, pairs: LocusPairs, settings: LightGcnSettings) -> Scorer:
    """Train LightGCN on molecules and blocks; a block scores by the inner product of the smoothed vectors.

    Raises
    ------
    MissingPackageError
        When torch_geometric is not installed.

    References
    ----------
    He et al. 2020, SIGIR, doi:10.1145/3397271.3401063, equations 3 to 8.
    """
    model_class = _import_model()
    with deterministic_torch(1):
        found = _train(model_class, graph, pairs, settings)
    of_molecules, of_blocks = found[: graph.n_molecules], found[graph.n_molecules :]
    return lambda molecules: (of_molecules[molecules] @ of_blocks.T).astype(np.float32)


def _train(model_class: Any, graph: BipartiteGraph, pairs: LocusPairs, settings: LightGcnSettings) -> FloatArray:
    """Give the smoothed vectors of molecules, then blocks."""
    import torch

    generator = torch.Generator().manual_seed(settings.seed)
    adjacency = _normalised_adjacency(graph, pairs)
    n_nodes = graph.n_molecules + graph.n_blocks
    model = model_class(n_nodes, settings.n_factors, settings.n_layers)
    model.convs = _symmetric_layers(settings.n_layers)
    with torch.no_grad():
        model.embedding.weight.copy_(0.1 * torch.randn(n_nodes, settings.n_factors, generator=generator))
    molecule = torch.from_numpy(pairs.molecule.astype(np.int64))
    block = torch.from_numpy(pairs.block.astype(np.int64)) + graph.n_molecules
    optimiser = torch.optim.Adam(model.parameters(), lr=settings.learning_rate, fused=True)
    for _ in range(settings.n_steps):
        other = torch.randint(0, graph.n_blocks, (len(pairs),), generator=generator) + graph.n_molecules
        vectors = model.get_embedding(adjacency)
        asked = vectors[molecule]
        loss = model.recommendation_loss(
            (asked * vectors[block]).sum(1),
            (asked * vectors[other]).sum(1),
            torch.cat([molecule, block, other]),
            lambda_reg=settings.penalty,
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        found: FloatArray = model.get_embedding(adjacency).numpy()
    return found


def _import_model() -> Any:
    if not has_lightgcn():
        raise MissingPackageError(f"LightGCN needs the package {PACKAGE}, which is not here: {HOW_TO_INSTALL}.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from torch_geometric.nn.models import LightGCN
    return LightGCN


def _symmetric_layers(n_layers: int) -> Any:
    """LightGCN's layers on a normalised, symmetric matrix: the gradient's product needs no transposition."""
    import torch

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, vectors: Any, adjacency: Any) -> Any:
            context.adjacency = adjacency
            return adjacency @ vectors

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            return context.adjacency @ gradient, None

    class Layer(torch.nn.Module):
        def forward(self, vectors: Any, adjacency: Any, _edge_weight: Any = None) -> Any:
            return Product.apply(vectors, adjacency)  # type: ignore[no-untyped-call]

    return torch.nn.ModuleList(Layer() for _ in range(n_layers))


def _normalised_adjacency(graph: BipartiteGraph, pairs: LocusPairs) -> "torch.Tensor":
    """D^-1/2 A D^-1/2 over molecules, then blocks, as a sparse tensor of compressed rows."""
    import torch

    known = pair_matrix(graph, pairs)
    places = known.tocoo()
    row = np.concatenate([places.row, places.col + graph.n_molecules])
    column = np.concatenate([places.col + graph.n_molecules, places.row])
    n_nodes = graph.n_molecules + graph.n_blocks
    degree = np.maximum(np.bincount(row, minlength=n_nodes), 1).astype(np.float32)
    whole = sparse.csr_matrix((1.0 / np.sqrt(degree[row] * degree[column]), (row, column)), shape=(n_nodes, n_nodes))
    whole.sort_indices()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse")
        return torch.sparse_csr_tensor(
            torch.from_numpy(whole.indptr.astype(np.int64)),
            torch.from_numpy(whole.indices.astype(np.int64)),
            torch.from_numpy(whole.data),
            whole.shape,
            check_invariants=False,
        )


LIGHTGCN = Ranker(
    "LightGCN",
    fit_lightgcn,
    tuple(
        LightGcnSettings(n_layers=layers, penalty=penalty)
        for layers, penalty in ((3, 0.03), (3, 0.1), (3, 0.01), (2, 0.03), (4, 0.03), (2, 0.1), (4, 0.1), (2, 0.01))
    ),
)
