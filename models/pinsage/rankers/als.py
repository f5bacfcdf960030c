"""ALS over blocks, and ALS-LD over lead SNPs where a pair counts also for the SNPs in LD with its own."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.ld_jump import Place, ld_kernel
from models.pinsage.rankers.factors import AlsSettings, factorise
from models.pinsage.rankers.matrices import pair_matrix
from models.pinsage.rankers.ranker import Ranker
from models.pinsage.ranking import Ids, Scorer


@dataclass(frozen=True)
class AlsLdSettings:
    """Settings of ALS-LD.

    Attributes
    ----------
    ld_scale_bp
        Weight of a SNP at distance d from a pair's lead SNP, in its block: exp(-d / ld_scale_bp).
    ld_minimum
        Smaller weights are left out.
    als
        Settings of the factorisation.
    """

    ld_scale_bp: float = 30_000.0
    ld_minimum: float = 0.02
    als: AlsSettings = field(default_factory=AlsSettings)


def fit_als(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsSettings) -> Scorer:
    """Factorise the pairs molecules by blocks; a block scores by its inner product with the molecule."""
    molecule, block = factorise(pair_matrix(graph, pairs), settings)
    return lambda molecules: (molecule[molecules] @ block.T).astype(np.float32)


def fit_als_ld(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsLdSettings) -> Scorer:
    """Factorise molecules by lead SNPs, each pair spread over the lead SNPs near its own; a block scores as its best.

    Notes
    -----
    With A molecules by lead SNPs and the LD kernel K, the weights (and, up to 1, the values wanted) are A K. Blocks
    without a lead SNP score below all.
    """
    lead = np.unique(pairs.lead_snp)
    lead = lead[np.argsort(graph.snp_block[lead], kind="stable")]
    place = Place(lead, graph.snp_block[lead], graph.snp_position_bp[lead])
    kernel = ld_kernel(place, place, scale_bp=settings.ld_scale_bp, minimum=settings.ld_minimum)
    column_of = np.full(graph.n_snps, -1, dtype=np.int64)
    column_of[lead] = np.arange(lead.size)
    ones = np.ones(len(pairs), dtype=np.float64)
    shape = (graph.n_molecules, lead.size)
    spread = (sparse.csr_matrix((ones, (pairs.molecule, column_of[pairs.lead_snp])), shape=shape) @ kernel).tocsr()
    molecule, snp = factorise(spread, settings.als)
    return _best_of_block(molecule, snp, place.block, graph.n_blocks)


def _best_of_block(
    molecule: NDArray[np.float64], snp: NDArray[np.float64], snp_block: NDArray[np.int32], n_blocks: int
) -> Scorer:
    """Score a block by its best SNP; SNPs are sorted by block."""
    present, start = np.unique(snp_block, return_index=True)

    def score(molecules: Ids) -> NDArray[np.float32]:
        of_snps = molecule[molecules] @ snp.T
        scores = np.full((len(molecules), n_blocks), of_snps.min(initial=0.0) - 1.0, dtype=np.float32)
        scores[:, present] = np.maximum.reduceat(of_snps, start, axis=1)
        return scores

    return score


ALS = Ranker(
    "ALS",
    fit_als,
    tuple(AlsSettings(k, penalty, c) for k, penalty, c in product((64, 96, 48), (10.0, 1.0), (5.0, 10.0))),
)
ALS_LD = Ranker(
    "ALS-LD",
    fit_als_ld,
    tuple(
        AlsLdSettings(scale, als=AlsSettings(k, penalty, c))
        for scale, (penalty, c), k in product((30_000.0, 20_000.0), ((10.0, 10.0), (30.0, 20.0)), (80, 64, 96))
    ),
)
