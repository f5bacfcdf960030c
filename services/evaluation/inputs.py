"""The graphs to evaluate: files of simulated graphs, or the release that is loaded in the store."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loaders.simulation.shared_graphs import read_shared_graph
from models.pinsage.bipartite import BipartiteGraph, BoolArray
from models.pinsage.evaluation import Case, make_chromosome_case, make_pair_case
from models.pinsage.split import held_out_edges
from models.pinsage.split_chromosomes import Chromosomes, held_out_chromosomes
from services.evaluation.errors import EvaluationError
from services.snapshot import Snapshot

SPLITS = ("S1", "S2")
HELD_OUT_SHARE = 0.1
MHC_CHROMOSOME = 6
NULL_PREFIX = "null"
_MATCHED_FEATURES = ("minor_allele_frequency", "log_ld_score")


@dataclass(frozen=True, eq=False)
class EvaluationInput:
    """One graph with one split.

    Attributes
    ----------
    name
        Of the graph: the file's name without its ending, or of the release.
    group
        Graphs of one group are pooled: the name without its trailing number (``sparse_0`` → ``sparse``).
    case
        What is hidden and what is ranked.
    """

    name: str
    group: str
    case: Case

    @property
    def is_null(self) -> bool:
        """The graph's structure has been rewired away."""
        return self.group.startswith(NULL_PREFIX)


@dataclass(frozen=True, eq=False)
class GraphWithSplit:
    """A graph and the edges that its file holds out."""

    graph: BipartiteGraph
    is_test: BoolArray


def find_graph_files(places: Iterable[Path]) -> tuple[Path, ...]:
    """List the graph files of folders and files, each once, by name.

    Raises
    ------
    EvaluationError
        When a place does not exist or holds no graph file.
    """
    found: dict[Path, None] = {}
    for place in places:
        files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
        if not files or not all(path.is_file() for path in files):
            raise EvaluationError(
                "an evaluation needs graph files", seen="none", where=place, remedy="name a .parquet file or a folder"
            )
        found.update(dict.fromkeys(files))
    return tuple(found)


def read_graph_file(path: Path) -> GraphWithSplit:
    """Read a simulated graph with its own split; every molecule is a cluster of its own.

    Raises
    ------
    FormatError
        When the file breaks the layout.
    """
    shared = read_shared_graph(path)
    n_snps, n_molecules = shared.snp_block.size, shared.cpg_home_block.size
    graph = BipartiteGraph(
        n_snps=n_snps,
        n_molecules=n_molecules,
        edge_snp=shared.snp,
        edge_molecule=shared.cpg,
        edge_abs_z=np.ones(shared.snp.size, dtype=np.float32),
        snp_block=shared.snp_block,
        snp_chromosome=shared.snp_chromosome,
        snp_position_bp=shared.snp_position_bp,
        molecule_cluster=np.arange(n_molecules, dtype=np.int32),
        molecule_home_block=shared.cpg_home_block,
        molecule_is_gene=np.zeros(n_molecules, dtype=np.bool_),
        snp_features=np.zeros((n_snps, 0), dtype=np.float32),
    )
    return GraphWithSplit(graph, shared.is_test)


def inputs_of_file(path: Path, splits: Sequence[str], *, seed: int) -> list[EvaluationInput]:
    """Make the cases of a graph file: S1 is the file's own split, S2 hides chromosomes drawn by the seed."""
    read = read_graph_file(path)
    group = re.sub(r"_\d+$", "", path.stem)
    made = {
        "S1": lambda: make_pair_case(read.graph, read.is_test),
        "S2": lambda: make_chromosome_case(read.graph, _draw_chromosomes(read.graph, seed)),
    }
    return [EvaluationInput(path.stem, group, made[split]()) for split in splits]


def inputs_of_release(snapshot: Snapshot, splits: Sequence[str], *, seed: int) -> list[EvaluationInput]:
    """Make the cases of a release: a tenth of the (LD block, molecule cluster) pairs, or whole chromosomes.

    Null loci are matched on degree, allele frequency and LD score, as far as the release has them.
    """
    graph, name = snapshot.graph, f"release {snapshot.release_number}"
    columns = tuple(snapshot.feature_names.index(name) for name in _MATCHED_FEATURES if name in snapshot.feature_names)
    made = {
        "S1": lambda: make_pair_case(
            graph,
            held_out_edges(graph, share=HELD_OUT_SHARE, seed=seed),
            mhc_chromosome=MHC_CHROMOSOME,
            match_features=columns,
        ),
        "S2": lambda: make_chromosome_case(graph, _draw_chromosomes(graph, seed), mhc_chromosome=MHC_CHROMOSOME),
    }
    return [EvaluationInput(name, name, made[split]()) for split in splits]


def _draw_chromosomes(graph: BipartiteGraph, seed: int) -> Chromosomes:
    return held_out_chromosomes(graph, share=HELD_OUT_SHARE, seed=seed)
