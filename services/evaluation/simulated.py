"""Writes simulated graphs with planted structure for the evaluation, and says what is in them."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from loaders.simulation.planted_graphs import write_planted_graphs
from loaders.simulation.planted_settings import PlantedSettings, PlantedSizeError


@dataclass(frozen=True, slots=True)
class SimulatedGraph:
    """A written graph.

    Attributes
    ----------
    path
        Its file.
    n_edges, n_pairs, n_test_pairs
        Edges; (LD block, molecule) pairs, and those of the test split.
    """

    path: Path
    n_edges: int
    n_pairs: int
    n_test_pairs: int


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What was written.

    Attributes
    ----------
    folder, density, is_null
        Where and what.
    graphs
        One entry a seed.
    seconds
        Wall time.
    """

    folder: Path
    density: str
    is_null: bool
    graphs: tuple[SimulatedGraph, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return asdict(self)


def parse_seeds(text: str) -> list[int]:
    """Read seeds such as ``3``, ``0-5`` or ``0,4,10-12``, sorted, each once.

    Raises
    ------
    PlantedSizeError
        When the text is no list of seeds.
    """
    seeds: set[int] = set()
    for part in text.split(","):
        low, _, high = part.strip().partition("-")
        if not low.isdecimal() or (high and not high.isdecimal()) or (high and int(high) < int(low)):
            raise PlantedSizeError("seeds are whole numbers and ranges", seen=text, remedy="say for example 0-5 or 1,4")
        seeds |= set(range(int(low), int(high or low) + 1))
    return sorted(seeds)


def simulate_graphs(
    folder: Path, density: str, seeds: list[int], *, is_null: bool = False, share: float = 1.0, n_genes: int = 0
) -> SimulationReport:
    """Write simulated graphs, or the degree-preserving nulls of them.

    Parameters
    ----------
    folder
        Made if need be; files of the same name are replaced.
    density, seeds
        One graph each.
    is_null
        Rewire the (block, molecule) pairs.
    share
        Of the size of the shared graphs.
    n_genes
        Genes beside the CpGs, before scaling: a second molecular layer that takes part in the same modules.

    Raises
    ------
    PlantedSizeError
        When sizes or density are impossible.
    """
    if not 0.0 < share <= 1.0:
        raise PlantedSizeError(
            "the share of the size is above 0 and at most 1", seen=share, remedy="say for example 0.1"
        )
    started = time.monotonic()
    settings = PlantedSettings(n_genes=n_genes).scaled(share) if share < 1.0 else PlantedSettings(n_genes=n_genes)
    paths = write_planted_graphs(folder, density, seeds, settings=settings, is_null=is_null)
    return SimulationReport(folder, density, is_null, tuple(map(_count, paths)), time.monotonic() - started)


def _count(path: Path) -> SimulatedGraph:
    edges = pl.scan_parquet(path).select("snp_block", "cpg", "split").collect()
    pairs = edges.unique()
    return SimulatedGraph(path, edges.height, pairs.height, pairs.filter(pl.col("split") == "test").height)
