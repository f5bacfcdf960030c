"""Which code does the convolution: DGL, or the same sums in plain torch; a parity test holds the two together.

DGL 1.1.3 runs on Python <= 3.11 and on a CPU alone; elsewhere plain torch takes its place.
"""

from functools import cache
from typing import Protocol

import torch
from torch.nn import functional

from models.pinsage.errors import SettingsError
from models.pinsage.messages import Edges, NetworkInput

CONVOLUTIONS = ("auto", "dgl", "torch")
Features = dict[str, torch.Tensor]


class Pooling(Protocol):
    """Sums along the edges of one input."""

    def pool(self, layer: int, features: Features) -> Features:
        """Give every locus and SNP the weighted sum over its most visited loci; 0 where it has none."""
        ...

    def ask(self, values: torch.Tensor) -> torch.Tensor:
        """Sum values of SNPs, shape (S, k), over each query's SNPs, shape (queries, k)."""
        ...


class TorchPooling:
    """`Pooling` in plain torch, on any device and any Python."""

    def __init__(self, inputs: NetworkInput) -> None:
        self.inputs = inputs

    def pool(self, layer: int, features: Features) -> Features:
        """Give every locus and SNP the weighted sum over its most visited loci; all layers have the same edges."""
        del layer
        locus = features["locus"]
        return {
            "locus": weighted_sums(self.inputs.locus_edges, locus),
            "snp": weighted_sums(self.inputs.snp_edges, locus),
        }

    def ask(self, values: torch.Tensor) -> torch.Tensor:
        """Sum values of SNPs over each query's SNPs."""
        return weighted_sums(self.inputs.query_edges, values)


def weighted_sums(edges: Edges, values: torch.Tensor) -> torch.Tensor:
    """Sum weight * values[source] over the edges into each node; 0 for a node without edges.

    Parameters
    ----------
    edges
        Into n nodes.
    values
        Shape (sources, k).

    Returns
    -------
    torch.Tensor
        Shape (n, k).
    """
    sums: torch.Tensor = functional.embedding_bag(
        edges.source, values, edges.start, mode="sum", per_sample_weights=edges.weight, include_last_offset=True
    )
    return sums


@cache
def dgl_is_there() -> bool:
    """Whether DGL can be imported here; a DGL made for another torch fails with an error of its libraries."""
    try:
        import models.pinsage.dgl_pooling
    except (ImportError, OSError):
        return False
    return bool(models.pinsage.dgl_pooling)


def resolve_convolution(convolution: str, *, device: str = "cpu") -> str:
    """Choose "dgl" or "torch" for a setting: by itself DGL where it can be imported, torch elsewhere and on a GPU.

    Raises
    ------
    SettingsError
        When DGL is asked for and cannot be had.
    """
    if convolution == "dgl" and device != "cpu":
        raise SettingsError(
            f'PinSage setting convolution="dgl" needs device "cpu", got {device!r}: our DGL has no GPU code; '
            'choose "auto" or "torch".'
        )
    if convolution == "dgl" and not dgl_is_there():
        raise SettingsError(
            'PinSage setting convolution="dgl" needs the package dgl, which cannot be imported here (it has no wheel '
            'for Python > 3.11); choose "auto" or "torch".'
        )
    if convolution != "auto":
        return convolution
    return "dgl" if device == "cpu" and dgl_is_there() else "torch"


def resolve_device(device: str) -> str:
    """Choose "cpu" or "cuda" for a setting.

    Raises
    ------
    SettingsError
        When a GPU is asked for and torch sees none.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise SettingsError('PinSage setting device="cuda" needs a GPU that torch sees; choose "auto" or "cpu".')
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def pooling_of(convolution: str, inputs: NetworkInput) -> Pooling:
    """Give the sums along an input's edges by "dgl" or "torch"; DGL's blocks are made once an input."""
    if convolution == "torch":
        return TorchPooling(inputs)
    if "dgl" not in inputs.prepared:
        from models.pinsage.dgl_pooling import DglPooling

        inputs.prepared["dgl"] = DglPooling(inputs)
    prepared: Pooling = inputs.prepared["dgl"]
    return prepared
