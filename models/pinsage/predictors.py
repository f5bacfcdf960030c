"""The predictors that one training makes, by the name that users see; each ranks loci for molecules and queries."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, FloatArray, IntArray
from models.pinsage.candidates import EvidencePaths
from models.pinsage.embeddings import FittedPinSage
from models.pinsage.errors import SettingsError
from models.pinsage.hybrid import HYBRID, FittedHybrid, fit_hybrid
from models.pinsage.settings import PinSageSettings
from models.pinsage.training import CheckpointSink, Progress, fit_pinsage

PINSAGE = "PinSage"


class Predictor(Protocol):
    """A fitted model that ranks loci; `FittedPinSage` says what each member means."""

    @property
    def n_blocks(self) -> int:
        """Number of LD blocks."""
        ...

    @property
    def is_embedded(self) -> BoolArray:
        """True for SNPs that have a vector."""
        ...

    @property
    def block_vectors(self) -> FloatArray:
        """Vectors of the blocks."""
        ...

    @property
    def snp_vectors(self) -> FloatArray:
        """Vectors of the SNPs."""
        ...

    def score_molecule_blocks(self, molecules: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for molecules."""
        ...

    def score_query_blocks(self, query_snps: NDArray[np.integer[Any]]) -> FloatArray:
        """Score every block for a set of SNPs."""
        ...

    def nearest_snps(
        self,
        query_snps: NDArray[np.integer[Any]],
        k: int,
        *,
        exclude_same_block: bool = True,
        max_per_block: int | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """Ids and scores of the SNPs nearest to each of some SNPs."""
        ...

    def explain(self, query_snps: NDArray[np.integer[Any]], candidate_snp: int, *, n_paths: int = 50) -> EvidencePaths:
        """The strongest walks from query SNPs to a candidate's locus."""
        ...

    def to_bytes(self) -> bytes:
        """The model as bytes."""
        ...


_READERS: Mapping[str, Callable[[bytes], Any]] = {
    PINSAGE: FittedPinSage.from_bytes,
    HYBRID: FittedHybrid.from_bytes,
}
METHODS = tuple(_READERS)
"""PinSage first: where nothing tells two methods apart, the earlier one is champion."""


def fit_predictors(
    graph: BipartiteGraph,
    settings: PinSageSettings,
    *,
    seed: int,
    checkpoint: bytes | None = None,
    on_progress: Progress | None = None,
    on_checkpoint: CheckpointSink | None = None,
) -> dict[str, Predictor]:
    """Fit every predictor to one graph; parameters and errors are those of `fit_pinsage`."""
    pinsage = fit_pinsage(
        graph, settings, seed=seed, checkpoint=checkpoint, on_progress=on_progress, on_checkpoint=on_checkpoint
    )
    return {PINSAGE: pinsage, HYBRID: fit_hybrid(graph, pinsage)}


def convolution_of(predictors: Mapping[str, Predictor]) -> str:
    """Which implementation of the convolution fitted PinSage, dgl or torch."""
    fitted = predictors[PINSAGE]
    return fitted.record.convolution if isinstance(fitted, FittedPinSage) else ""


def read_predictor(method: str, data: bytes) -> Any:
    """Read back what ``to_bytes`` of a method's predictor wrote.

    Raises
    ------
    SettingsError
        When there is no such method.
    """
    if method not in _READERS:
        raise SettingsError(f"A model is one of {', '.join(METHODS)}, this one says {method!r}; train again.")
    return _READERS[method](data)
