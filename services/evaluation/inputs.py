"""The graphs to evaluate: files of simulated graphs, or the release that is loaded in the store."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.pinsage.bipartite import BipartiteGraph
from models.pinsage.evaluation import Case, make_chromosome_case, make_pair_case
from models.pinsage.split import held_out_edges
from models.pinsage.split_chromosomes import Chromosomes, held_out_chromosomes
from services.evaluation.errors import EvaluationError
from services.evaluation.graph_files import read_graph_file
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


def inputs_of_file(path: Path, splits: Sequence[str], *, seed: int) -> list[EvaluationInput]:
    """Make the cases of a graph file: S1 is the file's own split, S2 hides chromosomes drawn by the seed."""
    read = read_graph_file(path)
    group = re.sub(r"_\d+$", "", path.stem)
    made = {
        "S1": lambda: make_pair_case(read.graph, read.is_held_out),
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
