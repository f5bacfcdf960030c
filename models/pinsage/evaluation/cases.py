"""What is evaluated: a graph, its hidden part, and the rule by which the hidden pairs are ranked (S1 or S2)."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, LocusPairs
from models.pinsage.errors import TooFewPairsError
from models.pinsage.evaluation.guards import assert_features_blind
from models.pinsage.metrics import subset_masks
from models.pinsage.ranking import rankable_pairs
from models.pinsage.split import divide
from models.pinsage.split_chromosomes import Chromosomes, blocks_on_chromosomes, edges_on_chromosomes


@dataclass(frozen=True, eq=False)
class Case:
    """One graph with one split.

    Attributes
    ----------
    split
        "S1" or "S2".
    graph, training
        The graph without its hidden edges, and its pairs: all that a method may see.
    targets
        Hidden pairs that are ranked, sorted by molecule.
    n_hidden
        Hidden pairs, those that cannot be ranked too.
    subsets
        Masks over the targets.
    is_candidate
        Shape (n_blocks,): blocks that are ranked; None = all.
    match_on
        As in `draw_matched_null`.
    fingerprint
        sha256 over graph, hidden edges and rule.
    """

    split: str
    graph: BipartiteGraph
    training: LocusPairs
    targets: LocusPairs
    n_hidden: int
    subsets: dict[str, BoolArray]
    is_candidate: BoolArray | None
    match_on: NDArray[np.float64] | None
    fingerprint: str

    @property
    def n_candidates(self) -> int:
        """Blocks that are ranked, the known ones included."""
        return self.graph.n_blocks if self.is_candidate is None else int(self.is_candidate.sum())


def make_pair_case(
    graph: BipartiteGraph,
    is_held_out: BoolArray,
    *,
    mhc_chromosome: int | None = None,
    match_features: tuple[int, ...] = (),
) -> Case:
    """Hide (LD block, molecule cluster) pairs: protocol S1.

    Parameters
    ----------
    graph
        The whole graph.
    is_held_out
        Shape (edges,): edges to hide.
    mhc_chromosome
        As in `subset_masks`.
    match_features
        Columns of `graph.snp_features` (mean over a block's SNPs) that null loci are matched on beside log degree.

    Raises
    ------
    LeakError
        When part of a hidden pair is left, or a SNP feature tells the hidden edges.
    TooFewPairsError
        When no hidden pair can be ranked.
    """
    training_graph, training, hidden = _divide(graph, is_held_out)
    targets = rankable_pairs(graph, training, hidden)
    subsets = subset_masks(graph, training, targets, mhc_chromosome=mhc_chromosome)
    match_on = _matching(training_graph, training, match_features) if match_features else None
    name = _fingerprint(graph, is_held_out, f"S1 {mhc_chromosome} {match_features}")
    return Case("S1", training_graph, training, targets, len(hidden), subsets, None, match_on, name)


def make_chromosome_case(graph: BipartiteGraph, chromosomes: Chromosomes, *, mhc_chromosome: int | None = None) -> Case:
    """Hide every pair whose block lies on the chromosomes, and rank the blocks of these: protocol S2.

    The targets' molecules occur in training; their blocks cannot, so that methods which know a locus only by its edges
    score all candidates alike.

    Raises
    ------
    LeakError, TooFewPairsError
        As in `make_pair_case`.
    """
    is_held_out = edges_on_chromosomes(graph, chromosomes)
    training_graph, training, hidden = _divide(graph, is_held_out)
    targets = hidden.select(np.isin(hidden.molecule, training.molecule))
    if len(targets) == 0:
        raise TooFewPairsError(
            f"Hiding chromosomes {chromosomes.tolist()} leaves none of {len(hidden)} hidden pairs with a molecule that "
            "occurs on the others; load molecules with several loci, or hide other chromosomes."
        )
    subsets = subset_masks(graph, training, targets, mhc_chromosome=mhc_chromosome)
    subsets = {name: mask for name, mask in subsets.items() if not name.startswith("degree")}
    is_candidate = blocks_on_chromosomes(graph, chromosomes)
    name = _fingerprint(graph, is_held_out, f"S2 {mhc_chromosome}")
    return Case("S2", training_graph, training, targets, len(hidden), subsets, is_candidate, None, name)


def _divide(graph: BipartiteGraph, is_held_out: BoolArray) -> tuple[BipartiteGraph, LocusPairs, LocusPairs]:
    """Divide, and see that neither pairs nor SNP features tell what is hidden."""
    divided = divide(graph, is_held_out)
    assert_features_blind(graph, is_held_out)
    return divided


def _matching(graph: BipartiteGraph, training: LocusPairs, columns: tuple[int, ...]) -> NDArray[np.float64]:
    """Log degree and the mean of some SNP features, of each block."""
    degree = np.bincount(training.block, minlength=graph.n_blocks).astype(np.float64)
    placed = np.flatnonzero(graph.snp_block >= 0)
    block = graph.snp_block[placed]
    n_snps = np.maximum(np.bincount(block, minlength=graph.n_blocks), 1)
    means = [
        np.bincount(block, weights=graph.snp_features[placed, column], minlength=graph.n_blocks) / n_snps
        for column in columns
    ]
    return np.column_stack([np.log1p(degree), *means])


def _fingerprint(graph: BipartiteGraph, is_held_out: BoolArray, rule: str) -> str:
    parts = (graph.fingerprint().encode(), np.packbits(is_held_out).tobytes(), rule.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
