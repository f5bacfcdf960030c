"""ALS over blocks, and ALS-LD over lead SNPs where a pair counts also for the SNPs in LD with its own."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.ld_jump import Place, ld_kernel
from models.pinsage.rankers.factors import AlsSettings, factorise, fold_in
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
    cis_weight
        Weight of a pair whose molecule is at home in the block, beside 1 of all others.
    """

    ld_scale_bp: float = 30_000.0
    ld_minimum: float = 0.02
    als: AlsSettings = field(default_factory=AlsSettings)
    cis_weight: float = 1.0


def fit_als(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsSettings) -> Scorer:
    """Factorise the pairs molecules by blocks; a block scores by its inner product with the molecule."""
    molecule, block = factorise(pair_matrix(graph, pairs), settings)
    return lambda molecules: (molecule[molecules] @ block.T).astype(np.float32)


@dataclass(frozen=True, eq=False)
class AlsLdModel:
    """ALS on LD-smoothed pairs, fitted: vectors of molecules and of lead SNPs in one space.

    Attributes
    ----------
    molecule_vectors, lead_vectors
        Float32, shapes (n_molecules, k) and (leads, k); 0 for molecules without a pair.
    lead
        The lead SNPs, sorted by block.
    n_blocks
        Blocks that are scored; one without a lead SNP scores below all others.
    settings
        Of the fit.
    """

    molecule_vectors: NDArray[np.float32]
    lead_vectors: NDArray[np.float32]
    lead: Place
    n_blocks: int
    settings: AlsLdSettings

    def score_molecule_blocks(self, molecules: Ids) -> NDArray[np.float32]:
        """Score every block, as its best lead SNP, for molecules; shape (m, n_blocks)."""
        return self._best_of_block(self.molecule_vectors[molecules] @ self.lead_vectors.T)

    def score_query_blocks(self, query: Place) -> NDArray[np.float32]:
        """Score every block for a set of SNPs, folded in like a molecule that is associated with them.

        Parameters
        ----------
        query
            Places of the SNPs, ids ascending.
        """
        kernel = ld_kernel(query, self.lead, scale_bp=self.settings.ld_scale_bp, minimum=self.settings.ld_minimum)
        weights = sparse.csr_matrix(kernel.sum(axis=0))
        vector = fold_in(weights, self.lead_vectors.astype(np.float64), self.settings.als).astype(np.float32)
        scores: NDArray[np.float32] = self._best_of_block(vector @ self.lead_vectors.T)[0]
        return scores

    def _best_of_block(self, of_leads: NDArray[np.float32]) -> NDArray[np.float32]:
        present, start = np.unique(self.lead.block, return_index=True)
        scores = np.zeros((of_leads.shape[0], self.n_blocks), dtype=np.float32)
        if present.size:
            scores[:] = np.nextafter(of_leads.min(axis=1, keepdims=True), np.float32(-np.inf))
            scores[:, present] = np.maximum.reduceat(of_leads, start, axis=1)
        return scores


def fit_als_ld_model(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsLdSettings) -> AlsLdModel:
    """Factorise molecules by lead SNPs, each pair spread over the lead SNPs near its own.

    Notes
    -----
    With A molecules by lead SNPs and the LD kernel K, the weights (and, up to 1, the values wanted) are A K.
    """
    lead = np.unique(pairs.lead_snp)
    lead = lead[np.argsort(graph.snp_block[lead], kind="stable")]
    place = Place(lead, graph.snp_block[lead], graph.snp_position_bp[lead])
    kernel = ld_kernel(place, place, scale_bp=settings.ld_scale_bp, minimum=settings.ld_minimum)
    column_of = np.full(graph.n_snps, -1, dtype=np.int64)
    column_of[lead] = np.arange(lead.size)
    weight = np.where(pairs.is_at_home(graph.molecule_home_block), settings.cis_weight, 1.0)
    shape = (graph.n_molecules, lead.size)
    spread = (sparse.csr_matrix((weight, (pairs.molecule, column_of[pairs.lead_snp])), shape=shape) @ kernel).tocsr()
    molecule, snp = factorise(spread, settings.als)
    return AlsLdModel(molecule.astype(np.float32), snp.astype(np.float32), place, graph.n_blocks, settings)


def fit_als_ld(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsLdSettings) -> Scorer:
    """Fit `AlsLdModel`; a block scores as its best lead SNP."""
    return fit_als_ld_model(graph, pairs, settings).score_molecule_blocks


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
