"""What write-back needs to know of a snapshot's loci: lead SNPs, known loci, and which query led where."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.snapshot import Snapshot


@dataclass(frozen=True)
class LociOfSnapshot:
    """A snapshot seen as loci.

    Attributes
    ----------
    snapshot
        The snapshot.
    n_blocks
        Number of blocks that the model scores.
    is_embedded
        Whether the model has a vector for each SNP (n_snps); the others reach no other locus.
    """

    snapshot: Snapshot
    n_blocks: int
    is_embedded: NDArray[np.bool_]

    @cached_property
    def lead_snp(self) -> NDArray[np.int64]:
        """SNP that stands for each block: most molecules, then the largest |z|, then the first; -1 for none.

        Only SNPs with a vector stand for a block, so that no locus is predicted that the model knows nothing of.
        """
        graph = self.snapshot.graph
        degree = np.bincount(graph.edge_snp, minlength=graph.n_snps)
        strongest = np.zeros(graph.n_snps, dtype=np.float32)
        np.maximum.at(strongest, graph.edge_snp, graph.edge_abs_z)
        index = np.flatnonzero((graph.snp_block >= 0) & self.is_embedded)
        order = index[np.lexsort((index, -strongest[index], -degree[index], graph.snp_block[index]))]
        blocks, first = np.unique(graph.snp_block[order], return_index=True)
        lead = np.full(self.n_blocks, -1, dtype=np.int64)
        lead[blocks] = order[first]
        return lead

    @cached_property
    def known_leads(self) -> csr_matrix:
        """Strongest SNP of each (molecule, block) pair, plus one (n_molecules, n_blocks); 0 where there is no pair."""
        graph = self.snapshot.graph
        block = graph.snp_block[graph.edge_snp]
        order = np.lexsort((graph.edge_snp, -graph.edge_abs_z, block, graph.edge_molecule))
        order = order[block[order] >= 0]
        pair = graph.edge_molecule[order].astype(np.int64) * self.n_blocks + block[order]
        _, first = np.unique(pair, return_index=True)
        chosen = order[first]
        values = graph.edge_snp[chosen].astype(np.int64) + 1
        return csr_matrix(
            (values, (graph.edge_molecule[chosen], block[chosen])), shape=(graph.n_molecules, self.n_blocks)
        )

    @cached_property
    def snp_number(self) -> dict[str, int]:
        """Number of each SNP key."""
        return {str(key): number for number, key in enumerate(self.snapshot.snp_keys)}


def nearest_queries(query_vectors: NDArray[np.float32], locus_vector: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Rows of the `n` queries most similar to a locus (cosine), the most similar first; ties to the lower row.

    Parameters
    ----------
    query_vectors
        Vector of each query SNP (n_queries, d); zero vectors count as similarity 0.
    locus_vector
        Vector of the locus (d).
    n
        Rows wanted at most.
    """
    norms = np.linalg.norm(query_vectors, axis=1) * max(float(np.linalg.norm(locus_vector)), 1e-30)
    similarity = (query_vectors @ locus_vector) / np.maximum(norms, 1e-30)
    return np.argsort(-similarity, kind="stable")[:n]
