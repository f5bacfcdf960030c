"""Our side of the benchmarks of fits and vectors: what runs in a process of its own.

Graphs are made before the clock and kept for the calls after it.
"""

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from models.pinsage import BipartiteGraph, PinSageSettings, fit_pinsage, lead_pairs
from models.pinsage.fit_job import FitJob
from models.pinsage.inference import embed_all
from models.pinsage.messages import fit_standardiser
from models.pinsage.training import train_network
from models.pinsage.views import build_view, snp_table
from tests.benchmarks._planted_edges import planted_graph_from
from tests.models.pinsage.planted import SMALL, planted_graph, shared_graph

SEED = 1
large_graph = functools.cache(planted_graph_from)


@functools.cache
def training_graph(name: str) -> BipartiteGraph:
    """A shared graph without its test split."""
    graph, is_test = shared_graph(name)
    return graph.without_edges(is_test)


def warm_up(**graph: Any) -> None:
    """Import, compile and read: a small fit, and the graph that the clock is for."""
    fit_pinsage(planted_graph().graph, replace(SMALL, n_steps=2), seed=SEED)
    if "folder" in graph:
        large_graph(graph["folder"], *graph["sizes"])
    if "name" in graph:
        training_graph(graph["name"])


def our_fit(name: str) -> dict[str, Any]:
    """A fit with the product's settings, as bytes."""
    fitted = fit_pinsage(training_graph(name), PinSageSettings(), seed=SEED)
    return {"model": np.frombuffer(fitted.to_bytes(), dtype=np.uint8)}


def our_large_fit(folder: str, sizes: list[int]) -> dict[str, Any]:
    """The whole fit of the large graph with the product's settings."""
    fitted = fit_pinsage(large_graph(folder, *sizes), PinSageSettings(), seed=SEED)
    record = fitted.record
    return {
        "n_vectors": int(fitted.is_embedded.sum()),
        "n_steps": record.n_steps,
        "first_validation_loss": record.history[0].validation_loss,
        "best_validation_loss": record.best_validation_loss,
        "effective_rank": record.effective_rank,
    }


@functools.cache
def embedding_job(folder: str, sizes: tuple[int, ...], n_dimensions: int, convolution: str) -> tuple[Any, ...]:
    """A network trained on a small planted graph, and the tables of the large graph's full view."""
    settings = PinSageSettings(n_dimensions=n_dimensions, convolution=convolution)
    trained = train_network(FitJob(planted_graph(n_features=0).graph, settings, SEED))
    graph = large_graph(folder, *sizes)
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), settings, seed=SEED)
    snps = snp_table(graph, view, np.arange(graph.n_snps, dtype=np.int32), settings)
    return trained.state.network, view.blocks, snps, fit_standardiser(view.blocks, snps), settings


def our_vectors(folder: str, sizes: list[int], n_dimensions: int, convolution: str) -> dict[str, Any]:
    """Vectors of all SNPs; the tables are made by the first call."""
    vectors, weight = embed_all(*embedding_job(folder, tuple(sizes), n_dimensions, convolution))
    return {
        "n_vectors": int((weight > 0).sum()),
        "shape": vectors.shape,
        "is_finite": bool(np.isfinite(vectors).all()),
        "sum": float(np.abs(vectors).sum(dtype=np.float64)),
    }
